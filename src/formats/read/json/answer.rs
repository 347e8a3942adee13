//! What an API answers if it has no links: an empty list, or an error.

use serde_json::{Map, Value};

use super::super::known::normalize;

/// Names of the list of an answer, normalized.
const LISTS: [&str; 9] = ["data", "items", "links", "backlinks", "refdomains", "result", "results", "records", "rows"];
/// Names of an error, normalized.
const ERRORS: [&str; 3] = ["error", "errors", "errormessage"];
/// Names of the text of an error or a status, normalized.
const MESSAGES: [&str; 6] = ["statusmessage", "message", "msg", "detail", "description", "title"];
/// Names of a status, normalized.
const CODES: [&str; 5] = ["statuscode", "status", "code", "errorcode", "httpstatus"];
/// An object with more values is not just a message.
const MAX_VALUES: usize = 3;
/// In characters.
const MAX_MESSAGE: usize = 200;

/// Whether the list of links is empty, as in a response without links.
pub(super) fn is_empty(answer: &Value) -> bool {
    lists(answer) == Some(Lists::Empty)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lists {
    Empty,
    /// One of them has objects.
    Filled,
}

fn lists(value: &Value) -> Option<Lists> {
    match value {
        Value::Array(list) if list.iter().all(has_empty_list) => Some(Lists::Empty),
        Value::Array(list) => list.iter().any(Value::is_object).then_some(Lists::Filled),
        Value::Object(object) => {
            let without = object.get("data").filter(|data| data.is_null()).map(|_| Lists::Empty);
            object.values().filter_map(lists).chain(without).max()
        }
        _ => None,
    }
}

/// An element of a list may have empty lists of anything, such as tags, so the name counts.
fn has_empty_list(element: &Value) -> bool {
    let is_empty = |(name, value): (&String, &Value)| match value {
        Value::Null => LISTS.contains(&normalize(name).as_str()),
        Value::Array(list) => LISTS.contains(&normalize(name).as_str()) && list.iter().all(has_empty_list),
        _ => false,
    };
    element.as_object().is_some_and(|object| object.iter().any(is_empty))
}

/// The message of an answer that is an error, or of one of its tasks.
pub(super) fn error(answer: &Value) -> Option<String> {
    let object = answer.as_object()?;
    let tasks = object.get("tasks").and_then(Value::as_array).into_iter().flatten();
    let message = own_error(object).or_else(|| tasks.filter_map(Value::as_object).find_map(own_error))?;
    Some(message.trim().chars().take(MAX_MESSAGE).collect())
}

fn own_error(object: &Map<String, Value>) -> Option<String> {
    if let Some(message) = named(object, &ERRORS).find_map(message) {
        return Some(message);
    }
    let has_failed = named(object, &ERRORS).any(|error| error == &Value::Bool(true))
        || named(object, &CODES).filter_map(code).any(|code| (400..600).contains(&code) || code >= 40_000);
    let is_message = object.len() <= MAX_VALUES && !object.values().any(|value| value.is_object() || value.is_array());
    named(object, &MESSAGES).find_map(message).filter(|_| has_failed || is_message)
}

fn named<'a>(object: &'a Map<String, Value>, names: &'a [&str]) -> impl Iterator<Item = &'a Value> {
    object.iter().filter(|(name, _)| names.contains(&normalize(name).as_str())).map(|(_, value)| value)
}

fn message(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(list) => list.iter().find_map(message),
        Value::Object(object) => named(object, &MESSAGES).chain(named(object, &ERRORS)).find_map(message),
        _ => None,
    }
}

fn code(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether it is a dictionary of objects instead of a list of them, itself or one of its values.
pub(super) fn is_dictionary(answer: &Value) -> bool {
    let Some(object) = answer.as_object() else { return false };
    let is_each = !object.is_empty() && object.values().all(Value::is_object);
    is_each || object.values().any(is_dictionary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_answers_are_told_from_lists_with_other_empty_lists() {
        for (text, expected) in [
            ("[]", true),
            (r#"{"data":[]}"#, true),
            (r#"{"data":null,"credits_consumed":0}"#, true),
            (r#"{"d":{"Details":[],"TotalPages":0}}"#, true),
            (r#"{"tasks":[{"result":[{"target":"me.example","items":[]}]}]}"#, true),
            (r#"{"tasks":[{"status_code":20000,"result":null}]}"#, true),
            (r#"{"columns":["a"],"rows":[]}"#, true),
            (r#"[{"page":"https://a.example/","tags":[]}]"#, false),
            (r#"{"rows":[{"page":"https://a.example/","tags":[]}],"errors":[]}"#, false),
            (r#"[{"page":"https://a.example/","links":[]},{"page":"https://b.example/","links":["x"]}]"#, false),
            (r#"{"a":1}"#, false),
        ] {
            assert_eq!(is_empty(&serde_json::from_str(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn errors_have_a_message() {
        for (text, expected) in [
            (r#"{"error":"Invalid key","code":401}"#, Some("Invalid key")),
            (r#"{"error":{"code":401,"message":"No"}}"#, Some("No")),
            (r#"{"errors":[{"detail":"Bad"}]}"#, Some("Bad")),
            (r#"{"error":true,"message":"Oh","a":1,"b":2}"#, Some("Oh")),
            (r#"{"Code":"InvalidKey","ErrorMessage":"Wrong key","DataTables":{}}"#, Some("Wrong key")),
            (r#"{"Code":"OK","ErrorMessage":"","DataTables":{}}"#, None),
            (r#"{"ErrorCode":3,"Message":"ERROR"}"#, Some("ERROR")),
            (r#"{"message":"Unauthenticated."}"#, Some("Unauthenticated.")),
            (r#"{"status_code":40100,"status_message":"Not authorized.","tasks":[]}"#, Some("Not authorized.")),
            (r#"{"status_code":20000,"status_message":"Ok.","tasks":[]}"#, None),
            (
                r#"{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid.","result":null}]}"#,
                Some("Invalid."),
            ),
            (r#"[{"error":"x"}]"#, None),
        ] {
            assert_eq!(error(&serde_json::from_str(text).unwrap()).as_deref(), expected, "{text}");
        }
    }
}

//! The documented protocol without the network: maps the parts of a request to a reply.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::KEY;
use super::generator::{ApiLink, LinkRequest, make_links};
use super::world::{FaultKind, World};
use crate::domain::{Credits, LinkCount, Mode};

#[derive(Clone, Copy, Debug)]
pub(super) struct ApiCall<'a> {
    pub(super) method: &'a str,
    /// The path after the version, such as `account/credits`.
    pub(super) name: &'a str,
    pub(super) authorization: Option<&'a str>,
    pub(super) is_json: bool,
    pub(super) body: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) content_type: &'static str,
    pub(super) header: Option<(&'static str, &'static str)>,
    /// How long the real server would take, roughly.
    pub(super) latency: Duration,
    pub(super) end: BodyEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    Complete,
    /// The connection breaks before the end.
    Cut,
    /// No reply is ever sent.
    Silence,
}

#[derive(Debug)]
pub(super) struct Service {
    world: World,
    balance: Mutex<Credits>,
    /// The number of requests for each busy target.
    attempts: Mutex<HashMap<String, u32>>,
}

#[derive(Serialize)]
struct DemoResponse<'a> {
    data: &'a [ApiLink],
    credits_consumed: u64,
    time_taken: f64,
}

const MIN_LATENCY: Duration = Duration::from_millis(680);

impl Service {
    pub(super) fn new(world: World, balance: Credits) -> Arc<Service> {
        Arc::new(Service { world, balance: Mutex::new(balance), attempts: Mutex::default() })
    }

    pub(super) fn reply(&self, call: &ApiCall<'_>) -> Reply {
        if call.authorization != Some(&format!("Bearer {KEY}")) {
            return error_reply(401, "401 Missing Or Invalid API Key", None);
        }
        let (unique, is_page) = match (call.method, call.name) {
            ("GET", "account/credits") => return self.credits(),
            ("POST", "get_unique_page_backlinks") => (true, true),
            ("POST", "get_page_backlinks") => (false, true),
            ("POST", "get_unique_domain_backlinks") => (true, false),
            ("POST", "get_domain_backlinks") => (false, false),
            _ => return error_reply(404, "404 Not Found", None),
        };
        let fields = fields(call);
        let target = fields.get(if is_page { "page" } else { "domain" }).map(String::as_str).unwrap_or_default();
        let count = fields.get("num").map_or(Ok(LinkCount::default()), |num| LinkCount::parse(num));
        let (Some((host, path)), Ok(count)) = (host_and_path(target), count) else {
            return error_reply(400, "400 Invalid Data", Some("The submitted data is invalid."));
        };
        let request = LinkRequest {
            host: &host,
            path: is_page.then_some(path.as_str()),
            unique,
            count: usize::from(count.get()),
        };
        match self.world.fault(&host) {
            Some(kind) => self.fault(kind, &request),
            None => self.response(&request),
        }
    }

    fn credits(&self) -> Reply {
        let balance = *self.balance.lock().unwrap_or_else(PoisonError::into_inner);
        json(200, format!("[\n  {}\n]", balance.0).into_bytes(), Duration::from_millis(120))
    }

    fn response(&self, request: &LinkRequest<'_>) -> Reply {
        let links = make_links(&self.world, request);
        let mode = if request.unique { Mode::OnePerDomain } else { Mode::AllLinks };
        let cost = Credits(mode.price_per_link().0 * links.len() as u64);
        let mut balance = self.balance.lock().unwrap_or_else(PoisonError::into_inner);
        if cost > *balance {
            return insufficient_credits();
        }
        *balance = balance.saturating_sub(cost);
        // The example in the documentation took 0.68 s; the time per link is a guess.
        let latency = MIN_LATENCY + Duration::from_micros(200) * links.len() as u32;
        let response = DemoResponse { data: &links, credits_consumed: cost.0, time_taken: latency.as_secs_f64() };
        match serde_json::to_vec(&response) {
            Ok(body) => json(200, body, latency),
            Err(_) => error_reply(500, "500 Internal Server Error", None),
        }
    }

    fn fault(&self, kind: FaultKind, request: &LinkRequest<'_>) -> Reply {
        match kind {
            FaultKind::BadRequest => error_reply(400, "400 Invalid Data", Some("The submitted data is invalid.")),
            FaultKind::KeyRefused => error_reply(401, "401 Missing Or Invalid API Key", None),
            FaultKind::NoSubscription => error_reply(
                402,
                "402 Subscription Required",
                Some("A valid subscription is required to access this resource."),
            ),
            FaultKind::WrongPlan => error_reply(
                402,
                "402 Gold or Platinum subscription required",
                Some("A Gold or Platinum Plan subscription is required to access this resource."),
            ),
            FaultKind::NoCredits => insufficient_credits(),
            FaultKind::TooMany => {
                Reply { header: Some(("retry-after", "1")), ..error_reply(429, "429 Too Many Requests", None) }
            }
            FaultKind::Busy => {
                let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
                let count = attempts.entry(request.host.to_owned()).or_default();
                *count += 1;
                if count.is_multiple_of(3) {
                    self.response(request)
                } else {
                    error_reply(503, "503 Service Unavailable", None)
                }
            }
            FaultKind::Server => error_reply(500, "500 Internal Server Error", None),
            FaultKind::Html => Reply {
                content_type: "text/html",
                ..json(200, b"<!doctype html><title>Maintenance</title>".to_vec(), MIN_LATENCY)
            },
            FaultKind::Shape => json(200, br#"{"results":[],"ok":true}"#.to_vec(), MIN_LATENCY),
            FaultKind::Cut => {
                let mut reply = self.response(request);
                reply.body.truncate(reply.body.len() * 3 / 5);
                Reply { end: BodyEnd::Cut, ..reply }
            }
            FaultKind::Moved => Reply {
                header: Some(("location", "https://elsewhere.example/v2")),
                ..error_reply(302, "302 Found", None)
            },
            FaultKind::Silent => Reply { end: BodyEnd::Silence, ..json(200, Vec::new(), MIN_LATENCY) },
        }
    }
}

fn json(status: u16, body: Vec<u8>, latency: Duration) -> Reply {
    Reply { status, body, content_type: "application/json", header: None, latency, end: BodyEnd::Complete }
}

fn error_reply(status: u16, message: &str, description: Option<&str>) -> Reply {
    let mut body = serde_json::Map::from_iter([("message".to_owned(), message.into())]);
    body.extend(description.map(|text| ("description".to_owned(), text.into())));
    json(status, serde_json::Value::Object(body).to_string().into_bytes(), Duration::from_millis(200))
}

fn insufficient_credits() -> Reply {
    let description = "You do not have sufficient credits to complete this request.";
    error_reply(402, "402 Insufficient Credits", Some(description))
}

/// The fields of a form or of a JSON object.
fn fields(call: &ApiCall<'_>) -> HashMap<String, String> {
    if !call.is_json {
        return form_urlencoded::parse(call.body).into_owned().collect();
    }
    let values: HashMap<String, serde_json::Value> = serde_json::from_slice(call.body).unwrap_or_default();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    values.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// Of a URL, or of a bare domain.
fn host_and_path(target: &str) -> Option<(String, String)> {
    let url = if target.contains("://") { target.to_owned() } else { format!("https://{target}") };
    let url = url::Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some((url.host_str()?.to_owned(), url.path().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> Arc<Service> {
        Service::new(World::load().unwrap(), Credits(1_000))
    }

    fn post<'a>(name: &'a str, body: &'a str) -> ApiCall<'a> {
        ApiCall {
            method: "POST",
            name,
            authorization: Some("Bearer demo-key"),
            is_json: body.starts_with('{'),
            body: body.as_bytes(),
        }
    }

    fn value(reply: &Reply) -> serde_json::Value {
        serde_json::from_slice(&reply.body).unwrap()
    }

    #[test]
    fn each_call_costs_what_the_documentation_says() {
        let service = service();
        let form = service.reply(&post("get_unique_page_backlinks", "page=https%3A%2F%2Fexample.com%2F&num=5"));
        assert_eq!((form.status, value(&form)["credits_consumed"].as_u64()), (200, Some(25)));
        let json = service.reply(&post("get_domain_backlinks", r#"{"domain":"tidepool.example","num":"40"}"#));
        assert_eq!(value(&json)["credits_consumed"], 40);
        let balance = service.reply(&ApiCall { method: "GET", name: "account/credits", ..post("", "") });
        assert_eq!(balance.body, b"[\n  935\n]");
        let more = service.reply(&post("get_unique_page_backlinks", "page=https://megamart.example/&num=10000"));
        assert_eq!((more.status, &value(&more)["message"]), (402, &"402 Insufficient Credits".into()));
    }

    #[test]
    fn invalid_requests_are_rejected() {
        let service = service();
        let wrong_key = ApiCall { authorization: Some("Bearer x"), ..post("get_page_backlinks", "") };
        assert_eq!(service.reply(&wrong_key).status, 401);
        for body in [
            "page=ftp://x&num=5",
            "page=https://example.com/&num=0",
            "page=https://example.com/&num=10001",
            "url=x",
            "",
        ] {
            assert_eq!(service.reply(&post("get_unique_page_backlinks", body)).status, 400, "{body}");
        }
        assert_eq!(service.reply(&post("nothing", "")).status, 404);
    }

    #[test]
    fn every_fault_replies_as_the_guide_says() {
        let service = service();
        for line in super::super::guide().unwrap().iter().filter(|line| line.is_error) {
            let body = format!("page=https://{}/&num=5", line.address);
            let reply = service.reply(&post("get_unique_page_backlinks", &body));
            let status = line.what.get(..3).and_then(|digits| digits.parse().ok());
            let expected = status.unwrap_or(if line.address == "moved.example" { 302 } else { 200 });
            assert_eq!(reply.status, expected, "{line:?}");
        }
    }
}

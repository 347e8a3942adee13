//! The examples in the guides use existing commands, options and tests.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::guides;
use super::tables::{command_names, whole_help};

/// The lines of the `sh` blocks of a guide, without comments, with continued lines joined.
fn shell_lines(markdown: &str) -> Vec<String> {
    let (mut text, mut in_shell) = (String::new(), false);
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => in_shell = &*language == "sh",
            Event::End(TagEnd::CodeBlock) => in_shell = false,
            Event::Text(line) if in_shell => text.push_str(&line),
            _ => {}
        }
    }
    let text = text.replace("\\\n", " ");
    text.lines()
        .map(|line| line.split(" #").next().unwrap_or(line).to_owned())
        .filter(|l| !l.starts_with('#'))
        .collect()
}

/// The arguments of each `kew-tui` command in a line. Text in single quotes is replaced.
fn calls(line: &str) -> Vec<Vec<String>> {
    let unquoted = line.split('\'').step_by(2).collect::<Vec<_>>().join("quoted");
    let words = unquoted.replace(['(', ')', ';', '`'], " ; ");
    let mut calls: Vec<Vec<String>> = Vec::new();
    let mut is_open = false;
    for word in words.split_whitespace() {
        match word {
            "kew-tui" => {
                is_open = true;
                calls.push(Vec::new());
            }
            "|" | "||" | "&&" | ";" | ">" => is_open = false,
            _ if is_open => calls.last_mut().unwrap().push(word.trim_matches('"').to_owned()),
            _ => {}
        }
    }
    calls
}

#[test]
fn every_example_uses_existing_commands_and_options() {
    let mut helps: BTreeMap<String, String> = BTreeMap::new();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (file, text) in guides() {
        for line in shell_lines(&text) {
            for call in calls(&line) {
                let command = call.first().filter(|word| command_names().any(|name| name == *word));
                let command = command.map_or("", String::as_str);
                let help = helps.entry(command.to_owned()).or_insert_with(|| whole_help(command));
                let has = |option: &str| help.split([' ', ',', '\n', '[', ']']).any(|word| word == option);
                let option = |word: &&String| word.starts_with('-') && word.len() > 1;
                for word in call.iter().filter(option) {
                    let long = word.split('=').next().unwrap_or(word);
                    // Short options may be combined: -qf.
                    let short: Vec<String> = word.chars().skip(1).map(|letter| format!("-{letter}")).collect();
                    let known = if word.starts_with("--") { has(long) } else { short.iter().all(|option| has(option)) };
                    if !known {
                        wrong.push(format!("{file}: {word} in {line}"));
                    }
                }
                seen += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 30, "{seen} examples");
}

/// Tests of this binary by path, tests of the library by file. Unix only, since other systems have fewer tests.
#[cfg(unix)]
#[test]
fn every_test_named_in_the_guides_exists() {
    let list = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--list", "--format", "terse"])
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let in_library = |filter: &str| super::root().join("src").join(filter.replace("::", "/")).exists();
    let (mut missing, mut seen) = (Vec::new(), 0);
    for (file, text) in guides() {
        for rest in text.split("`").filter_map(|span| span.split_once("cargo test ")).map(|(_, rest)| rest) {
            let line = rest.lines().next().unwrap_or_default().split('#').next().unwrap_or_default();
            let filter =
                line.split_whitespace().find(|word| !word.starts_with('-') && *word != "all").unwrap_or_default();
            seen += 1;
            if filter != "NAME" && !list.contains(filter) && !in_library(filter) {
                missing.push(format!("{file}: cargo test {filter}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(seen > 15, "{seen} tests are named");
}

#[test]
fn calls_are_split_like_in_a_shell() {
    let line = "x=$(kew-tui history -f csv | head -1) && kew-tui diff a --filter 'b -c' -qf urls # --no";
    let found = calls(shell_lines(&format!("```sh\n{line}\n```\n")).first().unwrap());
    assert_eq!(found, [vec!["history", "-f", "csv"], vec!["diff", "a", "--filter", "quoted", "-qf", "urls"]]);
}

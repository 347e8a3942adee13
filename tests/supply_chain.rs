//! What the program is made of: who may be in it, under which licences, from where, and how many.
//!
//! The rules stand in `deny.toml`, so that `cargo deny check` and this test read the same ones. The tool takes minutes to
//! build, so it is run by hand where `deny.toml` or `Cargo.lock` change: `cargo deny check`, which also asks the network for
//! advisories.
//!
//! A clone that has just been built has fetched the crates of its own system and no others, and this test must not need more.
//! Names, versions and sources of all crates, those of other systems included, are in `Cargo.lock`; licences are in the crates
//! themselves, so that here they are those of this system's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// As many crates as the program may be made of on any one system, itself included. Fewer is better; more needs a reason.
const MOST_CRATES: usize = 300;

fn rules() -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// What cargo says without asking the network.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The crates that are fetched to build and test the program on this system.
fn fetched() -> Vec<Value> {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]);
    let mut metadata: Value = serde_json::from_str(&metadata).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

/// A crate of `Cargo.lock`.
struct Locked {
    name: String,
    version: String,
    /// Where it comes from; none for what is in this directory.
    source: Option<String>,
}

/// Every crate that any system could need.
fn locked() -> Vec<Locked> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let text = |package: &toml::Value, name: &str| Some(package.get(name)?.as_str().unwrap().to_owned());
    let package = |package: &toml::Value| Locked {
        name: text(package, "name").unwrap(),
        version: text(package, "version").unwrap(),
        source: text(package, "source"),
    };
    lock["package"].as_array().unwrap().iter().map(package).collect()
}

fn texts<'a>(rules: &'a toml::Table, section: &str, name: &str) -> Vec<&'a str> {
    rules[section][name].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// Whether `allowed` licences are enough for an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    // The old way to write OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    is_either_allowed(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn is_either_allowed(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut good = are_both_allowed(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        good |= are_both_allowed(words, allowed);
    }
    good
}

fn are_both_allowed(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut good = is_one_allowed(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        good &= is_one_allowed(words, allowed);
    }
    good
}

/// One licence, of one word or of three as in `Apache-2.0 WITH LLVM-exception`, or what stands in parentheses.
fn is_one_allowed(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let good = is_either_allowed(words, allowed);
        return words.next() == Some(")") && good;
    }
    let mut licence = words.next().unwrap_or_default().to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(&licence.as_str())
}

#[test]
fn licences_are_understood() {
    let allowed = ["MIT", "Unicode-3.0"];
    assert!(is_allowed("MIT/Apache-2.0", &allowed) && is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(
        is_allowed("MIT OR (GPL-3.0 AND X-1.0)", &allowed) && is_allowed("((MIT)) AND (X OR Unicode-3.0)", &allowed)
    );
    assert!(!is_allowed("(MIT AND GPL-3.0) OR X-1.0", &allowed) && !is_allowed("MIT WITH x-exception", &allowed));
    for broken in ["(MIT", "MIT)", "MIT MIT", "MIT AND", "()"] {
        assert!(!is_allowed(broken, &allowed), "{broken}");
    }
    assert!(!is_allowed("GPL-3.0", &allowed) && !is_allowed("MIT AND GPL-3.0", &allowed) && !is_allowed("", &allowed));
}

#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let rules = rules();
    let allowed = texts(&rules, "licenses", "allow");
    let fetched = fetched();
    assert!(fetched.len() > 100, "{} crates", fetched.len());
    for package in fetched.iter().filter(|package| package["name"] != env!("CARGO_PKG_NAME")) {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence, &allowed), "{}: {licence:?}", package["name"]);
    }
}

#[test]
fn every_crate_of_any_system_comes_from_the_registry() {
    let locked = locked();
    assert!(locked.len() >= fetched().len(), "Cargo.lock has them all");
    for Locked { name, source, .. } in locked.iter().filter(|package| package.name != env!("CARGO_PKG_NAME")) {
        let source = source.as_deref().unwrap_or("a directory");
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
    }
}

#[test]
fn nothing_that_is_banned_is_in_it() {
    let rules = rules();
    let locked = locked();
    for ban in rules["bans"]["deny"].as_array().unwrap() {
        let banned = ban["crate"].as_str().unwrap();
        let (name, versions) = banned.split_once('@').unwrap_or((banned, "*"));
        for Locked { version, .. } in locked.iter().filter(|package| package.name == name) {
            let below = versions.strip_prefix('<').map(numbers);
            let is_banned = below.is_none_or(|below| numbers(version) < below);
            assert!(!is_banned, "{name} {version} is banned: {}", ban["reason"].as_str().unwrap());
        }
    }
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.trim().parse().ok()).collect()
}

/// Two versions of a crate, of those that the program is built of, only where `deny.toml` knows of it.
#[test]
fn the_tree_stays_small() {
    let (names, count) = built_of();
    assert!(count <= MOST_CRATES, "{count} crates");
    let rules = rules();
    let known: BTreeSet<&str> = rules["bans"]["skip"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skip| skip["crate"].as_str().unwrap().split('@').next().unwrap())
        .collect();
    let doubled: Vec<_> = names.iter().filter(|(name, count)| **count > 1 && !known.contains(name.as_str())).collect();
    assert!(doubled.is_empty(), "twice in it: {doubled:?}");
}

/// The crates that are built for this system, without what only tests need: how often each name, and all.
fn built_of() -> (BTreeMap<String, usize>, usize) {
    let text =
        cargo(&["tree", "--locked", "--offline", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let crates: BTreeSet<(&str, &str)> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?))
        })
        .collect();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in &crates {
        *names.entry((*name).to_owned()).or_default() += 1;
    }
    (names, crates.len())
}

//! The dependencies: which crates, licenses and sources are allowed, and how many.
//!
//! The rules are in `deny.toml`, so that `cargo deny check` and this test read the same ones. The tool takes minutes to
//! build, so `.ci/run` runs it only where it is installed, with the advisories where their database can be had.
//!
//! A clone that has just been built has fetched the crates of its own system and no others, and this test must not need more.
//! Names, versions and sources of all crates, those of other systems included, are in `Cargo.lock`; licences are in the crates
//! themselves, so that here they are those of this system's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// As many crates as the program may be made of on any one system, itself included. Fewer is better; more needs a reason.
const MAX_CRATES: usize = 300;

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

fn strings<'a>(rules: &'a toml::Table, section: &str, name: &str) -> Vec<&'a str> {
    rules[section][name].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// How crates write their licences: by the standard, or with the old sign for OR.
const PARSE_MODE: ParseMode = ParseMode { allow_slash_as_or_operator: true, ..ParseMode::STRICT };

/// Whether `allowed` licences are enough for an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let read = Expression::parse_mode(expression, PARSE_MODE);
    read.is_ok_and(|read| read.evaluate(|license| allowed.contains(&license.to_string().as_str())))
}

#[test]
fn license_expressions_are_understood() {
    let allowed = ["MIT", "Unicode-3.0"];
    for good in ["MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "MIT OR (GPL-3.0-only AND ISC)", "((MIT))"] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0-only", "MIT AND ISC", "(MIT AND ISC) OR Zlib", "Apache-2.0 WITH LLVM-exception", "X-1.0"] {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
    for broken in ["", "(MIT", "MIT)", "MIT MIT", "MIT AND", "()"] {
        assert!(!is_allowed(broken, &allowed), "{broken}");
    }
    assert!(is_allowed("Apache-2.0 WITH LLVM-exception", &["Apache-2.0 WITH LLVM-exception"]));
}

#[test]
fn every_crate_has_an_allowed_license() {
    let rules = rules();
    let allowed = strings(&rules, "licenses", "allow");
    let fetched = fetched();
    assert!(fetched.len() > 100, "{} crates", fetched.len());
    for package in fetched.iter().filter(|package| package["name"] != env!("CARGO_PKG_NAME")) {
        let license = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(license, &allowed), "{}: {license:?}", package["name"]);
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
fn no_banned_crate_is_used() {
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

/// What runs while the program is built could do anything. Each crate that does so is named in `SECURITY.md`, with the reason; other
/// systems have a few more, which the list is not about.
#[cfg(target_os = "linux")]
#[test]
fn every_crate_with_a_build_script_is_listed() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md")).unwrap();
    let (_, section) = text.split_once("## Crates with build scripts").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let table = section.lines().filter(|line| line.starts_with("| `"));
    let listed: BTreeSet<&str> =
        table.flat_map(|line| line.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    let (built, _) = built_crates();
    let runs = |package: &&Value| {
        let mut targets = package["targets"].as_array().unwrap().iter();
        targets.any(|target| target["kind"].as_array().unwrap().contains(&"custom-build".into()))
    };
    let fetched = fetched();
    let found: BTreeSet<&str> = fetched
        .iter()
        .filter(runs)
        .map(|package| package["name"].as_str().unwrap())
        .filter(|name| built.contains_key(*name))
        .collect();
    let unlisted: Vec<_> = found.difference(&listed).collect();
    assert!(unlisted.is_empty(), "with a build script, and not in SECURITY.md: {unlisted:?}");
    let locked: BTreeSet<String> = locked().into_iter().map(|package| package.name).collect();
    let gone: Vec<_> = listed.iter().filter(|name| !locked.contains(**name)).collect();
    assert!(gone.is_empty(), "in SECURITY.md, and not in Cargo.lock: {gone:?}");
}

/// Two versions of a crate, of those that the program is built of, only where `deny.toml` knows of it.
#[test]
fn the_dependency_tree_stays_small() {
    let (names, count) = built_crates();
    assert!(count <= MAX_CRATES, "{count} crates");
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
fn built_crates() -> (BTreeMap<String, usize>, usize) {
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

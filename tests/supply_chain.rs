//! The dependencies: which crates, licenses and sources are allowed, and how many.
//!
//! The rules are in `deny.toml`, which `cargo deny check` reads too. cargo-deny takes minutes to build, so `.ci/run` runs it
//! only if it is installed, and checks advisories only if their database is available.
//!
//! The test works offline with the crates of this system, which a build has already downloaded. Names, versions and sources of
//! all crates, including those for other systems, are in `Cargo.lock`; licenses are in the crates themselves, so only those of
//! this system are checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// The maximum number of crates on one system, including this one. Raising it needs a reason.
const MAX_CRATES: usize = 300;

fn rules() -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Runs cargo offline.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The crates needed to build and test on this system.
fn downloaded() -> Vec<Value> {
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
    /// `None` for the crate in this directory.
    source: Option<String>,
}

/// The crates for all systems.
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

/// SPDX expressions, also with `/` for OR.
const PARSE_MODE: ParseMode = ParseMode { allow_slash_as_or_operator: true, ..ParseMode::STRICT };

/// Whether the `allowed` licenses satisfy an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`.
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
    let downloaded = downloaded();
    assert!(downloaded.len() > 100, "{} crates", downloaded.len());
    for package in downloaded.iter().filter(|package| package["name"] != env!("CARGO_PKG_NAME")) {
        let license = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(license, &allowed), "{}: {license:?}", package["name"]);
    }
}

#[test]
fn every_locked_crate_comes_from_the_registry() {
    let locked = locked();
    assert!(locked.len() >= downloaded().len(), "Cargo.lock lists every crate");
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

/// Build scripts run arbitrary code. `SECURITY.md` names each crate with one and the reason; on Linux only, since other systems
/// have a few more.
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
    let has_build_script = |package: &&Value| {
        let mut targets = package["targets"].as_array().unwrap().iter();
        targets.any(|target| target["kind"].as_array().unwrap().contains(&"custom-build".into()))
    };
    let downloaded = downloaded();
    let found: BTreeSet<&str> = downloaded
        .iter()
        .filter(has_build_script)
        .map(|package| package["name"].as_str().unwrap())
        .filter(|name| built.contains_key(*name))
        .collect();
    let unlisted: Vec<_> = found.difference(&listed).collect();
    assert!(unlisted.is_empty(), "with a build script but not in SECURITY.md: {unlisted:?}");
    let locked: BTreeSet<String> = locked().into_iter().map(|package| package.name).collect();
    let gone: Vec<_> = listed.iter().filter(|name| !locked.contains(**name)).collect();
    assert!(gone.is_empty(), "in SECURITY.md but not in Cargo.lock: {gone:?}");
}

/// Two versions of one crate are allowed only if `deny.toml` lists it.
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
    let duplicates: Vec<_> =
        names.iter().filter(|(name, count)| **count > 1 && !known.contains(name.as_str())).collect();
    assert!(duplicates.is_empty(), "in two versions: {duplicates:?}");
}

/// The crates of the program on this system, without dev-dependencies: the number of versions of each name, and the total.
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

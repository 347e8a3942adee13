//! How the source is built: who may use whom, no circles, no world in the core, no long functions. The source is parsed, so
//! that no form of a path goes unseen.

mod bounds;
mod circles;
mod cli;
mod errors;
mod scan;
mod tree;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use circles::circles;
use tree::{File, Tree};

/// Each module and what it may use of this crate; `src/lib.rs` and `ARCHITECTURE.md` say the same.
pub const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("layout", &["domain"]),
    ("api", &["domain"]),
    ("files", &[]),
    ("archive", &["domain", "files"]),
    ("failpoint", &[]),
    ("internal_error", &[]),
    ("fetch", &["api", "archive", "domain", "failpoint", "internal_error"]),
    ("demo", &["domain"]),
    ("formats", &["domain", "layout"]),
    ("input", &["domain"]),
    ("widgets", &["domain", "layout"]),
    ("config", &["domain", "files", "input"]),
    ("app", &["domain", "layout", "input", "config", "formats"]),
    ("view", &["domain", "layout", "input", "config", "app", "widgets"]),
    (
        "runtime",
        &[
            "domain",
            "layout",
            "input",
            "config",
            "files",
            "formats",
            "app",
            "view",
            "api",
            "archive",
            "failpoint",
            "internal_error",
            "fetch",
            "demo",
        ],
    ),
    ("cli", &["domain", "layout", "config", "files", "formats", "api", "archive", "fetch", "demo", "runtime"]),
];

/// Lines of a function from which on a comment above it has to say why: `// Long: …`.
const LONG: usize = 61;

static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")));

/// The file or directory of `src` to which a module belongs.
fn layer(file: &File) -> Option<&str> {
    file.module.first().map(String::as_str)
}

fn layers() -> impl Iterator<Item = &'static str> {
    ALLOWED.iter().map(|(name, _)| *name)
}

#[test]
fn no_module_uses_what_stands_above_it() {
    let mut wrong = Vec::new();
    for file in &TREE.files {
        let Some(own) = layer(file) else { continue };
        let allowed = ALLOWED.iter().find(|(name, _)| *name == own);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{own} stands in no layer"));
        for place in Tree::places(file) {
            let path = TREE.absolute(file, place).unwrap_or_default();
            let used = path.first().map(String::as_str).filter(|used| *used != own && layers().any(|l| l == *used));
            if let Some(used) = used.filter(|used| !allowed.contains(used)) {
                wrong.push(format!("{}:{}: {own} must not use {used}", file.name, place.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let seen: BTreeSet<&str> = TREE.files.iter().filter_map(layer).collect();
    assert_eq!(seen, layers().collect(), "each layer has files");
}

/// The circles that the table of layers leaves room for: it has none.
#[test]
fn no_modules_use_each_other_in_a_circle() {
    let number = |name: &str| layers().position(|other| other == name);
    let arrows = TREE.arrows().into_keys().filter_map(|arrow| {
        let ends = [arrow.from, arrow.to].map(|file| layer(&TREE.files[file]).and_then(number));
        ends[0].zip(ends[1]).filter(|(from, to)| from != to)
    });
    let found = circles(ALLOWED.len(), &arrows.collect());
    let named: Vec<Vec<&str>> = found.iter().map(|c| c.iter().map(|number| ALLOWED[*number].0).collect()).collect();
    assert!(named.is_empty(), "{named:?}");
}

/// A file that declares others and hands their names on stands in no circle with them; one whose own functions or types
/// they use, and which uses theirs, does. What only tests name does not count, nor what an `impl` adds to a type.
#[test]
fn no_files_use_each_other_in_a_circle() {
    let arrows = TREE.arrows();
    let found = circles(TREE.files.len(), &arrows.keys().map(|arrow| (arrow.from, arrow.to)).collect());
    let mut wrong = String::new();
    for circle in found {
        let mut names: Vec<&str> = circle.iter().map(|file| TREE.files[*file].name.as_str()).collect();
        names.sort_unstable();
        wrong += &format!("a circle of {} files:\n", names.len());
        for (arrow, taken) in arrows.iter().filter(|(a, _)| circle.contains(&a.from) && circle.contains(&a.to)) {
            let [from, to] = [arrow.from, arrow.to].map(|file| &TREE.files[file].name);
            wrong += &format!("  {from} takes from {to}: {taken:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_long_function_says_why() {
    let mut wrong = Vec::new();
    for file in &TREE.files {
        let lines: Vec<&str> = file.text.lines().collect();
        for function in file.scan.functions.iter().filter(|function| function.lines >= LONG) {
            let above = lines[..function.line - 1].iter().rev();
            let mut above = above.map(|line| line.trim()).take_while(|line| line.starts_with(['/', '#']));
            if !above.any(|line| line.starts_with("// Long: ")) {
                wrong.push(format!("{}:{}: {} has {} lines", file.name, function.line, function.name, function.lines));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_is_pure() {
    for file in TREE.files.iter().filter(|file| !file.is_test) {
        if !matches!(layer(file), Some("domain" | "layout" | "app" | "view" | "widgets" | "input")) {
            continue;
        }
        let shipped = file.text.split("#[cfg(test)]").next().unwrap();
        for forbidden in [
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "Instant::now",
            "SystemTime",
            "tokio::",
            "reqwest::",
            "std::thread",
        ] {
            assert!(!shipped.contains(forbidden), "{} touches the world: {forbidden}", file.name);
        }
    }
}

#[test]
fn one_file_has_unsafe_code_and_says_why() {
    let unsafe_ones: Vec<&File> = TREE.files.iter().filter(|file| file.text.contains("unsafe_code")).collect();
    assert_eq!(
        unsafe_ones.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["runtime/terminal/crash_restore.rs"]
    );
    assert!(unsafe_ones[0].text.contains("// SAFETY:"));
}

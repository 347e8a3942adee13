//! Which layer may use which, and no cycles.

use std::collections::BTreeSet;

use super::TREE;
use super::cycles::cycles;
use super::tree::{File, Tree};

/// Each module and what it may use of this crate, as `src/lib.rs` and `ARCHITECTURE.md` say.
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

/// The file or directory of `src` to which a module belongs.
pub fn layer(file: &File) -> Option<&str> {
    file.module.first().map(String::as_str)
}

fn layers() -> impl Iterator<Item = &'static str> {
    ALLOWED.iter().map(|(name, _)| *name)
}

/// Uses of a forbidden layer, or of the whole crate, which hides what is used.
fn misplaced(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in &tree.files {
        let Some(own) = layer(file) else { continue };
        let allowed = ALLOWED.iter().find(|(name, _)| *name == own);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{own} is in no layer"));
        for place in Tree::places(file) {
            let Some(path) = tree.absolute(file, place) else { continue };
            let used = path.first().map_or("the whole crate", String::as_str);
            if used != own && !allowed.contains(&used) {
                wrong.push(format!("{}:{}: {own} must not use {used}", file.name, place.line));
            }
        }
    }
    wrong
}

#[test]
fn no_module_uses_a_layer_above_it() {
    let wrong = misplaced(&TREE);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let seen: BTreeSet<&str> = TREE.files.iter().filter_map(layer).collect();
    assert_eq!(seen, layers().collect(), "each layer has files");
}

#[test]
fn uses_of_a_layer_above_are_found_in_every_form() {
    for forbidden in [
        "use crate::{domain::{Link}, cli::{self, Exit}};",
        "use super::super::cli::Exit;",
        "use crate::cli as shell;",
        "fn f() { crate::cli::run() }",
        "fn f() { use super::super::cli; }",
        "pub use crate::cli::Exit;",
        "macro_rules! m { () => { crate::cli::run() } }",
        "macro_rules! m { () => { use crate::{domain::Link, cli::{Exit}}; } }",
        "fn f() { println!(\"{}\", crate::cli::run()) }",
        "use crate::*;",
        "use crate as root; fn f() { root::cli::run() }",
        "extern crate self as kew;",
        "#[derive(crate::cli::Parser)] struct S;",
        "mod inner { fn f() { super::super::super::cli::run() } }",
        "fn f(_: <crate::cli::T as Copy>::X) {}",
        "#[cfg(test)] mod tests { use crate::cli::Exit; }",
    ] {
        let tree = Tree::of(&[
            ("lib.rs", "mod app; mod cli; mod domain;"),
            ("app/mod.rs", "mod columns;"),
            ("app/columns.rs", forbidden),
            ("cli.rs", ""),
            ("domain.rs", ""),
        ]);
        assert!(!misplaced(&tree).is_empty(), "{forbidden}");
    }
    let may = "use crate::domain::{Link, self}; use std::fmt; /// [`crate::cli`]\npub(in crate::app) fn f() { super::domain::x() }";
    let tree = Tree::of(&[("lib.rs", "mod app; mod domain;"), ("app.rs", may), ("domain.rs", "")]);
    assert_eq!(misplaced(&tree), [""; 0]);
}

#[test]
fn layers_have_no_cycles() {
    let number = |name: &str| layers().position(|other| other == name);
    let arrows = TREE.arrows().into_keys().filter_map(|arrow| {
        let ends = [arrow.from, arrow.to].map(|file| layer(&TREE.files[file]).and_then(number));
        ends[0].zip(ends[1]).filter(|(from, to)| from != to)
    });
    let found = cycles(ALLOWED.len(), &arrows.collect());
    let named: Vec<Vec<&str>> = found.iter().map(|c| c.iter().map(|number| ALLOWED[*number].0).collect()).collect();
    assert!(named.is_empty(), "{named:?}");
}

/// A file that only re-exports its submodules is in no cycle with them. It is in one if both use each other's items. Uses in
/// tests and methods of an `impl` do not count.
#[test]
fn files_have_no_cycles() {
    let arrows = TREE.arrows();
    let found = cycles(TREE.files.len(), &arrows.keys().map(|arrow| (arrow.from, arrow.to)).collect());
    let mut wrong = String::new();
    for cycle in found {
        let mut names: Vec<&str> = cycle.iter().map(|file| TREE.files[*file].name.as_str()).collect();
        names.sort_unstable();
        wrong += &format!("a cycle of {} files:\n", names.len());
        for (arrow, taken) in arrows.iter().filter(|(a, _)| cycle.contains(&a.from) && cycle.contains(&a.to)) {
            let [from, to] = [arrow.from, arrow.to].map(|file| &TREE.files[file].name);
            wrong += &format!("  {from} takes from {to}: {taken:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

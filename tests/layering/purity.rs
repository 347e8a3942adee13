//! The core is pure: it takes events and returns effects, and does no I/O itself.

use super::TREE;
use super::layers::layer;
use super::tree::Tree;

const PURE: [&str; 6] = ["domain", "layout", "app", "view", "widgets", "input"];

/// I/O: files, the environment, the network, processes, threads, clocks, and crates for them.
const WORLD: [&str; 15] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os",
    "std::path",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "arboard",
    "reqwest",
    "rustix",
    "sqlx",
    "tokio",
];

/// Uses of I/O in the core outside tests, under any name.
fn impure(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in tree.files.iter().filter(|file| !file.is_test && layer(file).is_some_and(|own| PURE.contains(&own))) {
        let globs = file.scan.imports.iter().filter(|import| import.name == "*").map(|import| &import.place);
        let is_glob = |path: &str| {
            globs.clone().any(|glob| {
                !glob.in_test && WORLD.iter().any(|world| is_within(world, path)) && glob.path.join("::") == path
            })
        };
        for place in Tree::places(file).filter(|place| !place.in_test) {
            let path = tree.spelled_out(file, place).join("::");
            if WORLD.iter().any(|world| is_within(&path, world)) || is_glob(&path) {
                wrong.push(format!("{}:{}: {path}", file.name, place.line));
            }
        }
    }
    wrong
}

fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn the_core_does_no_io() {
    let wrong = impure(&TREE);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for pure in PURE {
        assert!(TREE.files.iter().any(|file| layer(file) == Some(pure)), "{pure} has no files");
    }
}

#[test]
fn io_in_the_core_is_found_in_every_form() {
    for forbidden in [
        "fn f() { std::fs::read(x) }",
        "use std::{fmt, fs};",
        "use std::{fs as disk}; fn f() { disk::read(x) }",
        "use std as s; fn f() { s::env::var(x) }",
        "use std::time::{Duration, Instant as Clock}; fn f() { Clock::now() }",
        "use std::time::*; fn f() { SystemTime::now() }",
        "use std::*;",
        "fn f() { println!(\"{:?}\", std::env::args()) }",
        "macro_rules! m { () => { use std::{fs}; } }",
        "use tokio as t; fn f() { t::spawn(x) }",
        "use ::tokio::spawn;",
        "#[cfg(test)] mod tests {} fn f() { std::fs::read(x) }",
    ] {
        let tree = Tree::of(&[("lib.rs", "mod app;"), ("app.rs", forbidden)]);
        assert!(!impure(&tree).is_empty(), "{forbidden}");
    }
    for allowed in [
        "use std::fmt::*; use std::time::Duration; fn f() { fs::g() } mod fs {}",
        "#[cfg(test)] mod tests { use std::fs; }",
        "#[cfg(test)] const X: u8 = std::fs::y();",
        "impl S { #[cfg(test)] fn f() { std::fs::read(x) } }",
    ] {
        let tree = Tree::of(&[("lib.rs", "mod app;"), ("app.rs", allowed)]);
        assert_eq!(impure(&tree), [""; 0], "{allowed}");
    }
}

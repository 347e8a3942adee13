//! Who may use whom. The `use` lines and paths of `src` are read, so that a forbidden import fails here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and what it may use of this crate; what stands in `src/lib.rs` in words.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("geometry", &["domain"]),
    ("api", &["domain"]),
    ("files", &[]),
    ("archive", &["domain", "files"]),
    ("demo", &["domain"]),
    ("formats", &["domain", "geometry"]),
    ("input", &["domain"]),
    ("widgets", &["domain", "geometry"]),
    ("config", &["domain", "files", "input"]),
    ("app", &["domain", "geometry", "input", "config", "formats"]),
    ("view", &["domain", "geometry", "input", "config", "app", "widgets"]),
    (
        "runtime",
        &["domain", "geometry", "input", "config", "files", "formats", "app", "view", "api", "archive", "demo"],
    ),
    ("cli", &["domain", "geometry", "config", "files", "formats", "api", "archive", "demo", "runtime"]),
];

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// The names that follow `crate::` in a line of code, also within braces; comments do not count.
fn used_modules(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut found = Vec::new();
    for (_, rest) in code.match_indices("crate::").map(|(i, m)| (i, &code[i + m.len()..])) {
        let names = rest.strip_prefix('{').map_or(rest, |inner| inner.split('}').next().unwrap_or(inner));
        let many = rest.starts_with('{');
        for name in names.split(',').take(if many { usize::MAX } else { 1 }) {
            let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}

#[test]
fn the_scanner_sees_every_form_of_import() {
    assert_eq!(used_modules("use crate::app::Model; // not crate::cli"), ["app"]);
    assert_eq!(used_modules("use crate::{api, view::draw};"), ["api", "view"]);
    assert_eq!(used_modules("    let x = crate::demo::guide();"), ["demo"]);
}

#[test]
fn no_module_uses_what_stands_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for path in rust_files(&src) {
        let relative = path.strip_prefix(&src).unwrap();
        let module = relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        let text = fs::read_to_string(&path).unwrap();
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == module) else {
            assert!(matches!(module, "lib" | "main"), "{module} stands in no layer");
            continue;
        };
        seen.insert(module.to_owned());
        for (number, line) in text.lines().enumerate() {
            for used in used_modules(line) {
                if used != module && ALLOWED.iter().any(|(name, _)| *name == used) && !allowed.contains(&used.as_str())
                {
                    wrong.push(format!("{}:{}: {module} must not use {used}", relative.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen.len(), ALLOWED.len(), "a layer without a file: {seen:?}");
}

/// The words of Rust code; `::` is one, comments are none.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for line in code.lines() {
        let mut rest = line.split("//").next().unwrap().trim_start();
        while let Some(first) = rest.chars().next() {
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            let length = match first {
                ':' if rest.starts_with("::") => 2,
                c if is_name(c) => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            words.push(&rest[..length]);
            rest = rest[length..].trim_start();
        }
    }
    words
}

/// The paths that begin at a word: one, or one for each name within braces. Returns how many words they take.
fn expand<'a>(words: &[&'a str], prefix: &[&'a str], found: &mut Vec<Vec<&'a str>>) -> usize {
    let (mut path, mut at) = (prefix.to_vec(), 0);
    while let Some(&word) = words.get(at) {
        at += 1;
        if word == "{" {
            while words.get(at).is_some_and(|word| *word != "}") {
                at += if words[at] == "," { 1 } else { expand(&words[at..], &path, found) };
            }
            return at + 1;
        }
        path.push(word);
        if words.get(at) != Some(&"::") {
            break;
        }
        at += 1;
    }
    found.push(path);
    if words.get(at) == Some(&"as") { at + 2 } else { at }
}

/// The modules below `top` that a module of it names: each is the path of a file, the empty one that of `top` itself.
fn named_modules(code: &str, top: &str, own: &[&str], files: &BTreeSet<String>) -> BTreeSet<String> {
    let words = words(code);
    let mut paths = Vec::new();
    let mut named = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        // `pub(in …)` says who may use the file, not whom it uses.
        let begins = at == 0 || words[at - 1] != "::" && !words[..at].ends_with(&["(", "in"]);
        if begins && matches!(*word, "crate" | "super" | "self") && words.get(at + 1) == Some(&"::") {
            expand(&words[at..], &[], &mut paths);
        }
        if *word == "mod" && words.get(at + 2) == Some(&";") {
            paths.push(vec!["self", words[at + 1]]);
        }
    }
    for path in paths {
        let supers = path.iter().take_while(|part| **part == "super").count();
        let (mut module, rest) = match path[0] {
            "crate" if path.get(1) == Some(&top) => (Vec::new(), &path[2..]),
            "self" => (own.to_vec(), &path[1..]),
            "super" if supers <= own.len() => (own[..own.len() - supers].to_vec(), &path[supers..]),
            _ => continue,
        };
        for part in rest {
            module.push(part);
            if !files.contains(&module.join("/")) {
                module.pop();
                break;
            }
        }
        named.insert(module.join("/"));
    }
    named.remove(&own.join("/"));
    named
}

#[test]
fn every_way_to_name_a_neighbor_is_seen() {
    let files = ["", "a", "b", "b/c", "b/d"].map(str::to_owned).into();
    for (code, own, named) in [
        ("use super::b::{X, c::Y}; // super::a", "a", &["b", "b/c"] as &[&str]),
        ("use super::{\n    a::{X, Y},\n    d,\n};", "b/c", &["b", "b/d"]),
        ("pub(super) fn f() { super::super::a::g(); self.x() }", "b/c", &["a"]),
        ("use crate::top::{a, b as other};", "b/d", &["a", "b"]),
        ("pub(in crate::top::b) struct X; use super::Item;", "a", &[""]),
        ("mod c;\nuse self::c::X; use crate::other::a;", "b", &["b/c"]),
    ] {
        let own: Vec<&str> = own.split('/').collect();
        let found = named_modules(code, "top", &own, &files);
        assert!(found.iter().eq(named), "{code}: {found:?}");
    }
}

/// The files of `src/cli` as modules, and those of each other that they name.
fn uses_in_cli() -> BTreeMap<String, BTreeSet<String>> {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
    let module = |path: &Path| {
        let path = path.strip_prefix(&cli).unwrap().with_extension("");
        let parts: Vec<&str> = path.iter().map(|part| part.to_str().unwrap()).filter(|part| *part != "mod").collect();
        parts.join("/")
    };
    let paths = rust_files(&cli);
    let files: BTreeSet<String> = paths.iter().map(|path| module(path)).collect();
    let uses = |path: &PathBuf| {
        let own = module(path);
        let parts: Vec<&str> = own.split('/').filter(|part| !part.is_empty()).collect();
        let text = fs::read_to_string(path).unwrap();
        let shipped = text.split("#[cfg(test)]").next().unwrap();
        let named = named_modules(shipped, "cli", &parts, &files);
        (own, named)
    };
    paths.iter().map(uses).collect()
}

#[test]
fn no_file_of_the_command_line_uses_one_that_uses_it() {
    let mut left = uses_in_cli();
    assert!(left.len() > 20 && left["commands/fetch"].contains("buying"), "{left:?}");
    // What uses nothing that is left is no part of a circle.
    loop {
        let before = left.len();
        let names: BTreeSet<String> = left.keys().cloned().collect();
        left.retain(|_, uses| uses.iter().any(|used| names.contains(used)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "in or above a circle: {left:?}");
}

#[test]
fn commands_stand_on_what_they_share_and_nothing_stands_on_them() {
    let owner = |module: &str| module.strip_prefix("commands/").map(|rest| rest.split('/').next().unwrap().to_owned());
    for (file, uses) in uses_in_cli() {
        for used in uses {
            let of = owner(&used);
            let is_allowed = of.is_none() || of == owner(&file) || file == "commands";
            assert!(is_allowed, "{file} uses the command {used}");
            assert!(used != "commands" || matches!(file.as_str(), "" | "arguments"), "{file} uses the commands");
        }
    }
}

/// A command for which a shared option means something else says so; it does not declare it again.
#[test]
fn each_option_of_the_command_line_is_declared_once() {
    // A list of links, one of records, and what can be either have formats of their own.
    let apart = ["format"];
    let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut ids, mut meant) = (BTreeSet::new(), BTreeSet::new());
    for path in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli")) {
        let text = fs::read_to_string(&path).unwrap();
        for option in text.split("#[arg(").skip(1) {
            let (attributes, field) = option.split_once(")]\n").unwrap();
            let Some((_, long)) = attributes.split_once("long") else { continue };
            let field = field.trim_start().split(':').next().unwrap().rsplit(' ').next().unwrap();
            let name = long.strip_prefix(" = \"").map_or(field, |name| name.split('"').next().unwrap());
            declared.entry(name.to_owned()).or_default().push(path.display().to_string());
            ids.insert(field.to_owned());
        }
        for meanings in text.split("means(&[").skip(1) {
            let texts = meanings.split("])").next().unwrap().split('(').skip(1);
            meant.extend(texts.map(|text| text.split('"').nth(1).unwrap().to_owned()));
        }
    }
    assert!(declared.len() > 20 && declared.contains_key("all_links") && declared.contains_key("num"), "{declared:?}");
    let twice = declared.iter().filter(|(name, places)| places.len() > 1 && !apart.contains(&name.as_str()));
    let twice: Vec<_> = twice.collect();
    assert!(twice.is_empty(), "declared more than once: {twice:?}");
    assert!(meant.len() > 5 && meant.is_subset(&ids), "no options: {:?}", meant.difference(&ids));
}

#[test]
fn each_way_out_of_the_command_line_stands_in_one_file() {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
    for (way, file) in [
        ("Vault::", "lazy_archive.rs"),
        ("var_os(", "environment.rs"),
        ("stderr(), ", "stderr.rs"),
        ("ExitCode::from(", "mod.rs"),
    ] {
        let mut users = rust_files(&cli);
        users.retain(|path| fs::read_to_string(path).unwrap().contains(way));
        assert_eq!(users, [cli.join(file)], "{way}");
    }
}

#[test]
fn the_core_is_pure() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in ["domain", "geometry", "app", "view", "widgets", "input"] {
        for path in rust_files(&src.join(module)) {
            let text = fs::read_to_string(&path).unwrap();
            let shipped = text.split("#[cfg(test)]").next().unwrap();
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
                assert!(!shipped.contains(forbidden), "{} touches the world: {forbidden}", path.display());
            }
        }
    }
}

#[test]
fn one_file_has_unsafe_code_and_says_why() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let has = |path: &PathBuf, what: &str| fs::read_to_string(path).unwrap().contains(what);
    let files: Vec<PathBuf> = rust_files(&src).into_iter().filter(|path| has(path, "unsafe_code")).collect();
    assert_eq!(files, [src.join("runtime/terminal/last_resort.rs")]);
    assert!(has(&files[0], "// SAFETY:"));
}

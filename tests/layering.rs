//! Who may use whom. The `use` lines and paths of `src` are read, so that a forbidden import fails here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and what it may use of this crate; what stands in `src/lib.rs` in words.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("geometry", &["domain"]),
    ("api", &["domain"]),
    ("files", &[]),
    ("archive", &["domain", "files"]),
    ("fault", &[]),
    ("fetch", &["api", "archive", "domain", "fault"]),
    ("demo", &["domain"]),
    ("formats", &["domain", "geometry"]),
    ("input", &["domain"]),
    ("widgets", &["domain", "geometry"]),
    ("config", &["domain", "files", "input"]),
    ("app", &["domain", "geometry", "input", "config", "formats"]),
    ("view", &["domain", "geometry", "input", "config", "app", "widgets"]),
    (
        "runtime",
        &[
            "domain", "geometry", "input", "config", "files", "formats", "app", "view", "api", "archive", "fault",
            "fetch", "demo",
        ],
    ),
    ("cli", &["domain", "geometry", "config", "files", "formats", "api", "archive", "fetch", "demo", "runtime"]),
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

/// Each language of a database, and the only folder that speaks it.
#[test]
fn a_store_is_spoken_to_in_its_own_folder_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let shipped = |path: &Path| fs::read_to_string(path).unwrap().to_lowercase();
    let (mut wrong, mut speaks) = (Vec::new(), 0);
    for path in rust_files(&src) {
        if path.starts_with(src.join("archive/sqlite")) {
            speaks += usize::from(shipped(&path).contains("sqlx"));
        } else if ["sqlx", "pragma", "select ", "insert into"].iter().any(|word| shipped(&path).contains(word)) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty() && speaks > 3, "{wrong:?}");
    // What the rules ask of a store, and what it gives them, is of no database and of no file system.
    for file in ["store.rs", "record.rs", "read.rs", "readings.rs", "log.rs", "check.rs", "memory/state.rs"] {
        let text = shipped(&src.join("archive").join(file));
        for word in ["sqlite", "path", "fs::", "archive.sqlite"] {
            assert!(!text.contains(word), "archive/{file}: {word}");
        }
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

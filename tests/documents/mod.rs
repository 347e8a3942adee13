//! The guides match the program: some blocks are rendered from the code, the rest is checked against it.

mod blocks;
mod examples;
mod links;
mod settings;
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kew_tui::app::palette::{Command, Palette};
use kew_tui::config::{ColorSupport, Config};
use kew_tui::input::{ACTIONS, Context};

/// The guides outside of `docs`, relative to the root of the project.
const TOP_LEVEL: [&str; 6] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "tests/fuzz/README.md"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn files_of_docs() -> Vec<String> {
    let entries = fs::read_dir(root().join("docs")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Names and texts.
fn guides() -> Vec<(String, String)> {
    let docs = files_of_docs().into_iter().map(|name| format!("docs/{name}"));
    TOP_LEVEL.map(str::to_owned).into_iter().chain(docs).map(|name| (name.clone(), read(&name))).collect()
}

#[test]
fn the_readme_fits_on_a_page_or_two() {
    let lines = read("README.md").lines().count();
    assert!(lines < 150, "README.md has {lines} lines; details belong in docs/");
}

#[test]
fn the_summary_lists_every_page() {
    let summary = read("docs/SUMMARY.md");
    let listed: BTreeSet<String> = links::destinations(&summary).collect();
    let pages: BTreeSet<String> = files_of_docs().into_iter().filter(|name| name != "SUMMARY.md").collect();
    assert_eq!(listed, pages);
}

/// mdBook includes only its source directory, so a link out of `docs` is broken in the book.
#[test]
fn every_link_resolves() {
    let broken: Vec<String> = guides().iter().flat_map(|(name, text)| links::broken(&root(), name, text)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_changelog_begins_with_this_version() {
    let changelog = read("CHANGELOG.md");
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    // The next version has no number yet.
    let mut versions = headings.filter(|heading| heading.starts_with(|c: char| c.is_ascii_digit()));
    let newest = versions.next().and_then(|heading| heading.split([',', ' ']).next());
    assert_eq!(newest, Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_guides_name_the_minimum_rust_version() {
    let wanted = format!("Rust {}", env!("CARGO_PKG_RUST_VERSION"));
    for name in ["README.md", "CONTRIBUTING.md"] {
        assert!(read(name).contains(&wanted), "{name} does not say {wanted}");
    }
}

/// Paths with `NAME` are placeholders.
#[test]
fn every_path_in_the_guides_exists() {
    let mut missing = Vec::new();
    for (name, least) in [("ARCHITECTURE.md", 40), ("CONTRIBUTING.md", 40), ("SECURITY.md", 5)] {
        let paths = links::paths(&read(name));
        assert!(paths.len() > least, "{name} names {} paths", paths.len());
        missing.extend(paths.into_iter().filter(|path| !root().join(path).exists()).map(|p| format!("{name}: {p}")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_action_has_a_key_or_is_in_the_palette() {
    let keymap = Config::read(None, ColorSupport::Many).unwrap().keymap;
    let commands = Palette::default().matches(&[]);
    for info in ACTIONS {
        let by_key = Context::NAMES.iter().any(|(context, _)| !keymap.keys_for(info.action, *context).is_empty());
        let by_palette = commands.contains(&Command::Action(info.action));
        assert!(by_key || by_palette, "{} has no key in assets/keys.toml and is not in the palette", info.name);
        assert_eq!(by_palette, info.in_palette, "{}", info.name);
    }
}

#[test]
fn source_files_are_short_and_have_a_head() {
    fn files(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let mut all = Vec::new();
    files(&root().join("src"), &mut all);
    for path in all.iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        let text = fs::read_to_string(path).unwrap();
        let shipped = text.split("#[cfg(test)]").next().unwrap().lines().count();
        assert!(shipped <= 400, "{} has {shipped} lines", path.display());
        assert!(text.starts_with("//!"), "{} does not say what is in it", path.display());
    }
}

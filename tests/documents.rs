//! The documents say what is so.

use std::fs;
use std::path::{Path, PathBuf};

use kew_tui::app::palette::{Command, Palette};
use kew_tui::cli::Exit;
use kew_tui::config::{ColorSupport, Config, DEFAULT_FILE};
use kew_tui::demo;
use kew_tui::input::{ACTIONS, Context};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

#[test]
fn the_readme_lists_every_target_of_the_demo() {
    let readme = readme();
    for line in demo::guide().unwrap() {
        assert!(readme.contains(&format!("`{}`", line.address)), "{} is not in the README", line.address);
    }
}

#[test]
fn the_readme_names_every_setting() {
    let readme = readme();
    for line in DEFAULT_FILE.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ") {
            assert!(readme.contains(&format!("`{name}`")), "{name} is not in the README");
        }
    }
}

#[test]
fn the_readme_names_every_key_of_the_table() {
    let readme = readme();
    let keymap = Config::read(None, ColorSupport::Many).unwrap().keymap;
    for info in ACTIONS {
        for chord in keymap.keys_for(info.action, Context::Table) {
            assert!(readme.contains(&format!("`{chord}`")), "`{chord}` ({}) is not in the README", info.name);
        }
    }
}

#[test]
fn the_readme_names_every_command() {
    let readme = readme();
    let help = std::process::Command::new(crate::support::program::BINARY).arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let commands = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty() && *name != "help").collect();
    assert!(names.len() > 10, "{help}");
    for name in names {
        let named = readme.contains(&format!("`{name} ")) || readme.contains(&format!("`{name}`"));
        assert!(named, "`{name}` is not in the README");
    }
}

#[test]
fn the_readme_says_what_every_exit_code_means() {
    let readme = readme();
    let table = readme.split("| exit code | means |\n|---|---|\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let rows: Vec<String> = Exit::ALL.iter().map(|exit| format!("| {} | {} |", exit.number(), exit.means())).collect();
    assert_eq!(table.lines().collect::<Vec<_>>(), rows);
}

#[test]
fn every_file_that_the_readme_points_to_is_there() {
    let readme = readme();
    for (_, rest) in readme.match_indices("](").map(|(i, m)| (i, &readme[i + m.len()..])) {
        let target = rest.split(')').next().unwrap();
        if !target.starts_with("http") && !target.starts_with('#') {
            assert!(root().join(target).exists(), "{target}");
        }
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_action_can_be_reached_by_a_key_or_by_the_palette() {
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
fn most_files_hold_one_idea() {
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
        assert!(text.starts_with("//!"), "{} does not say what lives in it", path.display());
    }
}

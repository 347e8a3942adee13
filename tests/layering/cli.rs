//! The command line: commands depend only on what they share, and each option is declared once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::TREE;
use super::bounds::rust_files;

/// The command that a file belongs to.
fn command_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cli/commands/")?.trim_end_matches(".rs");
    rest.split('/').next().filter(|command| *command != "mod")
}

#[test]
fn nothing_depends_on_a_command() {
    let mut arrows = 0;
    for arrow in TREE.arrows().into_keys() {
        let [from, to] = [arrow.from, arrow.to].map(|file| TREE.files[file].name.as_str());
        let Some(command) = command_of(to) else { continue };
        arrows += 1;
        let is_allowed = command_of(from) == Some(command) || from == "cli/commands/mod.rs";
        assert!(is_allowed, "{from} uses the command {to}");
    }
    assert!(arrows > 10);
}

/// A command can change the help of a shared option but does not declare it again.
#[test]
fn each_option_is_declared_once() {
    // Links, records, and commands that write either have separate formats.
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
        for meanings in text.split("help_overrides(&[").skip(1) {
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
fn each_exit_of_the_command_line_is_in_one_file() {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
    for (way, file) in [
        ("archive_in(", "command_archive.rs"),
        ("var_os(", "environment.rs"),
        ("stderr(), ", "stderr.rs"),
        ("ExitCode::from(", "mod.rs"),
    ] {
        let mut users = rust_files(&cli);
        users.retain(|path| fs::read_to_string(path).unwrap().contains(way));
        assert_eq!(users, [cli.join(file)], "{way}");
    }
}

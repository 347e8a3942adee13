//! The comments in the shipped settings file, from which the guide's table is rendered.

use std::collections::BTreeSet;

use kew_tui::config::theme_names;
use kew_tui::domain::columns::choosable_names;

use super::tables::settings;

/// The words in quotes in the comment above a setting.
fn quoted(setting: &str) -> BTreeSet<String> {
    let setting = settings().into_iter().find(|other| other.name == setting).unwrap();
    setting.comment.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_setting_has_a_comment_of_its_own() {
    let mut seen = BTreeSet::new();
    for setting in settings() {
        assert!(!setting.comment.is_empty(), "{} has no comment directly above it", setting.name);
        assert!(seen.insert(setting.comment), "{} has the comment of another setting", setting.name);
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn the_comment_of_columns_lists_each_one() {
    let columns = choosable_names().into_iter().map(|(_, name)| name.to_owned()).collect();
    assert_eq!(quoted("columns"), columns, "the comment of `columns` in assets/config.toml");
}

#[test]
fn the_comment_of_theme_names_every_built_in_theme() {
    let named = quoted("theme");
    for theme in theme_names() {
        assert!(named.contains(theme), "the comment of `theme` in assets/config.toml does not name {theme}");
    }
}

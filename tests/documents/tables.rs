//! Tables rendered from the code, as Markdown. A new table is an arm of [`block`] and a name in [`every_block`]; a new column
//! is a line in its list of columns.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use kew_tui::cli::Exit;
use kew_tui::config::api_key::VARIABLE;
use kew_tui::config::{ColorSupport, Config, DEFAULT_FILE};
use kew_tui::demo::{self, GuideLine};
use kew_tui::domain::LinkSet;
use kew_tui::domain::anchor_type::AnchorType;
use kew_tui::domain::columns::{COLUMNS, ColumnDef};
use kew_tui::domain::facet::Facet;
use kew_tui::domain::query::{FIELD_NAMES, state_names};
use kew_tui::formats::Format;
use kew_tui::input::keymap::Binding;
use kew_tui::input::{Action, Context, Keymap};

use super::root;
use crate::files::tools::{Described, described};
use crate::layering::ALLOWED;
use crate::support::program::BINARY;

pub enum Block {
    Rendered(String),
    /// The names in the first column.
    Listed(BTreeSet<String>),
}

pub fn block(name: &str) -> Option<Block> {
    let (kind, rest) = name.split_once(' ').unwrap_or((name, ""));
    Some(match kind {
        "keys" => Block::Rendered(keys(Context::NAMES.iter().find(|(_, name)| *name == rest)?.0)),
        "essential-keys" => Block::Rendered(essential_keys()),
        "columns" => Block::Rendered(table(COLUMN_COLUMNS, COLUMNS.iter().filter(|def| def.can_be_chosen))),
        "facets" => Block::Rendered(facets()),
        "fields" => Block::Listed(names(FIELD_NAMES.iter().copied())),
        "states" => Block::Listed(names(state_names())),
        "commands" => Block::Rendered(table(COMMAND_COLUMNS, COMMANDS.clone())),
        "help" => Block::Rendered(format!("```text\n{}\n```", help(rest).trim_end())),
        "exit-codes" => Block::Rendered(table(EXIT_COLUMNS, Exit::ALL)),
        "formats" => Block::Rendered(table(FORMAT_COLUMNS, Format::NAMES.iter().copied())),
        "settings" => Block::Rendered(table(SETTING_COLUMNS, settings())),
        "environment" => Block::Listed(variables()),
        "anchor-types" => Block::Listed(names(AnchorType::ALL.map(AnchorType::name).into_iter())),
        "themes" => Block::Listed(themes()),
        "tools" => Block::Rendered(table(TOOL_COLUMNS, described())),
        "styles" => Block::Rendered(styles()),
        "places" => Block::Rendered(Context::NAMES.map(|(_, name)| code(name)).join(" ")),
        "layers" => Block::Rendered(table(LAYER_COLUMNS, layers())),
        "demo-targets" => Block::Rendered(table(DEMO_COLUMNS, demo_lines(false))),
        "demo-errors" => Block::Rendered(table(DEMO_COLUMNS, demo_lines(true))),
        _ => return None,
    })
}

/// The blocks that the guides must have, so that a new command or context is not forgotten.
pub fn every_block() -> Vec<String> {
    let alone = [
        "essential-keys",
        "columns",
        "facets",
        "fields",
        "states",
        "commands",
        "exit-codes",
        "formats",
        "settings",
        "anchor-types",
        "environment",
        "themes",
        "tools",
        "styles",
        "places",
        "layers",
        "demo-targets",
        "demo-errors",
    ];
    let with_keys = Context::NAMES.into_iter().filter(|(context, _)| bindings(*context).next().is_some());
    let contexts = with_keys.map(|(_, name)| format!("keys {name}"));
    let helps = COMMANDS.iter().map(|(name, _)| format!("help {name}"));
    alone.map(str::to_owned).into_iter().chain(contexts).chain(helps).collect()
}

/// Each column: its header, and the cell of a row.
type Columns<T> = &'static [(&'static str, fn(&T) -> String)];

/// Of links without extra columns.
fn facets() -> String {
    let links = LinkSet::default();
    Facet::all(&links).into_iter().map(|facet| format!("- {}\n", facet.title(&links))).collect()
}

fn table<T>(columns: Columns<T>, rows: impl IntoIterator<Item = T>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let header = line(columns.iter().map(|(title, _)| (*title).to_owned()).collect());
    let rule = format!("|{}\n", "---|".repeat(columns.len()));
    let rows =
        rows.into_iter().map(|row| line(columns.iter().map(|(_, cell)| cell(&row).replace('|', "\\|")).collect()));
    header + &rule + &rows.collect::<String>()
}

fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    names.map(str::to_owned).collect()
}

// Exports of other tools.

const TOOL_COLUMNS: Columns<Described> = &[
    ("tool", |described| described.tool.to_owned()),
    ("report", |described| described.report.to_owned()),
    ("referring page or domain", |described| described.source.clone()),
    ("target", |described| described.target.clone()),
    ("anchor", |described| described.anchor.clone()),
    ("other columns", |described| described.others.clone()),
];

// Keys.

static KEYMAP: LazyLock<Keymap> =
    LazyLock::new(|| Config::read(None, ColorSupport::Many).unwrap().keymap.as_ref().clone());

const KEY_COLUMNS: Columns<&Binding> = &[
    ("keys", |binding| binding.on.iter().map(|chord| code(&chord.to_string())).collect::<Vec<_>>().join(" ")),
    ("what they do", |binding| binding.desc.clone()),
    ("action", |binding| binding.run.map(Action::info).map(|info| code(info.name)).unwrap_or_default()),
];

fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    KEYMAP.bindings().iter().filter(move |binding| binding.contexts.contains(&context))
}

fn keys(context: Context) -> String {
    table(KEY_COLUMNS, bindings(context))
}

/// The keys in the README: those of a first session.
const ESSENTIAL: [Action; 15] = [
    Action::EditTarget,
    Action::Filter,
    Action::FilterTo,
    Action::FilterAway,
    Action::Sort,
    Action::Mark,
    Action::Copy,
    Action::CopyAs,
    Action::Export,
    Action::Facets,
    Action::Group,
    Action::Archive,
    Action::Compare,
    Action::Palette,
    Action::Help,
];

fn essential_keys() -> String {
    let wanted = |action: &Action| bindings(Context::Table).find(|binding| binding.run == Some(*action));
    table(&KEY_COLUMNS[..2], ESSENTIAL.iter().filter_map(wanted))
}

// Columns.

const COLUMN_COLUMNS: Columns<&ColumnDef<'_>> = &[
    ("column", |def| code(def.name)),
    ("title", |def| def.title.to_owned()),
    ("header", |def| def.header.to_owned()),
    ("filter", |def| def.filter_name().map(|name| code(&format!("{name}:"))).unwrap_or_default()),
];

// Commands.

/// The help of a command without a terminal.
fn help(command: &str) -> String {
    let run = Command::new(BINARY).args(command.split_whitespace()).arg("--help").env_remove("COLUMNS").output();
    String::from_utf8(run.unwrap().stdout).unwrap().replace("kew-tui.exe", "kew-tui")
}

/// Names and one-line descriptions.
static COMMANDS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let help = help("");
    let section = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in section.lines() {
        match (line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')), commands.last_mut()) {
            (Some(entry), _) => {
                let (name, about) = entry.split_once(' ').unwrap();
                commands.push((name.to_owned(), about.trim().to_owned()));
            }
            (None, Some((_, about))) => *about += &format!(" {}", line.trim()),
            (None, None) => {}
        }
    }
    commands.retain(|(name, _)| name != "help");
    assert!(commands.len() > 10, "{help}");
    commands
});

pub fn command_names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, _)| name.as_str())
}

/// The help of a command and its subcommands, which names every option.
pub fn whole_help(command: &str) -> String {
    let own = help(command);
    let below = own.split("Commands:\n").nth(1).filter(|_| !command.is_empty()).unwrap_or_default();
    let below =
        below.split("\n\n").next().unwrap_or_default().lines().filter_map(|line| line.split_whitespace().next());
    let below: String = below.filter(|name| *name != "help").map(|name| help(&format!("{command} {name}"))).collect();
    own + &below
}

const COMMAND_COLUMNS: Columns<(String, String)> =
    &[("command", |(name, _)| code(name)), ("what it does", |(_, about)| about.clone())];

const EXIT_COLUMNS: Columns<Exit> =
    &[("exit code", |exit| exit.number().to_string()), ("means", |exit| exit.description().to_owned())];

const FORMAT_COLUMNS: Columns<(Format, &str)> = &[
    ("format", |(_, name)| code(name)),
    ("what is written", |(format, _)| format.title().to_owned()),
    ("file names that choose it", |(format, _)| {
        let ends = Format::EXTENSIONS.iter().filter(|(_, other)| other == format);
        ends.map(|(end, _)| code(&format!(".{end}"))).collect::<Vec<_>>().join(" ")
    }),
];

// Settings.

pub struct Setting {
    pub name: String,
    default: String,
    pub comment: String,
}

const SETTING_COLUMNS: Columns<Setting> = &[
    ("setting", |setting| code(&setting.name)),
    ("default", |setting| code(&setting.default)),
    ("what it sets", |setting| setting.comment.clone()),
];

/// The shipped file: each setting with the comment directly above it.
pub fn settings() -> Vec<Setting> {
    let (mut settings, mut section, mut comment) = (Vec::new(), String::new(), Vec::new());
    for line in DEFAULT_FILE.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
            continue;
        }
        let comment = std::mem::take(&mut comment).join(" ");
        match (line.strip_prefix('['), line.split_once(" = ")) {
            (Some("filters]"), _) => {
                settings.push(Setting { name: "[filters]".to_owned(), default: String::new(), comment });
            }
            (Some(name), _) => section = name.replace(']', "."),
            (None, Some((name, default))) => {
                settings.push(Setting { name: format!("{section}{name}"), default: default.to_owned(), comment });
            }
            (None, None) => {}
        }
    }
    settings
}

/// Every environment variable in the source, except those for failpoints, which are only for tests.
fn variables() -> BTreeSet<String> {
    fn search(directory: &std::path::Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                search(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let is_name = |part: &&str| part.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            let own = text.split('"').filter(|part| part.starts_with("KEW_")).filter(is_name);
            found.extend(own.map(str::to_owned));
        }
    }
    let mut found = names(["NO_COLOR", VARIABLE].into_iter());
    search(&root().join("src"), &mut found);
    found.retain(|name| !name.starts_with("KEW_FAILPOINT"));
    found
}

/// The built-in themes, one file each.
fn themes() -> BTreeSet<String> {
    let files = std::fs::read_dir(root().join("assets/themes")).unwrap();
    files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The style names in the theme files.
fn styles() -> String {
    let theme = std::fs::read_to_string(root().join("assets/themes/dark.toml")).unwrap();
    let names = theme.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| code(name)).collect::<Vec<_>>().join(" ") + "\n"
}

// The source.

struct Layer {
    name: &'static str,
    what: String,
    uses: &'static [&'static str],
}

const LAYER_COLUMNS: Columns<Layer> = &[
    ("module", |layer| {
        let file = format!("src/{}.rs", layer.name);
        code(if root().join(&file).exists() { &file } else { file.trim_end_matches(".rs") })
    }),
    ("what it holds", |layer| layer.what.clone()),
    ("may use", |layer| if layer.uses.is_empty() { "nothing".to_owned() } else { layer.uses.join(", ") }),
];

/// The modules in the order of `tests/layering`, with their descriptions in `src/lib.rs`.
fn layers() -> Vec<Layer> {
    let map = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let what = |name: &str| {
        let row = map.lines().find_map(|line| line.strip_prefix(&format!("//! | [`{name}`] | ")));
        row.and_then(|row| row.split(" | ").next())
            .unwrap_or_else(|| panic!("src/lib.rs does not say what {name} holds"))
    };
    ALLOWED.iter().map(|&(name, uses)| Layer { name, what: what(name).to_owned(), uses }).collect()
}

// The demo.

const DEMO_COLUMNS: Columns<GuideLine> =
    &[("target", |line| code(&line.address)), ("what you see", |line| line.what.clone())];

fn demo_lines(faults: bool) -> Vec<GuideLine> {
    demo::guide().unwrap().into_iter().filter(|line| line.is_error == faults).collect()
}

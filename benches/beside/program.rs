//! The programs to compare, with their keys and the texts that they show.

use std::path::Path;

use regex::Regex;

/// `loaded` and `hits` are regexes for the screen, in which `{n}` and `{hits}` are the numbers of all and of matching rows, and
/// `{n,}` and `{hits,}` the same with thousands separators.
pub struct Program {
    pub name: &'static str,
    /// `{file}` is replaced by the path.
    command: &'static [&'static str],
    pub loaded: &'static str,
    /// Pressed once the file is loaded.
    pub setup: &'static [&'static str],
    pub down: &'static str,
    pub top: &'static [&'static str],
    /// Opens the filter.
    pub filter: &'static [&'static str],
    /// Applies the filter, unless the program filters while typing.
    pub commit: &'static str,
    pub hits: &'static str,
    /// Clears the filter.
    pub clear: &'static [&'static str],
    /// Selects the domain column, and sorts by it.
    pub sort: Option<(&'static [&'static str], &'static str)>,
    pub quit: &'static str,
}

const FINDER: Program = Program {
    name: "",
    command: &[],
    loaded: r"\b{n}/{n}\b",
    setup: &[],
    down: "\x1b[B",
    top: &["\x1b[H"],
    filter: &[],
    commit: "",
    hits: r"\b{hits}/{n}\b",
    clear: &["\x15"],
    sort: None,
    quit: "\x1b",
};

pub const PROGRAMS: [Program; 6] = [
    Program {
        name: "kew-tui",
        command: &[env!("CARGO_BIN_EXE_kew-tui"), "open", "{file}"],
        loaded: r"(^|[^\d,]){n,} links",
        setup: &[],
        down: "j",
        top: &["gg"],
        filter: &["/"],
        commit: "",
        hits: r"(^|[^\d,]){hits,} of {n,}",
        clear: &["\x1b"],
        sort: Some((&["l"], "s")),
        quit: "q",
    },
    Program {
        name: "csvlens",
        command: &["csvlens", "{file}"],
        loaded: r"\[Row \S+/{n},",
        setup: &[],
        down: "j",
        top: &["g"],
        filter: &["&"],
        commit: "\r",
        hits: r#"\[Filter "kewneedle": \S+/{hits}\]"#,
        clear: &["r"],
        sort: Some((&["\t", "l"], "J")),
        quit: "q",
    },
    Program {
        name: "tw",
        command: &["tw", "{file}"],
        loaded: r"Shape +{n} x 5",
        // Otherwise the widest column fills the screen.
        setup: &["e"],
        down: "j",
        top: &["g"],
        filter: &["?"],
        commit: "",
        hits: r"Shape +{hits} x 5",
        clear: &["\x1b"],
        sort: Some((&[":", "o ", "domain_source"], "\r")),
        quit: "Q",
    },
    Program {
        name: "vd",
        command: &["vd", "-N", "-f", "csv", "{file}"],
        loaded: r"\b{n}\s+rows?\b",
        setup: &[],
        down: "j",
        top: &["gg"],
        filter: &["g|"],
        commit: "\r",
        hits: r"selected {hits} rows",
        clear: &["gu"],
        sort: Some((&["l"], "[")),
        quit: "gq",
    },
    Program {
        name: "fzf",
        command: &[
            "sh",
            "-c",
            "exec fzf --exact --no-sort --layout=reverse --header-lines=1 --bind home:first <'{file}'",
        ],
        ..FINDER
    },
    Program {
        name: "sk",
        command: &[
            "sh",
            "-c",
            "exec sk --exact --no-sort --layout=reverse --header-lines=1 --bind home:first <'{file}'",
        ],
        ..FINDER
    },
];

impl Program {
    /// kew-tui itself has an absolute path.
    pub fn is_available(&self) -> bool {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        self.command.first().is_some_and(|command| command.contains('/'))
            || std::env::split_paths(&paths).any(|path| path.join(self.name).is_file())
    }

    pub fn command(&self, file: &Path) -> Vec<String> {
        self.command.iter().map(|part| part.replace("{file}", &file.display().to_string())).collect()
    }

    pub fn pattern(&self, pattern: &str, rows: usize, hits: usize) -> Regex {
        let with_commas = |number: usize| kew_tui::domain::number::Thousands(number as u64).to_string();
        let pattern = pattern
            .replace("{n,}", &with_commas(rows))
            .replace("{hits,}", &with_commas(hits))
            .replace("{n}", &rows.to_string())
            .replace("{hits}", &hits.to_string());
        Regex::new(&pattern).expect("a pattern")
    }
}

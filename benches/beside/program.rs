//! Which programs are measured, and which of their keys do what.

use std::path::Path;

use regex::Regex;

/// One program. Its patterns are looked for on the whole screen; `{n}` and `{hits}` stand for numbers of rows, `{n,}` and `{hits,}`
/// for the same with commas.
pub struct Program {
    pub name: &'static str,
    /// `{file}` stands for the file.
    command: &'static [&'static str],
    pub loaded: &'static str,
    /// Pressed once all is loaded.
    pub setup: &'static [&'static str],
    pub down: &'static str,
    pub top: &'static [&'static str],
    /// Opens the filter.
    pub filter: &'static [&'static str],
    /// Starts the filter, where it does not filter while one types.
    pub commit: &'static str,
    pub hits: &'static str,
    /// Takes the filter away.
    pub clear: &'static [&'static str],
    /// What chooses the column of the domain, and what sorts by it.
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
        // Without it the widest column fills the screen.
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
    /// Whether it is on the `PATH`, or is ours.
    pub fn is_there(&self) -> bool {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        self.command.first().is_some_and(|command| command.contains('/'))
            || std::env::split_paths(&paths).any(|path| path.join(self.name).is_file())
    }

    /// What starts it.
    pub fn command(&self, file: &Path) -> Vec<String> {
        self.command.iter().map(|part| part.replace("{file}", &file.display().to_string())).collect()
    }

    /// One of its patterns.
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

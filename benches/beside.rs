//! Compares kew-tui with other programs that show tables or lists. Each runs in a pseudo-terminal; the bench sends keys and
//! measures the time until the resulting frame.
//!
//! `cargo bench --bench beside -- [--file FILE.csv] [PROGRAM…]`; without a file, a million links are generated. Programs that are
//! not on the `PATH` are skipped. Linux only, since it reads CPU time and memory from `/proc`.

#![allow(clippy::expect_used, clippy::print_stdout)] // A bench may panic if its setup fails.

#[allow(dead_code)] // Only the generator is used here.
mod million;
#[path = "beside/program.rs"]
mod program;
#[path = "beside/screen.rs"]
mod screen;

use std::path::Path;
use std::time::Duration;

use program::{PROGRAMS, Program};
use screen::Screen;

/// The filter text; one row of a thousand has it in its URL.
const NEEDLE: &str = "kewneedle";
/// Measured key presses, once the table scrolls.
const STEPS: usize = 100;
const IDLE: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(60);

struct FileStats {
    rows: usize,
    hits: usize,
    /// The domain and the anchor text of the first row, since some programs show only one of them at first.
    first: [String; 2],
    /// The domain that is first after sorting.
    smallest: String,
}

impl FileStats {
    fn of(file: &Path) -> FileStats {
        // Row by row, to keep this process small: programs are started with fork, which is slow for a large process.
        let mut reader = csv::Reader::from_path(file).expect("a file of links");
        let mut stats = FileStats { rows: 0, hits: 0, first: Default::default(), smallest: String::new() };
        for row in reader.records() {
            let row = row.expect("a row");
            let value = |at| row.get(at).unwrap_or_default();
            if stats.rows == 0 {
                stats.first = [value(1).to_owned(), value(0).to_owned()];
            }
            if stats.rows == 0 || value(1) < stats.smallest.as_str() {
                value(1).clone_into(&mut stats.smallest);
            }
            stats.rows += 1;
            stats.hits += usize::from(row.iter().any(|value| value.contains(NEEDLE)));
        }
        stats
    }
}

/// The rows of the table, in the order of [`measure`].
const MEASURES: [&str; 9] = [
    "first links on the screen",
    "all of them loaded",
    "a line down, to the frame",
    "bytes of such a frame",
    "filtering by a word, to the whole count",
    "sorting by domain",
    "memory at its peak",
    "CPU in 5 idle seconds",
    "quitting",
];

fn milliseconds(time: Duration) -> String {
    let time = time.as_secs_f64() * 1e3;
    if time < 10.0 { format!("{time:.1} ms") } else { format!("{time:.0} ms") }
}

fn median<T: Ord + Clone>(mut values: Vec<T>) -> Option<T> {
    values.sort();
    values.get(values.len() / 2).cloned()
}

/// One run of one program; `None` for what it can't do.
fn measure(program: &Program, file: &Path, stats: &FileStats) -> [Option<String>; 9] {
    let mut screen = Screen::start(&program.command(file));
    let pattern = |text: &str| program.pattern(text, stats.rows, stats.hits);
    let first = screen.wait_for(|text| stats.first.iter().any(|first| text.contains(first)), TIMEOUT);
    let all = pattern(program.loaded);
    let loaded = screen.wait_for(|text| all.is_match(text), TIMEOUT);
    screen.press_all(program.setup);

    // Beyond the end of the page, so that the table scrolls.
    for _ in 0..60 {
        screen.press(program.down);
    }
    let steps: Vec<_> = (0..STEPS).filter_map(|_| screen.press(program.down)).collect();
    let step = median(steps.iter().map(|step| step.0).collect());
    let bytes: Option<usize> = median(steps.iter().map(|step| step.1).collect());
    screen.press_all(program.top);

    screen.press_all(program.filter);
    let hits = pattern(program.hits);
    let filtered = screen.send(&[NEEDLE, program.commit].concat(), |text| hits.is_match(text), TIMEOUT);
    screen.press_all(program.clear);

    let sorted = program.sort.and_then(|(prepare, key)| {
        screen.press_all(prepare);
        let is_sorted = |text: &str| text.contains(&stats.smallest) && !text.contains(&stats.first[0]);
        screen.send(key, is_sorted, TIMEOUT)
    });
    let before = screen.cpu();
    std::thread::sleep(IDLE);
    let idle = screen.cpu().saturating_sub(before);
    let memory = screen.peak_memory() / 1024;
    let quit = screen.quit(program.quit, TIMEOUT);
    let time = |time: Option<Duration>| time.map(milliseconds);
    [
        time(first),
        time(loaded),
        time(step),
        bytes.map(|bytes| bytes.to_string()),
        time(filtered),
        time(sorted),
        Some(format!("{memory} MiB")),
        Some(format!("{} ms", idle.as_millis())),
        time(quit),
    ]
}

fn main() {
    // Cargo adds --bench.
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let directory = tempfile::tempdir().expect("a directory");
    let file = match arguments.iter().position(|argument| argument == "--file") {
        Some(at) => arguments.drain(at..(at + 2).min(arguments.len())).nth(1).expect("a file").into(),
        None => {
            let file = directory.path().join("links.csv");
            std::fs::write(&file, million::generate_csv(1_000_000)).expect("written");
            file
        }
    };
    let stats = FileStats::of(&file);
    println!("{} rows, {} with {NEEDLE}", stats.rows, stats.hits);
    let wanted = |program: &&Program| arguments.is_empty() || arguments.iter().any(|name| name == program.name);
    let runs: Vec<(&str, [Option<String>; 9])> = PROGRAMS
        .iter()
        .filter(wanted)
        .filter(|program| program.is_available())
        .map(|program| {
            println!("{} …", program.name);
            (program.name, measure(program, &file, &stats))
        })
        .collect();
    let names: Vec<&str> = runs.iter().map(|(name, _)| *name).collect();
    println!("\n| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for (at, measure) in MEASURES.iter().enumerate() {
        let values: Vec<&str> = runs.iter().map(|(_, run)| run[at].as_deref().unwrap_or("–")).collect();
        println!("| {measure} | {} |", values.join(" | "));
    }
}

//! kew-tui beside other programs that show tables or lists, each in a pseudo-terminal: keys are sent, and the time is taken
//! until the frame with what they bring has come.
//!
//! `cargo bench --bench beside -- [--file FILE.csv] [PROGRAM…]`; without a file a million links are made. The other programs
//! are taken from the `PATH`; one that is not there is left out. Linux only, since that is where the figures of processes are.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)] // A bench that can't begin has nothing better to do.

#[allow(dead_code)] // What is measured there is another bench.
mod million;
#[path = "beside/program.rs"]
mod program;
#[path = "beside/screen.rs"]
mod screen;

use std::path::Path;
use std::time::Duration;

use program::{PROGRAMS, Program};
use screen::Screen;

/// What programs look for: it stands in the address of one row of a thousand.
const NEEDLE: &str = "kewneedle";
/// Steps that are measured, once the table scrolls.
const STEPS: usize = 100;
const IDLE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);

/// What is known of the file.
struct EvalContext {
    rows: usize,
    hits: usize,
    /// The first link's domain, and its anchor, for those that show nothing else at first.
    first: [String; 2],
    /// The domain that stands first once they are sorted.
    smallest: String,
}

impl EvalContext {
    fn of(file: &Path) -> EvalContext {
        // Row by row: a program is started by a copy of this process, and of a large one that takes long.
        let mut reader = csv::Reader::from_path(file).expect("a file of links");
        let mut context = EvalContext { rows: 0, hits: 0, first: Default::default(), smallest: String::new() };
        for row in reader.records() {
            let row = row.expect("a row");
            let value = |at| row.get(at).unwrap_or_default();
            if context.rows == 0 {
                context.first = [value(1).to_owned(), value(0).to_owned()];
            }
            if context.rows == 0 || value(1) < context.smallest.as_str() {
                value(1).clone_into(&mut context.smallest);
            }
            context.rows += 1;
            context.hits += usize::from(row.iter().any(|value| value.contains(NEEDLE)));
        }
        context
    }
}

/// What each measure is called, in the order of the table.
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

/// One run of one program: what [`MEASURES`] names, without what it can't do.
fn measure(program: &Program, file: &Path, context: &EvalContext) -> [Option<String>; 9] {
    let mut screen = Screen::start(&program.command(file));
    let pattern = |text: &str| program.pattern(text, context.rows, context.hits);
    let first = screen.wait_for(|text| context.first.iter().any(|first| text.contains(first)), PATIENCE);
    let all = pattern(program.loaded);
    let loaded = screen.wait_for(|text| all.is_match(text), PATIENCE);
    screen.press_all(program.setup);

    // To the end of the page, and some lines more.
    for _ in 0..60 {
        screen.press(program.down);
    }
    let steps: Vec<_> = (0..STEPS).filter_map(|_| screen.press(program.down)).collect();
    let step = median(steps.iter().map(|step| step.0).collect());
    let bytes: Option<usize> = median(steps.iter().map(|step| step.1).collect());
    screen.press_all(program.top);

    screen.press_all(program.filter);
    let hits = pattern(program.hits);
    let filtered = screen.send(&[NEEDLE, program.commit].concat(), |text| hits.is_match(text), PATIENCE);
    screen.press_all(program.clear);

    let sorted = program.sort.and_then(|(prepare, key)| {
        screen.press_all(prepare);
        let is_sorted = |text: &str| text.contains(&context.smallest) && !text.contains(&context.first[0]);
        screen.send(key, is_sorted, PATIENCE)
    });
    let before = screen.cpu();
    std::thread::sleep(IDLE);
    let idle = screen.cpu().saturating_sub(before);
    let memory = screen.peak_memory() / 1024;
    let quit = screen.quit(program.quit, PATIENCE);
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
    // Cargo adds an argument of its own.
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let directory = tempfile::tempdir().expect("a directory");
    let file = match arguments.iter().position(|argument| argument == "--file") {
        Some(at) => arguments.drain(at..(at + 2).min(arguments.len())).nth(1).expect("a file").into(),
        None => {
            let file = directory.path().join("links.csv");
            std::fs::write(&file, million::made(1_000_000)).expect("written");
            file
        }
    };
    let context = EvalContext::of(&file);
    println!("{} rows, {} with {NEEDLE}", context.rows, context.hits);
    let wanted = |program: &&Program| arguments.is_empty() || arguments.iter().any(|name| name == program.name);
    let runs: Vec<(&str, [Option<String>; 9])> = PROGRAMS
        .iter()
        .filter(wanted)
        .filter(|program| program.is_there())
        .map(|program| {
            println!("{} …", program.name);
            (program.name, measure(program, &file, &context))
        })
        .collect();
    let names: Vec<&str> = runs.iter().map(|(name, _)| *name).collect();
    println!("\n| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for (at, measure) in MEASURES.iter().enumerate() {
        let values: Vec<&str> = runs.iter().map(|(_, run)| run[at].as_deref().unwrap_or("–")).collect();
        println!("| {measure} | {} |", values.join(" | "));
    }
}

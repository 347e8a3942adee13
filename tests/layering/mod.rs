//! The rules for the structure of the source: layers, no cycles, no I/O in the core, typed errors, no long functions. The source is
//! parsed, so that no form of a path is missed; each rule is tested on small crates that break it.

mod bounds;
mod cli;
mod cycles;
mod errors;
mod layers;
mod purity;
mod scan;
mod tree;

use std::path::Path;
use std::sync::LazyLock;

pub use layers::ALLOWED;
use tree::{File, Tree};

/// A function with more lines needs a comment with the reason: `// Long: …`.
const LONG: usize = 61;

static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")));

/// Long functions without a reason.
fn long_functions(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in &tree.files {
        let lines: Vec<&str> = file.text.lines().collect();
        for function in file.scan.functions.iter().filter(|function| function.lines >= LONG) {
            let above = lines[..function.line - 1].iter().rev();
            let mut above = above.map(|line| line.trim()).take_while(|line| line.starts_with(['/', '#']));
            if !above.any(|line| line.starts_with("// Long: ")) {
                wrong.push(format!("{}:{}: {} has {} lines", file.name, function.line, function.name, function.lines));
            }
        }
    }
    wrong
}

#[test]
fn long_functions_say_why() {
    let wrong = long_functions(&TREE);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_functions_are_found_in_every_place() {
    let body = |lines: usize| format!("fn long() {{\n{}}}", "x();\n".repeat(lines - 2));
    for (text, count) in [
        (body(60), 0),
        (body(61), 1),
        (format!("// Long: a table.\n#[x]\n{}", body(61)), 0),
        (format!("// Long: another one.\nfn short() {{}}\n{}", body(61)), 1),
        (format!("impl S {{\n{}\n}}", body(61)), 1),
        (format!("trait T {{\n{}\n}}", body(61)), 1),
        (format!("mod m {{ fn f() {{\n{}\n}} }}", body(59)), 1),
    ] {
        assert_eq!(long_functions(&Tree::of(&[("lib.rs", &text)])).len(), count, "{text}");
    }
}

#[test]
fn only_one_file_has_unsafe_code_with_a_reason() {
    let unsafe_ones: Vec<&File> = TREE.files.iter().filter(|file| file.text.contains("unsafe_code")).collect();
    assert_eq!(
        unsafe_ones.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["runtime/terminal/crash_restore.rs"]
    );
    assert!(unsafe_ones[0].text.contains("// SAFETY:"));
}

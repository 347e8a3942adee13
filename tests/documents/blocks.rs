//! Blocks of the guides between `<!-- begin: NAME -->` and `<!-- end: NAME -->`.
//!
//! A rendered block is generated from the code by `just docs`. A listed block is written by hand, since the code knows the
//! names but not their explanations; its first column must have the names in the code.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::tables::{Block, block, every_block};
use super::{guides, root};

/// Set to rewrite the rendered blocks in place.
const UPDATE: &str = "UPDATE_DOCS";

struct Found<'t> {
    name: &'t str,
    /// The text between the two markers.
    body: Range<usize>,
}

fn find(text: &str) -> Result<Vec<Found<'_>>, String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((name, body)) = next(text, at)? {
        at = body.end;
        found.push(Found { name, body });
    }
    Ok(found)
}

fn next(text: &str, from: usize) -> Result<Option<(&str, Range<usize>)>, String> {
    const BEGIN: &str = "<!-- begin: ";
    let Some(begin) = text[from..].find(BEGIN).map(|at| from + at) else { return Ok(None) };
    let (name, _) = text[begin + BEGIN.len()..].split_once(" -->\n").ok_or("a begin without its -->")?;
    let start = begin + BEGIN.len() + name.len() + " -->\n".len();
    let end = format!("<!-- end: {name} -->\n");
    let len = text[start..].find(&end).ok_or_else(|| format!("{name} has no end"))?;
    Ok(Some((name, start..start + len)))
}

/// A single test, so that no two tests write the same file.
#[test]
fn every_block_matches_the_code() {
    let update = std::env::var_os(UPDATE).is_some();
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for (file, text) in guides() {
        let mut new = text.clone();
        let found = find(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        // From the end, so that the earlier ranges stay valid.
        for Found { name, body } in found.into_iter().rev() {
            used.insert(name.to_owned());
            match block(name) {
                None => wrong.push(format!("{file}: unknown block {name}")),
                Some(Block::Rendered(rendered)) => new.replace_range(body, &format!("\n{}\n\n", rendered.trim_end())),
                Some(Block::Listed(names)) => {
                    let listed = first_cells(&text[body]);
                    if listed != names {
                        wrong.push(format!("{file}: {name} lists\n  {listed:?}, but the code has\n  {names:?}"));
                    }
                }
            }
        }
        if new != text && update {
            std::fs::write(root().join(&file), new).unwrap();
        } else if let Some((old, new)) = text.lines().zip(new.lines()).find(|(old, new)| old != new) {
            wrong.push(format!("{file} differs from the code; run `just docs`:\n- {old}\n+ {new}"));
        } else if new != text {
            wrong.push(format!("{file} differs from the code; run `just docs`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unused: Vec<String> = every_block().into_iter().filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "missing in the guides: {unused:?}");
}

/// The code spans in the first column of a table, without the `:` or `is:` of the filter language.
fn first_cells(markdown: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut cell = 0;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableRow) => cell = 0,
            Event::End(TagEnd::TableCell) => cell += 1,
            Event::Code(text) if cell == 0 => {
                let name = text.trim_end_matches(':');
                names.insert(name.strip_prefix("is:").unwrap_or(name).to_owned());
            }
            _ => {}
        }
    }
    names
}

#[test]
fn blocks_are_found_by_their_markers() {
    let text = "a\n<!-- begin: x y -->\nold\n<!-- end: x y -->\nb\n<!-- begin: z -->\n<!-- end: z -->\n";
    let found = find(text).unwrap();
    assert_eq!(
        found.iter().map(|f| (f.name, &text[f.body.clone()])).collect::<Vec<_>>(),
        [("x y", "old\n"), ("z", "")]
    );
    assert!(find("<!-- begin: x -->\n<!-- end: y -->\n").is_err());
    let cells = first_cells("| a | b |\n|---|---|\n| `domain:` `is:new` | `no` |\n");
    assert_eq!(cells, BTreeSet::from(["domain".to_owned(), "new".to_owned()]));
}

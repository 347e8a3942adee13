//! Links, headings and paths of a guide.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
}

/// The destinations of links and images.
pub fn destinations(markdown: &str) -> impl Iterator<Item = String> {
    events(markdown).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    })
}

/// The anchors of the headings, as GitHub and mdBook generate them.
fn anchors(markdown: &str) -> Vec<String> {
    let (mut anchors, mut heading) = (Vec::new(), None::<String>);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for event in events(markdown) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(heading)) => heading.push_str(&text),
            (Event::End(TagEnd::Heading(_)), _) => {
                let text = heading.take().unwrap_or_default().to_lowercase();
                let letters = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                let anchor: String = letters.map(|c| if c == ' ' { '-' } else { c }).collect();
                let times = seen.entry(anchor.clone()).or_default();
                anchors.push(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
                *times += 1;
            }
            _ => {}
        }
    }
    anchors
}

/// Links to missing files or headings, and links from the book out of it.
pub fn broken(root: &Path, name: &str, markdown: &str) -> Vec<String> {
    let here = Path::new(name).parent().unwrap_or(Path::new(""));
    let mut broken = Vec::new();
    for link in destinations(markdown).filter(|link| !link.starts_with("http")) {
        let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
        let path = if file.is_empty() { PathBuf::from(name) } else { normal(&here.join(file)) };
        if !root.join(&path).exists() {
            broken.push(format!("{name}: {link} no such file"));
        } else if name.starts_with("docs/") && !path.starts_with("docs") {
            broken.push(format!("{name}: {link} leaves the book"));
        } else if let Some(anchor) = anchor {
            let text = std::fs::read_to_string(root.join(&path)).unwrap();
            if !anchors(&text).iter().any(|known| known == anchor) {
                broken.push(format!("{name}: {link} no such heading"));
            }
        }
    }
    broken
}

/// Resolves `..`, except where there is no parent.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, part| {
        if part == Component::ParentDir && path.pop() { path } else { path.join(part) }
    })
}

/// The paths in the code spans of a guide: below a directory of the project, or top-level files.
pub fn paths(markdown: &str) -> Vec<String> {
    const DIRECTORIES: [&str; 7] = ["src/", "tests/", "benches/", "assets/", "docs/", ".ci/", ".github/"];
    const SUFFIXES: [&str; 3] = [".toml", ".md", "justfile"];
    let is_path = |text: &str| {
        let is_top_level = !text.contains(['/', ' ', '*']) && SUFFIXES.iter().any(|end| text.ends_with(end));
        !text.contains("NAME") && (is_top_level || DIRECTORIES.iter().any(|begin| text.starts_with(begin)))
    };
    let spans = events(markdown).filter_map(|event| match event {
        Event::Code(text) => Some(text.to_string()),
        _ => None,
    });
    spans.filter(|text| is_path(text)).collect()
}

#[test]
fn broken_links_are_found() {
    let root = super::root();
    let broken = |text| broken(&root, "docs/keys.md", text);
    assert_eq!(broken("[a](https://x.example) [b](filter.md) [c](#keys)").len(), 0);
    assert_eq!(broken("[a](none.md)"), ["docs/keys.md: none.md no such file"]);
    assert_eq!(broken("[a](#none)"), ["docs/keys.md: #none no such heading"]);
    assert_eq!(broken("[a](../README.md)"), ["docs/keys.md: ../README.md leaves the book"]);
    assert_eq!(anchors("# A `b-c` D!\n## x\n## x\n"), ["a-b-c-d", "x", "x-1"]);
    assert_eq!(
        paths("`src/lib.rs` `Cargo.toml` `src/NAME.rs` `cargo test` `tests/screens`"),
        ["src/lib.rs", "Cargo.toml", "tests/screens"]
    );
}

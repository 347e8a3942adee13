//! The module tree of `src`, and which file uses names from which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::scan::{Child, Import, Place, Scan};

/// A module's path: `["app", "model"]`.
type Module = Vec<String>;

pub struct Tree {
    pub files: Vec<File>,
    /// Each module and its file.
    modules: BTreeMap<Module, usize>,
}

pub struct File {
    /// From `src`, with `/`.
    pub name: String,
    pub text: String,
    pub module: Module,
    pub is_test: bool,
    pub scan: Scan,
}

/// A file that uses names from another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
}

impl Tree {
    pub fn read(src: &Path) -> Tree {
        Tree::from(&|name| fs::read_to_string(src.join(name)).ok())
    }

    /// A crate of these files, to test the rules.
    pub fn of(files: &[(&str, &str)]) -> Tree {
        Tree::from(&|name| files.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).to_owned()))
    }

    fn from(text_of: &dyn Fn(&str) -> Option<String>) -> Tree {
        let mut tree = Tree { files: Vec::new(), modules: BTreeMap::new() };
        tree.add(text_of, "lib.rs", &[], false);
        tree
    }

    fn add(&mut self, text_of: &dyn Fn(&str) -> Option<String>, name: &str, module: &[String], is_test: bool) {
        let text = text_of(name).unwrap_or_else(|| panic!("{name} is not there"));
        let scan = Scan::of(&text);
        let (beside, file) = name.rsplit_once('/').map_or(("", name), |(beside, file)| (beside, file));
        let stem = file.trim_end_matches(".rs");
        let below = if matches!(stem, "lib" | "mod") { beside.to_owned() } else { join(beside, stem) };
        let children = scan.children.clone();
        // Where two files are one module on different systems, the first one represents both.
        self.modules.entry(module.to_owned()).or_insert(self.files.len());
        for inline in scan.imports.iter().map(|import| &import.place).chain(&scan.mentions) {
            let inner = [module, &inline.within].concat();
            self.modules.entry(inner).or_insert(self.files.len());
        }
        self.files.push(File { name: name.to_owned(), text, module: module.to_owned(), is_test, scan });
        for Child { place: Place { within, path, in_test, .. }, file } in children {
            let inner = [module, &within, &path].concat();
            let place = within.iter().chain(&path).fold(below.clone(), |place, name| join(&place, name));
            let alone = file.map_or_else(|| format!("{place}.rs"), |file| join(beside, &file));
            let path = if text_of(&alone).is_some() { alone } else { join(&place, "mod.rs") };
            self.add(text_of, &path, &inner, is_test || in_test);
        }
    }

    /// The imports and qualified paths of a file.
    pub fn places(file: &File) -> impl Iterator<Item = &Place> {
        file.scan.imports.iter().map(|import| &import.place).chain(&file.scan.mentions)
    }

    /// A path from the root of the crate; `None` for a path into another crate or a local one.
    pub fn absolute(&self, file: &File, place: &Place) -> Option<Vec<String>> {
        let within = [file.module.as_slice(), &place.within].concat();
        self.absolute_from(&within, &place.path, 0)
    }

    fn absolute_from(&self, within: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => return Some(rest.to_vec()),
            "self" => return Some([within, rest].concat()),
            "super" => {
                let mut above = within.split_last()?.1;
                let mut rest = rest;
                while let Some(("super", further)) = rest.split_first().map(|(name, rest)| (name.as_str(), rest)) {
                    above = above.split_last()?.1;
                    rest = further;
                }
                return Some([above, rest].concat());
            }
            _ => {}
        }
        if self.modules.contains_key(&[within, std::slice::from_ref(first)].concat()) {
            return Some([within, path].concat());
        }
        let import = self.import_of(within, first, depth)?;
        Some([import.as_slice(), rest].concat())
    }

    /// The path, from the root of the crate, of a name that a `use` imports into a module.
    fn import_of(&self, module: &[String], name: &str, depth: usize) -> Option<Vec<String>> {
        // `use url::Url` in a module that also imports something called `url` would recurse forever.
        if depth > 8 {
            return None;
        }
        self.absolute_from(module, &self.find_import(module, name)?.place.path, depth + 1)
    }

    /// The `use` that imports a name into a module.
    fn find_import(&self, module: &[String], name: &str) -> Option<&Import> {
        let file = &self.files[*self.modules.get(module)?];
        let is_it =
            |import: &&Import| import.name == name && [file.module.as_slice(), &import.place.within].concat() == module;
        file.scan.imports.iter().find(is_it)
    }

    /// A path with its first name resolved through the `use` that imports it: `["std", "fs", "read"]` for `disk::read` where
    /// `std::fs` is called `disk`. A path within this crate begins with `crate`.
    pub fn spelled_out(&self, file: &File, place: &Place) -> Vec<String> {
        let within = [file.module.as_slice(), &place.within].concat();
        self.spelled_out_from(&within, &place.path, 0)
    }

    fn spelled_out_from(&self, within: &[String], path: &[String], depth: usize) -> Vec<String> {
        if let Some(own) = self.absolute_from(within, path, 0) {
            return [&["crate".to_owned()], own.as_slice()].concat();
        }
        let import = path.first().filter(|_| depth < 8).and_then(|first| self.find_import(within, first));
        match import.filter(|import| import.place.path.first() != path.first()) {
            Some(import) => {
                let path = [import.place.path.as_slice(), &path[1..]].concat();
                self.spelled_out_from(within, &path, depth + 1)
            }
            None => path.to_vec(),
        }
    }

    /// The file that defines what an absolute path names, through all re-exports. `None` where it names a module as a whole:
    /// who imports one takes nothing from it before a name follows.
    pub fn defined_in(&self, path: &[String]) -> Option<usize> {
        self.resolve_definition(path, 0)
    }

    fn resolve_definition(&self, path: &[String], depth: usize) -> Option<usize> {
        for end in 0..path.len() {
            let (module, name) = (&path[..end], &path[end]);
            if self.modules.contains_key(&path[..=end]) {
                continue;
            }
            if depth < 8
                && let Some(target) = self.import_of(module, name, 0)
            {
                return self.resolve_definition(&[target.as_slice(), &path[end + 1..]].concat(), depth + 1);
            }
            return self.modules.get(module).copied();
        }
        None
    }

    /// Which shipped file uses names from which. A re-export of a submodule is not a use.
    pub fn arrows(&self) -> BTreeMap<Arrow, BTreeSet<String>> {
        let mut arrows: BTreeMap<Arrow, BTreeSet<String>> = BTreeMap::new();
        for (from, file) in self.files.iter().enumerate().filter(|(_, file)| !file.is_test) {
            let is_face = |path: &[String]| path.starts_with(&file.module);
            let imports = file.scan.imports.iter().map(|import| (&import.place, import.is_public));
            for (place, is_public) in imports.chain(file.scan.mentions.iter().map(|place| (place, false))) {
                let Some(path) = self.absolute(file, place).filter(|path| !(is_public && is_face(path))) else {
                    continue;
                };
                let Some(to) = self.defined_in(&path).filter(|to| *to != from && !place.in_test) else { continue };
                let known = &self.files[to].module;
                let name = path.iter().rev().find(|name| !known.contains(name)).or(path.last());
                arrows.entry(Arrow { from, to }).or_default().extend(name.cloned());
            }
        }
        arrows
    }
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

//! Scans one source file: its `use` trees and qualified paths, also in macros, and the length of its functions.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprLit, Item, Lit, Meta, Signature, UseName, UseRename, UseTree, Visibility};

#[derive(Default)]
pub struct Scan {
    pub imports: Vec<Import>,
    /// Paths with at least two segments.
    pub mentions: Vec<Place>,
    pub children: Vec<Child>,
    pub functions: Vec<Function>,
}

/// A path and its module within the file: empty for the file itself, longer within `mod x { … }`.
#[derive(Clone, Debug)]
pub struct Place {
    pub within: Vec<String>,
    pub path: Vec<String>,
    pub line: usize,
    pub in_test: bool,
}

/// One name that a `use` imports; `*` for all names.
pub struct Import {
    pub name: String,
    pub is_public: bool,
    pub place: Place,
}

/// `mod x;`
#[derive(Clone, Debug)]
pub struct Child {
    /// Its parent module, and its name as the path.
    pub place: Place,
    /// The file that `#[path]` names.
    pub file: Option<String>,
}

pub struct Function {
    pub name: String,
    pub line: usize,
    /// From its signature to its last brace.
    pub lines: usize,
}

impl Scan {
    pub fn of(text: &str) -> Scan {
        let file = syn::parse_file(text).expect("the compiler takes it");
        let mut scanner = Scanner::default();
        scanner.visit_file(&file);
        scanner.scan
    }
}

#[derive(Default)]
struct Scanner {
    scan: Scan,
    within: Vec<String>,
    in_test: bool,
}

impl Scanner {
    fn place(&self, path: Vec<String>, line: usize) -> Place {
        Place { within: self.within.clone(), path, line, in_test: self.in_test }
    }

    fn mention(&mut self, path: Vec<String>, line: usize) {
        if path.len() > 1 {
            let place = self.place(path, line);
            self.scan.mentions.push(place);
        }
    }

    fn import(&mut self, tree: &UseTree, before: &[String], is_public: bool) {
        let mut add = |name: String, last: Option<String>, at: Span| {
            let path = before.iter().cloned().chain(last).collect();
            let place = self.place(path, at.start().line);
            self.scan.imports.push(Import { name, is_public, place });
        };
        match tree {
            UseTree::Path(path) => {
                let before: Vec<String> = before.iter().cloned().chain([path.ident.to_string()]).collect();
                self.import(&path.tree, &before, is_public);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before, is_public)),
            UseTree::Glob(glob) => add("*".to_owned(), None, glob.star_token.spans[0]),
            UseTree::Name(UseName { ident }) if ident == "self" => {
                add(before.last().cloned().unwrap_or_default(), None, ident.span());
            }
            UseTree::Name(UseName { ident }) => add(ident.to_string(), Some(ident.to_string()), ident.span()),
            UseTree::Rename(UseRename { ident, rename, .. }) => {
                let last = Some(ident.to_string()).filter(|last| last != "self");
                add(rename.to_string(), last, ident.span());
            }
        }
    }

    fn function(&mut self, signature: &Signature, block: &Block) {
        let (line, last) = (signature.fn_token.span.start().line, block.brace_token.span.close().end().line);
        self.scan.functions.push(Function { name: signature.ident.to_string(), line, lines: last + 1 - line });
    }

    /// The paths in the tokens of a macro or an attribute, which are not parsed: `name::name` sequences, and each name in
    /// `before::{…}`.
    fn tokens(&mut self, tokens: TokenStream, before: &[String]) {
        let (mut path, mut line, mut colons) = (before.to_vec(), 0, 2);
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.mention(std::mem::replace(&mut path, before.to_vec()), line);
                    }
                    line = name.span().start().line;
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' && !path.is_empty() => colons += 1,
                TokenTree::Group(group) if colons == 2 && !path.is_empty() => {
                    self.tokens(group.stream(), &std::mem::replace(&mut path, before.to_vec()));
                }
                other => {
                    self.mention(std::mem::replace(&mut path, before.to_vec()), line);
                    colons = 2;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream(), &[]);
                    }
                }
            }
        }
        if path.len() > before.len() {
            self.mention(path, line);
        }
    }
}

impl<'ast> Visit<'ast> for Scanner {
    fn visit_item(&mut self, item: &'ast Item) {
        let before = self.in_test;
        self.in_test |= is_test(attributes(item));
        visit::visit_item(self, item);
        self.in_test = before;
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.to_string();
        if module.content.is_none() {
            let place = self.place(vec![name], module.ident.span().start().line);
            self.scan.children.push(Child { place, file: module.attrs.iter().find_map(path_attribute) });
            return;
        }
        self.within.push(name);
        visit::visit_item_mod(self, module);
        self.within.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.function(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig, &function.block);
        let before = self.in_test;
        self.in_test |= is_test(&function.attrs);
        visit::visit_impl_item_fn(self, function);
        self.in_test = before;
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.function(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let line = path.segments.first().map_or(0, |first| first.ident.span().start().line);
        self.mention(path.segments.iter().map(|segment| segment.ident.to_string()).collect(), line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone(), &[]);
        visit::visit_macro(self, call);
    }

    /// `pub(in crate::x)` is a visibility and uses nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    /// Documentation may link to forbidden layers.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone(), &[]);
        }
    }

    /// `extern crate self as name;` is another name for this crate.
    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let (name, line) = (item.ident.to_string(), item.ident.span().start().line);
        let own_name = item.rename.as_ref().map_or_else(|| name.clone(), |(_, rename)| rename.to_string());
        let place = self.place(vec![if name == "self" { "crate".to_owned() } else { name }], line);
        self.scan.imports.push(Import { name: own_name, is_public: false, place });
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        // Anything else counts as shipped.
        _ => &[],
    }
}

/// The file that `#[path = "…"]` names.
fn path_attribute(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(file), .. }) if pair.path.is_ident("path") => Some(file.value()),
        _ => None,
    }
}

pub fn is_test(attributes: &[Attribute]) -> bool {
    let is_cfg_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    };
    attributes.iter().any(is_cfg_test)
}

#[test]
fn paths_are_found_in_every_form() {
    let scan = Scan::of(
        "use crate::{\n    app::{model::Model as M, self},\n    view::draw, // crate::not_this\n};
        /// Not [`crate::this`] either.
        mod inner {
            use super::super::far::{Thing, deep::*};
            fn f(x: self::T) -> Vec<crate::domain::Link> {
                format!(\"{} crate::nor::this\", [crate::demo::guide(), super::near::x::<u8>()]);
                m! { use crate::{fs::{a, b::c}, d}; e, crate::f; }
                #[x(crate::attr, y = super::attr)] let g = 1;
                <crate::a::B as super::C>::d()
            }
        }
        #[cfg(test)] mod tests { use super::only_here; }
        trait T { fn g() {} fn h(); }
        pub(in crate::app) struct S;",
    );
    let of = |place: &Place| format!("{}|{}", place.within.join("::"), place.path.join("::"));
    let imports: Vec<String> = scan.imports.iter().map(|i| format!("{} {}", of(&i.place), i.name)).collect();
    assert_eq!(
        imports,
        [
            "|crate::app::model::Model M",
            "|crate::app app",
            "|crate::view::draw draw",
            "inner|super::super::far::Thing Thing",
            "inner|super::super::far::deep *",
            "tests|super::only_here only_here",
        ]
    );
    let mentions: Vec<String> = scan.mentions.iter().map(of).collect();
    assert_eq!(
        mentions,
        [
            "inner|self::T",
            "inner|crate::domain::Link",
            "inner|crate::demo::guide",
            "inner|super::near::x",
            "inner|crate::fs::a",
            "inner|crate::fs::b::c",
            "inner|crate::d",
            "inner|crate::f",
            "inner|crate::attr",
            "inner|super::attr",
            "inner|crate::a::B",
            "inner|super::C::d",
        ]
        .map(str::to_owned)
        .to_vec()
    );
    assert!(scan.imports.iter().all(|i| i.place.in_test == (i.name == "only_here")));
    assert_eq!(scan.functions.iter().map(|f| (f.name.as_str(), f.lines)).collect::<Vec<_>>(), [("f", 6), ("g", 1)]);
}

//! Errors are typed inside the program and become text only at its edge.

use syn::visit::{self, Visit};
use syn::{GenericArgument, ItemMod, ItemType, PathArguments, PathSegment, ReturnType, Signature, Type};

use super::TREE;
use super::scan::is_test;

/// Exceptions, whose error is a string: the file, the name, the reason.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("app/key_prompt.rs", "key", "one of two sentences beside the box, which nothing else reads")];

#[test]
fn no_function_returns_text_as_its_error() {
    let mut found = Vec::new();
    for file in TREE.files.iter().filter(|file| !file.is_test) {
        let functions = Finder::look(&file.text);
        found.extend(functions.into_iter().map(|function| (file.name.clone(), function)));
    }
    let mut known: Vec<_> = EXCEPTIONS.iter().map(|(file, name, _)| ((*file).to_owned(), (*name).to_owned())).collect();
    found.sort_unstable();
    known.sort_unstable();
    let only = |these: &[(String, String)], others: &[(String, String)]| -> Vec<String> {
        these.iter().filter(|one| !others.contains(one)).map(|(file, name)| format!("{file}: {name}")).collect()
    };
    let (new, gone) = (only(&found, &known), only(&known, &found));
    assert!(new.is_empty(), "the error of {new:?} is a string: give it a type");
    assert!(gone.is_empty(), "no longer exceptions: {gone:?}");
}

/// Finds functions and callbacks whose error is a string, and aliases of such results.
#[derive(Default)]
struct Finder {
    function: String,
    found: Vec<String>,
}

impl Finder {
    fn look(text: &str) -> Vec<String> {
        let mut finder = Finder::default();
        finder.visit_file(&syn::parse_file(text).unwrap());
        finder.found.dedup();
        finder.found
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        self.function = signature.ident.to_string();
        visit::visit_signature(self, signature);
    }

    fn visit_item_type(&mut self, alias: &'ast ItemType) {
        let mut results = Results::default();
        results.visit_type(&alias.ty);
        if results.has_text {
            self.found.push(alias.ident.to_string());
        }
    }

    fn visit_return_type(&mut self, returned: &'ast ReturnType) {
        let mut results = Results::default();
        results.visit_return_type(returned);
        if results.has_text {
            self.found.push(self.function.clone());
        }
        visit::visit_return_type(self, returned);
    }
}

/// Whether a type contains a `Result` whose error is a string.
#[derive(Default)]
struct Results {
    has_text: bool,
}

impl<'ast> Visit<'ast> for Results {
    fn visit_path_segment(&mut self, segment: &'ast PathSegment) {
        if segment.ident == "Result"
            && let PathArguments::AngleBracketed(given) = &segment.arguments
            && let Some(GenericArgument::Type(error)) = given.args.iter().nth(1)
        {
            self.has_text |= is_text(error);
        }
        visit::visit_path_segment(self, segment);
    }
}

/// Whether an error type is a string or untyped: `String`, `&str`, `Box<str>`, `Box<dyn Error>`.
fn is_text(error: &Type) -> bool {
    match error {
        Type::Reference(reference) => is_text(&reference.elem),
        Type::TraitObject(_) => true,
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let within = match &last.arguments {
                PathArguments::AngleBracketed(given) => given.args.iter().any(|argument| match argument {
                    GenericArgument::Type(within) => is_text(within),
                    _ => false,
                }),
                _ => false,
            };
            last.ident == "String" || last.ident == "str" || within
        }),
        _ => false,
    }
}

#[test]
fn text_errors_are_found_in_every_form() {
    let found = Finder::look(
        "fn a() -> Result<Vec<Vec<u8>>, String> {}
        trait T { async fn b(&self) -> std::result::Result<(), &'static str>; }
        impl S { fn c() -> Option<Result<u8, String>> {} fn d() -> Result<String, io::Error> {} }
        fn e(read: impl Fn(&u8) -> Result<u8, String>) {}
        fn f(given: Result<u8, String>) -> io::Result<String> {}
        #[cfg(test)] mod tests { fn g() -> Result<(), String> {} }
        fn h() -> Result<(), Box<str>> {}
        fn i() -> Result<(), Box<dyn Error + Send>> {}
        fn j() -> Result<(), std::borrow::Cow<'static, str>> {}
        type K = Result<u8, String>;
        type L<T> = Result<T, io::Error>;",
    );
    assert_eq!(found, ["a", "b", "c", "e", "h", "i", "j", "K"]);
}

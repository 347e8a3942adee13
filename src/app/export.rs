//! The export prompt: a path to write to.

use crate::formats::Format;
use crate::input::LineEdit;

use super::marks::MarkScope;

#[derive(Clone, Debug, Default)]
pub struct Export {
    pub line: LineEdit,
    pub scope: MarkScope,
    pub error: Option<String>,
}

/// Why the typed path can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("type a file name")]
    Empty,
    #[error("must end in {}", Export::extensions())]
    NoFormat,
}

impl Export {
    /// A prompt with a suggested name, selected so that typing replaces it.
    pub fn with_suggestion(name: &str, scope: MarkScope) -> Export {
        let mut export = Export { line: LineEdit::with_text(name), scope, error: None };
        export.line.select_all();
        export
    }

    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.error = None;
    }

    pub fn extensions() -> String {
        let extensions: Vec<String> = Format::EXTENSIONS.iter().map(|(end, _)| format!(".{end}")).collect();
        extensions.join(" ")
    }

    /// The path, and the format given by its extension.
    ///
    /// # Errors
    /// The path is empty, or its extension is not that of a format.
    pub fn target(&self) -> Result<(String, Format), NameError> {
        let path = self.line.text().trim();
        if path.is_empty() {
            return Err(NameError::Empty);
        }
        let format = Format::of_path(path).ok_or(NameError::NoFormat)?;
        Ok((path.to_owned(), format))
    }
}

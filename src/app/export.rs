//! The path of a file to write.

use crate::formats::Format;
use crate::input::LineEdit;

use super::marks::MarkScope;

/// The state of the question where to write.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// The path as it is typed.
    pub line: LineEdit,
    /// Which of the marked links go into the file.
    pub scope: MarkScope,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Why nothing can be written to what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("type a file name")]
    Empty,
    #[error("must end in {}", Export::extensions())]
    NoFormat,
}

impl Export {
    /// The question with a name that is proposed, selected so that another one can be typed over it.
    pub fn with_suggestion(name: &str, scope: MarkScope) -> Export {
        let mut export = Export { line: LineEdit::with_text(name), scope, error: None };
        export.line.select_all();
        export
    }

    /// Takes typed or pasted text.
    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.error = None;
    }

    /// The ends of names that are known.
    pub fn extensions() -> String {
        let extensions: Vec<String> = Format::EXTENSIONS.iter().map(|(end, _)| format!(".{end}")).collect();
        extensions.join(" ")
    }

    /// The path, and the format that its end asks for.
    ///
    /// # Errors
    /// There is no name, or its end says no format.
    pub fn target(&self) -> Result<(String, Format), NameError> {
        let path = self.line.text().trim();
        if path.is_empty() {
            return Err(NameError::Empty);
        }
        let format = Format::of_path(path).ok_or(NameError::NoFormat)?;
        Ok((path.to_owned(), format))
    }
}

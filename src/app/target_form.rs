//! The target box: what is typed, and the request it describes.

use crate::domain::request::quote;
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Target};
use crate::input::{Edit, History, LineEdit, NumberLine};

use super::source::Source;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormField {
    #[default]
    Url,
    Count,
    /// Page or domain.
    Scope,
    /// 1 link per domain, or all links.
    Mode,
}

impl FormField {
    const ALL: [FormField; 4] = [FormField::Url, FormField::Count, FormField::Scope, FormField::Mode];

    /// The next or previous field, wrapping around.
    pub fn step(self, forward: bool) -> FormField {
        let steps = if forward { 1 } else { FormField::ALL.len() - 1 };
        FormField::ALL.into_iter().cycle().nth(self as usize + steps).unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
pub struct TargetForm {
    pub url: LineEdit,
    pub count: NumberLine,
    /// Page or domain.
    pub scope: Scope,
    /// 1 link per domain, or all links.
    pub mode: Mode,
    /// The focused field.
    pub field: FormField,
    /// Why the request could not be sent.
    pub error: Option<FormError>,
    pub history: History,
    /// Restored by Esc.
    before: Option<Draft>,
}

#[derive(Clone, Debug)]
struct Draft {
    url: String,
    count: String,
    scope: Scope,
    mode: Mode,
}

/// Why a field is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    pub field: FormField,
    /// Says what is wrong and what to type instead.
    pub message: String,
}

impl TargetForm {
    /// An empty box with default options.
    pub fn new(count: LinkCount, scope: Scope, mode: Mode) -> TargetForm {
        TargetForm {
            url: LineEdit::new(),
            count: NumberLine::with_number(&count.to_string()),
            scope,
            mode,
            field: FormField::Url,
            error: None,
            history: History::default(),
            before: None,
        }
    }

    /// Focuses the address, and remembers the content for Esc.
    pub fn start_editing(&mut self) {
        self.field = FormField::Url;
        self.before = Some(Draft {
            url: self.url.text().to_owned(),
            count: self.count.text().to_owned(),
            scope: self.scope,
            mode: self.mode,
        });
    }

    /// Restores the content from before editing.
    pub fn restore(&mut self) {
        self.error = None;
        if let Some(draft) = self.before.take() {
            self.url.set(&draft.url);
            self.count.set(&draft.count);
            self.scope = draft.scope;
            self.mode = draft.mode;
        }
    }

    /// Shows a request as if it had been typed.
    pub fn fill(&mut self, request: &Request) {
        self.url.set(request.target.as_str());
        self.count.set(&request.count.to_string());
        self.scope = request.target.scope();
        self.mode = request.mode;
        self.error = None;
        self.before = None;
    }

    /// Shows where the links of the table come from. Links of other tools were not requested, so the number and mode stay.
    pub fn fill_from(&mut self, source: &Source) {
        if let Some(request) = source.request() {
            self.fill(request);
        } else if let Some(target) = source.target() {
            self.url.set(target.as_str());
            self.scope = target.scope();
            self.error = None;
            self.before = None;
        }
    }

    /// Focuses a field. A number is selected so that typing replaces it.
    pub fn go_to(&mut self, field: FormField) {
        self.field = field;
        if field == FormField::Count {
            self.count.select_all();
        }
    }

    /// Edits the focused field, or toggles it.
    pub fn apply(&mut self, edit: Edit) {
        match self.field {
            FormField::Url => drop(self.url.apply(edit)),
            FormField::Count => self.count.apply(edit),
            FormField::Scope | FormField::Mode if matches!(edit, Edit::Left | Edit::Right) => self.toggle(),
            FormField::Scope | FormField::Mode => return,
        }
        self.error = None;
    }

    /// Inserts text into the focused field. A space toggles an option.
    pub fn insert(&mut self, text: &str) {
        match self.field {
            FormField::Url => drop(self.url.insert(text)),
            FormField::Count => drop(self.count.insert(text)),
            FormField::Scope | FormField::Mode if text == " " => self.toggle(),
            FormField::Scope | FormField::Mode => return,
        }
        self.error = None;
    }

    pub fn toggle(&mut self) {
        match self.field {
            FormField::Scope => self.scope = self.scope.toggled(),
            FormField::Mode => self.mode = self.mode.toggled(),
            FormField::Url | FormField::Count => {}
        }
    }

    /// The maximum cost of the request; `None` if the number of links is invalid.
    pub fn quote(&self) -> Option<Credits> {
        LinkCount::parse(self.count.text()).ok().map(|count| quote(self.mode, count))
    }

    /// The request.
    ///
    /// # Errors
    /// The invalid field, and why.
    pub fn request(&self) -> Result<Request, FormError> {
        let error = |field, message: String| FormError { field, message };
        let target = Target::parse(self.url.text(), self.scope).map_err(|e| error(FormField::Url, e.to_string()))?;
        let count = LinkCount::parse(self.count.text()).map_err(|e| error(FormField::Count, e.to_string()))?;
        Ok(Request { target, mode: self.mode, count })
    }
}

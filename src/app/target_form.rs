//! The target box: what is typed, and the request it describes.

use crate::domain::request::quote;
use crate::domain::target::TargetError;
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Target};
use crate::input::{Edit, History, LineEdit, NumberLine};

use super::pasted::Pasted;
use super::pasted_targets::PastedTargets;
use super::source::Source;
use super::target_plan::TargetPlan;

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
    /// Takes the place of the address.
    pub list: Option<PastedTargets>,
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
            list: None,
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
        self.list = None;
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
            FormField::Url if self.list.is_some() => self.edit_list(edit),
            FormField::Url => drop(self.url.apply(edit)),
            FormField::Count => self.count.apply(edit),
            FormField::Scope | FormField::Mode if matches!(edit, Edit::Left | Edit::Right) => self.toggle(),
            FormField::Scope | FormField::Mode => return,
        }
        self.error = None;
    }

    /// A list is deleted as a whole.
    fn edit_list(&mut self, edit: Edit) {
        let is_movement =
            matches!(edit, Edit::Left | Edit::Right | Edit::WordLeft | Edit::WordRight | Edit::Start | Edit::End);
        if !is_movement {
            self.list = None;
            self.url.clear();
        }
    }

    /// Inserts pasted text into the focused field. Several lines become a list of targets, which one line replaces again.
    pub fn paste(&mut self, text: &Pasted) {
        if self.field == FormField::Url {
            self.list = PastedTargets::new(text, self.scope);
        }
        if self.list.is_none() || self.field != FormField::Url {
            self.insert(text);
        }
        self.error = None;
    }

    /// Inserts text into the focused field. A space toggles an option.
    pub fn insert(&mut self, text: &str) {
        match self.field {
            FormField::Url if self.list.is_some() => return,
            FormField::Url => {
                let text = if self.url.text().is_empty() { text.trim() } else { text.trim_end_matches(['\r', '\n']) };
                // The line would drop control characters, and so join what a tab or line break separates.
                self.url.insert(&text.replace(char::is_control, " "));
            }
            FormField::Count => drop(self.count.insert(text)),
            FormField::Scope | FormField::Mode if text == " " => self.toggle(),
            FormField::Scope | FormField::Mode => return,
        }
        self.error = None;
    }

    pub fn toggle(&mut self) {
        match self.field {
            FormField::Scope => {
                self.scope = self.scope.toggled();
                if let Some(list) = &mut self.list {
                    list.set_scope(self.scope);
                }
            }
            FormField::Mode => self.mode = self.mode.toggled(),
            FormField::Url | FormField::Count => {}
        }
    }

    /// The maximum cost of the request, or of the list; `None` if the number of links is invalid.
    pub fn quote(&self) -> Option<Credits> {
        if let Some(list) = &self.list {
            return list.plan.as_ref().map(TargetPlan::maximum);
        }
        LinkCount::parse(self.count.text()).ok().map(|count| quote(self.mode, count))
    }

    /// The request.
    ///
    /// # Errors
    /// The invalid field, and why.
    pub fn request(&self) -> Result<Request, FormError> {
        let error = |e: TargetError| FormError { field: FormField::Url, message: e.to_string() };
        let target = Target::parse(self.url.text(), self.scope).map_err(error)?;
        Ok(Request { target, mode: self.mode, count: self.count()? })
    }

    /// The requests of the list; `None` if there is no list.
    pub fn list_requests(&self) -> Option<Result<Vec<Request>, FormError>> {
        let list = self.list.as_ref()?;
        let request = |count, target: &Target| Request { target: target.clone(), mode: self.mode, count };
        Some(self.count().map(|count| list.targets.iter().map(|target| request(count, target)).collect()))
    }

    fn count(&self) -> Result<LinkCount, FormError> {
        LinkCount::parse(self.count.text())
            .map_err(|error| FormError { field: FormField::Count, message: error.to_string() })
    }

    /// Shows an error and focuses its field.
    pub fn report(&mut self, error: FormError) {
        self.go_to(error.field);
        self.error = Some(error);
    }
}

//! The target box: what is typed there, and the request that it stands for.

use crate::domain::request::quote;
use crate::domain::{Credits, LinkCount, Mode, Request, Scope, Target};
use crate::input::{Edit, History, LineEdit, NumberLine};

/// A field of the target box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormField {
    /// The address.
    #[default]
    Url,
    /// The number of links.
    Count,
    /// Page or domain.
    Scope,
    /// One link per domain, or all.
    Mode,
}

impl FormField {
    const ALL: [FormField; 4] = [FormField::Url, FormField::Count, FormField::Scope, FormField::Mode];

    /// The next field, or the one before, round and round.
    pub fn step(self, forward: bool) -> FormField {
        let steps = if forward { 1 } else { FormField::ALL.len() - 1 };
        FormField::ALL.into_iter().cycle().nth(self as usize + steps).unwrap_or_default()
    }
}

/// The state of the target box.
#[derive(Clone, Debug)]
pub struct TargetForm {
    /// The address being typed.
    pub url: LineEdit,
    /// The number of links being typed.
    pub count: NumberLine,
    /// Page or domain.
    pub scope: Scope,
    /// One link per domain, or all.
    pub mode: Mode,
    /// Which field has the keys.
    pub field: FormField,
    /// Why the last try to ask was not sent.
    pub error: Option<FormError>,
    /// Earlier addresses.
    pub history: History,
    /// What stood here when editing began, for Esc to give back.
    before: Option<Draft>,
}

/// What Esc gives back.
#[derive(Clone, Debug)]
struct Draft {
    url: String,
    count: String,
    scope: Scope,
    mode: Mode,
}

/// A field that can't be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    pub field: FormField,
    /// Why, and what to type instead.
    pub message: String,
}

impl TargetForm {
    /// An empty box with these defaults.
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

    /// Begins to edit at the address.
    pub fn start_editing(&mut self) {
        self.field = FormField::Url;
        self.before = Some(Draft {
            url: self.url.text().to_owned(),
            count: self.count.text().to_owned(),
            scope: self.scope,
            mode: self.mode,
        });
    }

    /// Gives back what stood here when editing began.
    pub fn restore(&mut self) {
        self.error = None;
        if let Some(draft) = self.before.take() {
            self.url.set(&draft.url);
            self.count.set(&draft.count);
            self.scope = draft.scope;
            self.mode = draft.mode;
        }
    }

    /// Shows a request, as if it had been typed.
    pub fn fill(&mut self, request: &Request) {
        self.url.set(request.target.as_str());
        self.count.set(&request.count.to_string());
        self.scope = request.target.scope();
        self.mode = request.mode;
        self.error = None;
        self.before = None;
    }

    /// Gives a field the keys. A number that stands there is selected: who comes to it wants another one.
    pub fn go_to(&mut self, field: FormField) {
        self.field = field;
        if field == FormField::Count {
            self.count.select_all();
        }
    }

    /// Does one edit in the chosen field, or changes it to its other value.
    pub fn apply(&mut self, edit: Edit) {
        match self.field {
            FormField::Url => drop(self.url.apply(edit)),
            FormField::Count => self.count.apply(edit),
            FormField::Scope | FormField::Mode if matches!(edit, Edit::Left | Edit::Right) => self.toggle(),
            FormField::Scope | FormField::Mode => return,
        }
        self.error = None;
    }

    /// Takes typed or pasted text into the chosen field; a blank on one with two values changes it.
    pub fn insert(&mut self, text: &str) {
        match self.field {
            FormField::Url => drop(self.url.insert(text)),
            FormField::Count => drop(self.count.insert(text)),
            FormField::Scope | FormField::Mode if text == " " => self.toggle(),
            FormField::Scope | FormField::Mode => return,
        }
        self.error = None;
    }

    /// Changes the chosen field to its other value, if it has one.
    pub fn toggle(&mut self) {
        match self.field {
            FormField::Scope => self.scope = self.scope.toggled(),
            FormField::Mode => self.mode = self.mode.toggled(),
            FormField::Url | FormField::Count => {}
        }
    }

    /// The most that asking for what stands here can cost; `None` while the number of links is no number that can be asked.
    pub fn quote(&self) -> Option<Credits> {
        LinkCount::parse(self.count.text()).ok().map(|count| quote(self.mode, count))
    }

    /// The request that stands here.
    ///
    /// # Errors
    /// The field that can't be sent, and why.
    pub fn request(&self) -> Result<Request, FormError> {
        let error = |field, message: String| FormError { field, message };
        let target = Target::parse(self.url.text(), self.scope).map_err(|e| error(FormField::Url, e.to_string()))?;
        let count = LinkCount::parse(self.count.text()).map_err(|e| error(FormField::Count, e.to_string()))?;
        Ok(Request { target, mode: self.mode, count })
    }
}

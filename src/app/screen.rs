//! What stands on the screen while nothing lies over it, and which part of it has the keys.

use std::sync::Arc;

use crate::domain::purchase::Charge;
use crate::domain::{FetchError, Request, Response};

use super::toasts::Toasts;

/// The state of the screen.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Columns of the terminal.
    pub width: u16,
    /// Rows of the terminal.
    pub height: u16,
    /// What the big area in the middle shows.
    pub main: MainPane,
    /// First line of the welcome page that is shown.
    pub welcome_scroll: usize,
    /// What has the keys.
    pub focus: Focus,
    /// A number typed before a key, as in `12G`.
    pub count: Option<usize>,
    /// Whether the scrollbar is being dragged.
    pub dragging: bool,
    pub toasts: Toasts,
}

impl Screen {
    /// The first page, on a terminal of this size.
    pub fn new(width: u16, height: u16) -> Screen {
        Screen {
            width,
            height,
            main: MainPane::default(),
            welcome_scroll: 0,
            focus: Focus::default(),
            count: None,
            dragging: false,
            toasts: Toasts::default(),
        }
    }
}

/// What the big area in the middle shows.
#[derive(Clone, Debug, Default)]
pub enum MainPane {
    /// The first start: what this is and how to begin.
    #[default]
    Welcome,
    /// The table of [`super::Model::table`].
    Links,
    /// An answer without a link, and the other addresses to try.
    Empty(EmptyResponse),
    /// A request that failed.
    Failed(FailedRequest),
    /// The archive.
    Archive,
}

/// An answer without a link.
#[derive(Clone, Debug)]
pub struct EmptyResponse {
    /// What was asked.
    pub request: Request,
    /// The same for other addresses of the page.
    pub variants: Vec<Request>,
    /// The chosen one.
    pub selected: usize,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub struct FailedRequest {
    /// What was asked.
    pub request: Request,
    /// What happened.
    pub failure: FetchError,
    /// The links that arrived whole all the same.
    pub rescued: Option<Arc<Response>>,
    /// What it cost, as far as it is known.
    pub charge: Charge,
    /// First line shown.
    pub scroll: usize,
}

/// The part of the screen that keys go to while no overlay is open: [`Focus`] and [`MainPane`] taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenPart {
    Target,
    Filter,
    Detail,
    /// The page shown while the user waits for a response.
    Waiting,
    Welcome,
    Links,
    Empty,
    Failed,
    Archive,
    /// The line that is typed on the archive screen.
    ArchivePrompt,
}

/// Which part of the screen has the keys while nothing lies over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The target box.
    Target,
    /// The filter line.
    Filter,
    /// The big area in the middle.
    #[default]
    Main,
    /// The detail pane.
    Detail,
}

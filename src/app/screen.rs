//! The screen below overlays: what it shows, and which part has the focus.

use std::sync::Arc;

use crate::domain::purchase::Charge;
use crate::domain::{FetchError, Request, Response};

use super::toasts::Toasts;

#[derive(Clone, Debug)]
pub struct Screen {
    /// Of the terminal, in cells.
    pub width: u16,
    /// Of the terminal, in cells.
    pub height: u16,
    /// Shown in the main area.
    pub main: MainPane,
    /// Index of the first line shown.
    pub welcome_scroll: usize,
    pub focus: Focus,
    /// A number typed before a key, as in `12G`.
    pub count: Option<usize>,
    /// Whether the scrollbar is being dragged.
    pub dragging: bool,
    pub toasts: Toasts,
}

impl Screen {
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

/// What the main area shows.
#[derive(Clone, Debug, Default)]
pub enum MainPane {
    /// Shown until links are open.
    #[default]
    Welcome,
    Links,
    /// A response without links, and other addresses to try.
    Empty(EmptyResponse),
    Failed(FailedRequest),
    Archive,
}

/// A response without links.
#[derive(Clone, Debug)]
pub struct EmptyResponse {
    /// The request that returned it.
    pub request: Request,
    /// The same request for variants of the URL.
    pub variants: Vec<Request>,
    pub selected: usize,
}

/// A request that failed.
#[derive(Clone, Debug)]
pub struct FailedRequest {
    pub request: Request,
    pub failure: FetchError,
    /// The links received before the failure.
    pub rescued: Option<Arc<Response>>,
    /// As far as it is known.
    pub charge: Charge,
    /// Index of the first line shown.
    pub scroll: usize,
}

/// The part of the screen that receives keys while no overlay is open: [`Focus`] and [`MainPane`] combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenPart {
    Target,
    Filter,
    Detail,
    /// The page shown while the user waits for a response.
    Waiting,
    Welcome,
    Links,
    /// The addresses to try after an empty response; there is always one.
    Empty,
    Failed,
    Archive,
    /// The open prompt of the archive screen.
    ArchivePrompt,
}

/// The first line drawn of each page of text that is on the screen. Only drawing knows how long a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrawnScroll {
    pub main: Option<usize>,
    pub detail: Option<usize>,
    pub overlay: Option<usize>,
}

/// Which part of the screen has the focus while no overlay is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    Target,
    Filter,
    /// The main area.
    #[default]
    Main,
    Detail,
}

//! A confirmed list of requests, which are sent one after another.

use std::collections::VecDeque;

use crate::domain::{Credits, Request};

use super::requests::RequestId;
use super::target_plan::maximum;

#[derive(Clone, Debug)]
pub struct FetchList {
    /// Not sent yet.
    waiting: VecDeque<Request>,
    /// The request that is running.
    pub current: Option<RequestId>,
    total: usize,
}

impl FetchList {
    pub fn new(requests: Vec<Request>) -> FetchList {
        FetchList { total: requests.len(), waiting: requests.into(), current: None }
    }

    pub fn take_next(&mut self) -> Option<Request> {
        self.waiting.pop_front()
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The maximum cost of the requests that are not sent yet.
    pub fn maximum_waiting(&self) -> Credits {
        maximum(&self.waiting)
    }

    /// The number of the current request, counted from 1, and of all.
    pub fn position(&self) -> (usize, usize) {
        (self.total - self.waiting.len(), self.total)
    }
}

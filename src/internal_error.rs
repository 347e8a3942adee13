//! Errors of the program itself: a panic, or a task that did not end.

use std::any::Any;

use tokio::task::JoinError;

#[derive(Debug, thiserror::Error)]
pub enum InternalError {
    #[error("internal error: {0}")]
    Panic(String),
    /// The task was canceled before it finished.
    #[error(transparent)]
    Ended(JoinError),
}

impl InternalError {
    pub fn of_panic(payload: &(dyn Any + Send)) -> InternalError {
        InternalError::Panic(message(payload))
    }
}

impl From<JoinError> for InternalError {
    fn from(error: JoinError) -> InternalError {
        error.try_into_panic().map_or_else(InternalError::Ended, |payload| InternalError::of_panic(payload.as_ref()))
    }
}

pub fn message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

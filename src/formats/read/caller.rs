//! What a reader can't decide alone.

use super::column_map::ColumnMap;
use super::error::UnknownColumns;

/// The caller of a reader. A function that returns a bool is one that only waits.
pub trait Caller {
    /// Called again and again while a stream has no bytes. Reading stops if it returns false.
    fn wait(&mut self) -> bool;

    /// Called if the columns are not known. With a map, reading goes on from the start of the file. `None` is an error,
    /// unless more of a stream may tell more about its columns.
    fn choose_columns(&mut self, _columns: &UnknownColumns) -> Option<ColumnMap> {
        None
    }
}

impl<F: FnMut() -> bool> Caller for F {
    fn wait(&mut self) -> bool {
        self()
    }
}

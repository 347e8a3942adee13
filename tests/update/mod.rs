//! The pure core: a key or an event in, a new model and effects out.

mod account;
mod actions;
mod archive_screen;
mod archiving;
mod column_question;
mod columns;
mod comparing;
mod copying;
mod exporting;
mod facets;
mod filtering;
mod first_run;
mod grouping;
mod hidden_marks;
mod loading;
mod marking;
mod mouse;
mod moving;
mod noting;
mod overlays;
mod pasted_list;
mod quitting;
mod requests;
mod sorting;
mod target_box;

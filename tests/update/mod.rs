//! The pure core: a key or an event in, a new model and effects out.

mod account;
mod archive_screen;
mod archiving;
mod asking;
mod comparing;
mod copying;
mod exporting;
mod facets;
mod filtering;
mod grouping;
mod loading;
mod marking;
mod mouse;
mod moving;
mod overlays;
mod quitting;
mod sorting;
mod target_box;

//! Requests that fail or return no links.

use super::{Scene, cut_off, no_credits, no_links, scenes};

scenes! {
    empty: Scene::with_response(no_links, "j");
    failed: Scene::with_response(no_credits, "");
    cut: Scene::with_response(cut_off, "");
}

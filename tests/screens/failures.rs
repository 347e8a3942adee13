//! Requests that fail or bring no links.

use super::{Scene, cut_off, no_credits, no_links, scenes};

scenes! {
    empty: Scene::answered(no_links, "j");
    failed: Scene::answered(no_credits, "");
    cut: Scene::answered(cut_off, "");
}

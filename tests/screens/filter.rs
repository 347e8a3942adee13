//! The filter above the table.

use super::{Scene, scenes};

scenes! {
    filtered: Scene::browsing("/domain:reddit.com -anchor:カレー<enter>");
    filter_error: Scene::browsing("/reddit anchor:/b(/");
    filter_finds_nothing: Scene::browsing("/nothing-like-it<enter>");
    filter_name: Scene::browsing("/reddit<enter><ctrl-s>forums");
}

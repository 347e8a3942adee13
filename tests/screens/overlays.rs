//! Help, menus and lists over the table.

use super::{Scene, scenes};

scenes! {
    help: Scene::browsing("?");
    palette: Scene::browsing(":mark");
    copy_menu: Scene::browsing("aYjj");
    export: Scene::browsing("axlinks.pdf<enter>");
    export_proposal: Scene::browsing("x");
    facets: Scene::browsing("fj");
    facets_anchors: Scene::browsing("f<tab><tab>s/a");
}

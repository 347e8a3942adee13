//! The target box, its confirmations, and a running request.

use super::{ASK, Scene, scenes};

scenes! {
    number_selected: Scene::with_key("eexample.com<tab>");
    number_typed: Scene::with_key("eexample.com<tab>10000");
    bad_target: Scene::with_key("eftp://example.com<enter>");
    confirm: Scene::with_key("eexample.com<tab><ctrl-u>10000<enter>");
    waiting: Scene::with_key(ASK);
    pasted_list: Scene::with_key("e<f12>");
    confirm_list: Scene::with_key("e<f12><enter>");
    waiting_list: Scene::with_key("e<f12><enter>y");
    leave_list: Scene::with_key("e<f12><enter>yq");
    leave: Scene::with_key("eexample.com<enter>q");
    abandon: Scene::with_key("eexample.com<enter>qy");
}

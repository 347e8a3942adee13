//! The first screen: without a key, with one, and in the demo.

use super::{Scene, scenes};

scenes! {
    no_key: Scene::without_key("");
    key_prompt: Scene::without_key("quora.com<enter>0123456789abcdef");
    key_question: Scene::without_key("<f3>0123456789abcdef<enter>");
    demo: Scene::demo();
    first_start: Scene::with_key("e");
}

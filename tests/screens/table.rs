//! The table of links and the detail pane.

use super::{Look, Scene, render, scenes};

scenes! {
    links: Scene::browsing("");
    sorted_marked_range: Scene::browsing("llls  jjvjj");
    hidden_marks: Scene::browsing("j j /domain:reddit.com<enter>");
    hidden_marks_question: Scene::browsing(" j /domain:reddit.com<enter>y");
    detail: Scene::browsing("3G<enter><enter><tab>");
    far_right_column: Scene::browsing("llll");
    scrolled_sideways: Scene::browsing("lll]]/id<enter>");
    grouped: Scene::browsing("zjj<enter>j ");
    column_menu: Scene::browsing("lc<space>jj");
    noted: Scene::browsing("jtasked<enter>nby mail<enter>j  nthe same");
}

#[tokio::test(start_paused = true)]
async fn cursor_column_and_marks_show_without_color() {
    let text = render(&Scene::browsing("lls j "), (80, 24), Look::NoColor).await.text();
    assert_eq!(text.matches('▸').count(), 1);
    assert_eq!(text.matches('●').count(), 2);
    assert!(text.contains("›Anchor ▲"), "{text}");
}

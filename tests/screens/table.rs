//! The table of links and the detail pane.

use kew_tui::app::FetchEvent;
use kew_tui::domain::{Link, LinkSet, Request};

use super::{Look, Scene, render, scenes};
use crate::support::response;

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

fn entities(request: &Request) -> Option<FetchEvent> {
    let link = Link { anchor: "Tom &amp; Jerry", source_domain: "a.com", ..Link::default() };
    Some(FetchEvent::Completed(response(request, LinkSet::from_links([link]).unwrap())))
}

#[tokio::test(start_paused = true)]
async fn html_entities_are_shown_as_their_characters() {
    let text = render(&Scene::with_response(entities, "/anchor:=\"tom & jerry\"<enter>"), (200, 50), Look::NoColor)
        .await
        .text();
    assert!(text.contains("1 of 1 link"), "{text}");
    assert_eq!(text.matches("Tom & Jerry").count(), 2, "in the table and in the detail pane: {text}");
    assert_eq!(text.matches("&amp;").count(), 1, "{text}");
    assert!(text.contains("original: Tom &amp; Jerry"), "{text}");
}

//! Help, menus and lists over the table.

use super::{Scene, scenes};

const UNKNOWN: (&str, &str) = (
    "backlinks/2026/Übersicht.csv",
    "Seite;リンク先のページ;Wort;Datum;Rang\n\
    https://blog.example/rote-schuhe;https://me.example/;rote Schuhe;2026-01-31;12\n\
    https://カレー.example/;https://me.example/shop;カレーライス;2026-02-01;7\n\
    https://news.example/a/very/long/path/that/does/not/fit/in/any/column;https://me.example/;\x1b[31mred;2026-02-02;5\n",
);

scenes! {
    help: Scene::browsing("?");
    palette: Scene::browsing(":mark");
    copy_menu: Scene::browsing("aYjj");
    export: Scene::browsing("axlinks.pdf<enter>");
    export_proposal: Scene::browsing("x");
    facets: Scene::browsing("fj");
    facets_anchors: Scene::browsing("f<tab><tab>s/a");
    column_question: Scene::with_file(UNKNOWN, "jj");
    column_question_without_source: Scene::with_file(UNKNOWN, "h<enter>");
}

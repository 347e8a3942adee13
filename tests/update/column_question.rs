//! Files whose columns are not known.

use kew_tui::app::message::LoadEvent;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::screen::MainPane;
use kew_tui::app::{Effect, Message, Task, update};
use kew_tui::domain::Field;
use kew_tui::formats::read::ColumnMap;

use super::loading::piece;
use crate::support::{TestApp, unknown_columns};

const TEXT: &str =
    "Seite;Ziel;Wort;Tag\nhttps://a.com/1;https://me.com/;rote Schuhe;1\nhttps://b.com/;https://me.com/;x;2\n";

fn asked(files: &[&str], file: usize, text: &str) -> TestApp {
    let mut app = TestApp::new();
    update::open_files(&mut app.model, files.iter().map(ToString::to_string).collect());
    app.message(question(file, text));
    app
}

fn question(file: usize, text: &str) -> Message {
    Message::Load(LoadEvent::UnknownColumns { file, columns: Box::new(unknown_columns(text)) })
}

fn is_asked(app: &TestApp) -> bool {
    matches!(app.model.overlay, Some(Overlay::ColumnQuestion))
}

fn meanings(app: &TestApp) -> Vec<Option<Field>> {
    let question = app.model.table.question.as_ref().unwrap();
    (0..question.columns.len()).map(|column| question.meaning(column)).collect()
}

/// The maps that were answered; `None` for a file that was left out.
fn answers(app: &TestApp) -> Vec<Option<String>> {
    let answer = |effect: &Effect| match effect {
        Effect::AnswerColumns { map } => Some(map.as_ref().map(ToString::to_string)),
        _ => None,
    };
    app.effects.iter().filter_map(answer).collect()
}

const PAGE: Option<Field> = Some(Field::SourceUrl);
const DOMAIN: Option<Field> = Some(Field::SourceDomain);
const TARGET: Option<Field> = Some(Field::TargetUrl);
const ANCHOR: Option<Field> = Some(Field::Anchor);

#[test]
fn the_proposal_is_chosen_and_enter_accepts_it() {
    let mut app = asked(&["seiten.csv"], 0, TEXT);
    assert!(is_asked(&app));
    assert_eq!(meanings(&app), [PAGE, TARGET, ANCHOR, None]);
    let columns = &app.model.table.question.as_ref().unwrap().columns;
    assert_eq!((columns[2].name.as_str(), columns[2].values.as_str()), ("Wort", "rote Schuhe · x"));
    app.keys("<enter>");
    assert_eq!(answers(&app), [Some("source=Seite,target=Ziel,anchor=Wort".to_owned())]);
    let Some(Effect::AnswerColumns { map: Some(map) }) = app.effects.first() else { panic!("{:?}", app.effects) };
    assert_eq!(
        *map,
        ColumnMap::parse(&map.to_string()).unwrap().complete(),
        "no other column gets a field by its name"
    );
    assert!(app.model.overlay.is_none() && app.model.table.question.is_none());
    assert!(app.toasts().contains("seiten.csv: next time, use --map source=Seite,target=Ziel,anchor=Wort"));
}

#[test]
fn a_meaning_belongs_to_one_column() {
    let mut app = asked(&["seiten.csv"], 0, TEXT);
    app.keys("j<left>");
    assert_eq!(meanings(&app), [PAGE, DOMAIN, ANCHOR, None]);
    app.keys("h");
    assert_eq!(meanings(&app), [None, PAGE, ANCHOR, None], "taken from the other column");
    app.keys("<right><right><right><right>");
    assert_eq!(meanings(&app), [PAGE, ANCHOR, None, None], "given back, since another meaning is taken");
    app.keys("<down> ");
    assert_eq!(meanings(&app), [None, ANCHOR, PAGE, None]);
}

#[test]
fn a_file_needs_a_referring_page_or_domain() {
    let mut app = asked(&["seiten.csv"], 0, TEXT);
    app.keys("h<enter>");
    assert!(is_asked(&app) && app.model.table.question.as_ref().unwrap().lacks_source);
    assert!(answers(&app).is_empty());
    app.keys("l ");
    assert!(!app.model.table.question.as_ref().unwrap().lacks_source);
    app.keys("<enter>");
    assert_eq!(answers(&app), [Some("source-domain=Seite,target=Ziel,anchor=Wort".to_owned())]);
}

#[test]
fn a_table_without_addresses_has_no_proposal() {
    let app = asked(&["letter.txt"], 0, "Wort,Zahl\nx,1\ny,2\n");
    assert_eq!(meanings(&app), [None, None]);
}

#[test]
fn escape_leaves_the_file_out_and_keeps_the_others() {
    let mut app = asked(&["a.csv", "b.csv"], 1, TEXT);
    app.message(piece(0, 0, 10)).keys("<esc>").message(Message::Load(LoadEvent::Done));
    assert_eq!(answers(&app), [None]);
    assert!(app.toasts().contains("b.csv: not opened") && app.toasts().contains("10 links from 1 file"));
    assert_eq!(app.table().links().len(), 10);

    let mut app = asked(&["-"], 0, TEXT);
    app.keys("<ctrl-c>").message(Message::Load(LoadEvent::Done));
    assert_eq!(answers(&app), [None]);
    assert!(app.toasts().contains("stdin: not opened"));
    assert!(app.model.table.state.is_none() && matches!(app.model.screen.main, MainPane::Welcome));
}

#[test]
fn files_are_asked_about_one_after_another() {
    let mut app = asked(&["a.csv", "b.csv"], 0, TEXT);
    app.keys("<enter>").message(question(1, TEXT)).keys("<enter>");
    assert_eq!(answers(&app).len(), 2);
    assert_eq!(app.toasts(), "a.csv, b.csv: next time, use --map source=Seite,target=Ziel,anchor=Wort");
}

#[test]
fn the_question_waits_while_text_is_typed_and_comes_back_after_help() {
    let mut app = TestApp::new();
    update::open_files(&mut app.model, vec!["a.csv".to_owned(), "b.csv".to_owned()]);
    app.message(piece(0, 0, 10)).keys("/site1").message(question(1, TEXT)).keys("5");
    assert_eq!(app.model.table.filter.line.text(), "site15");
    assert!(!is_asked(&app));
    app.keys("<enter>");
    assert!(is_asked(&app) && answers(&app).is_empty());
    app.keys("j?");
    assert!(matches!(app.model.overlay, Some(Overlay::Help { .. })));
    app.keys("<esc>");
    assert!(is_asked(&app) && app.model.table.question.as_ref().unwrap().selected == 1);
    app.keys("q");
    assert!(matches!(app.effects.last(), Some(Effect::Quit)));
}

#[test]
fn the_question_ends_with_loading() {
    let mut app = asked(&["a.csv"], 0, TEXT);
    app.message(Message::TaskFailed { task: Task::Load, why: "boom".to_owned() });
    assert!(app.model.overlay.is_none() && app.model.table.question.is_none());
}

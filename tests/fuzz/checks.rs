//! Invariants for any input. proptest runs each of these checks in `cargo test`, and libFuzzer for as long as you let it
//! (`tests/fuzz/README.md`).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use kew_tui::api::response;
use kew_tui::app::account::Access;
use kew_tui::app::message::{Mouse, MouseKind};
use kew_tui::app::{Effect, FetchEvent, Message, Model, update as update_model};
use kew_tui::config::{ColorSupport, Config};
use kew_tui::domain::anchor_type::AnchorRules;
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::note::RowNotes;
use kew_tui::domain::paste::paste_safe_url;
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::query::{EvalContext, Query, complete};
use kew_tui::domain::text::{fold, is_unsafe_char, sanitize, sanitize_line};
use kew_tui::domain::{Credits, FetchError, Field, LinkSet, RowSet};
use kew_tui::formats::read::{ColumnMap, ReadError, read};
use kew_tui::formats::{self, Format, Formulas};
use kew_tui::input::terminal::Decoder;
use kew_tui::input::{Chord, Edit, Key, LineEdit};
use kew_tui::layout::cells::{fit, width, wrap};
use kew_tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support;

/// The response reader takes any bytes; what it reads is the same after it is written as JSON and read again.
pub fn response(raw: &[u8]) {
    // The balance reader must not panic.
    let _ = response::read_balance(raw);
    let recovered = response::recover(raw);
    let Ok(response) = response::read(raw) else { return };
    assert_eq!(recovered.links.len(), response.links.len(), "a whole answer is recovered whole");
    let rows: Vec<_> = response.links.rows().collect();
    let mut json = Vec::new();
    formats::write(Format::Json, &response.links, &rows, Formulas::Guarded, &mut json).unwrap();
    assert!(!json.iter().any(|byte| byte.is_ascii_control() && *byte != b'\n'));
    let again = response::read(&json).unwrap();
    assert_eq!(again.links.len(), rows.len());
    for row in rows {
        assert_eq!(again.links.link(row), response.links.link(row), "JSON keeps the data unchanged");
    }
}

/// The importers take any file; each record becomes a link or is counted as broken.
pub fn importer(raw: &[u8]) {
    for map in ["", "source=1,target=2,anchor=3"] {
        let map = ColumnMap::parse(map).unwrap_or_default();
        if let Err(ReadError::UnknownColumns(table)) = import(raw, &map) {
            let is_address = |name: &String| {
                name.starts_with("https://a.com/")
                    && !name.contains(|c: char| !c.is_alphanumeric() && !"./:".contains(c))
            };
            assert!(!table.header.iter().any(is_address), "{:?}", table.header);
            let proposal = table.proposal.to_string();
            // The map can be pasted.
            if let Ok(proposal) = ColumnMap::parse(proposal.trim_matches('"')) {
                assert!(!matches!(import(raw, &proposal), Err(ReadError::UnknownColumns(_))), "{proposal}");
            }
        }
    }
}

fn import(raw: &[u8], map: &ColumnMap) -> Result<(), ReadError> {
    let mut links = LinkSet::default();
    let mut bytes = 0;
    let result = read(raw, map, &mut |piece| {
        assert!(piece.bytes >= bytes, "progress never goes back");
        bytes = piece.bytes.max(bytes);
        assert!(piece.notices.iter().all(|notice| !notice.to_string().is_empty()));
        piece.segments.into_iter().for_each(|segment| {
            links.append(segment, 0);
        });
        true
    });
    if let Err(error) = &result {
        assert!(!error.to_string().is_empty());
    }
    for row in links.rows() {
        assert!(!links.text(row, Field::SourceUrl).is_empty() || !links.text(row, Field::SourceDomain).is_empty());
        links.schema().ids().for_each(|id| drop(links.extra(row, id).plain_text()));
    }
    result
}

/// A table in any encoding, with any delimiter and line end, comes back equal. The first bytes choose how it is written;
/// the others are the texts of its cells.
pub fn table(raw: &[u8]) {
    let Some(([delimiter, ending, encoding], cells)) = raw.split_first_chunk() else { return };
    let delimiter = [',', ';', '\t', '|'][usize::from(*delimiter) % 4];
    let ending = ["\n", "\r\n", "\r"][usize::from(*ending) % 3];
    // Letters, what separates cells, and what is quoted.
    let letter = |byte: &u8| ['a', 'B', 'z', '0', '7', 'ä', 'é', ' ', ',', ';', '|', '"'][usize::from(*byte) % 12];
    let anchors: Vec<String> = cells.split(|byte| *byte == 0).map(|cell| cell.iter().map(letter).collect()).collect();
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut text = ["Source url", "Target url", "Anchor"].join(&delimiter.to_string()) + ending;
    for (row, anchor) in anchors.iter().enumerate() {
        let url = format!("https://s{row}.example/");
        text += &[url.as_str(), "https://ich.example/", &quoted(&format!("x{anchor}x"))].join(&delimiter.to_string());
        text += ending;
    }
    let bytes = match encoding % 3 {
        0 => text.clone().into_bytes(),
        1 => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    };
    let mut links = LinkSet::default();
    let result = read(bytes.as_slice(), &ColumnMap::default(), &mut |piece| {
        assert_eq!(piece.skipped, 0);
        piece.segments.into_iter().for_each(|segment| {
            links.append(segment, 0);
        });
        true
    });
    assert!(result.is_ok(), "{text:?}: {result:?}");
    let read: Vec<&str> = links.rows().map(|row| links.link(row).anchor).collect();
    let written: Vec<String> = anchors.iter().map(|anchor| format!("x{anchor}x")).collect();
    assert_eq!(read, written, "{text:?}");
}

/// A workbook whose parts are any text: read, or refused with an error.
pub fn workbook(raw: &[u8]) {
    const TYPES: &str = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="x"/></Types>"#;
    const BOOK: &str = r#"<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let Some((cut, parts)) = raw.split_first() else { return };
    let (strings, sheet) = parts.split_at(parts.len() * usize::from(*cut) / 256);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let wrapped =
        |tag: &str, content: &[u8]| [format!("<{tag}>").as_bytes(), content, format!("</{tag}>").as_bytes()].concat();
    for (name, content) in [
        ("[Content_Types].xml", TYPES.as_bytes().to_vec()),
        ("xl/workbook.xml", BOOK.as_bytes().to_vec()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes().to_vec()),
        ("xl/sharedStrings.xml", wrapped("sst", strings)),
        (
            "xl/worksheets/sheet1.xml",
            [b"<worksheet><sheetData>".as_slice(), sheet, b"</sheetData></worksheet>"].concat(),
        ),
    ] {
        if zip.start_file(name, options).is_err() || std::io::Write::write_all(&mut zip, &content).is_err() {
            return;
        }
    }
    if let Ok(bytes) = zip.finish() {
        importer(bytes.get_ref());
    }
}

/// Terminal input decodes the same however it is split; after a timeout, the next key is recognized.
pub fn input(bytes: &[u8]) {
    let (cut, bytes) = bytes.split_first().map_or((0, bytes), |(cut, bytes)| (usize::from(*cut), bytes));
    let mut whole = Decoder::default();
    let events = whole.take(bytes);
    let mut parts = Decoder::default();
    let (one, other) = bytes.split_at(cut.min(bytes.len()));
    let mut received = parts.take(one);
    received.extend(parts.take(other));
    assert_eq!(received, events);
    assert_eq!(parts.patience(), whole.patience());
    while whole.patience().is_some() {
        let _ = whole.give_up();
    }
    let next = whole.take(b"q");
    assert_eq!(next, [Event::Key(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE))]);
}

/// A filter is parsed, or the error marks a part of it; a parsed filter means the same after it is written and parsed again.
pub fn filter(text: &str) {
    let links = sample_links(1);
    let (marks, notes, rules) = (RowSet::all(3), RowNotes::default(), AnchorRules::default());
    let context = EvalContext { marks: &marks, notes: &notes, row_diffs: &[], rules: &rules };
    let frequent = ["reddit.com".to_owned(), "école.fr".to_owned()];
    let _ = complete(text, &LinkSet::default(), |_| &frequent);
    match Query::parse(text) {
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some(), "{:?} marks no part of {text:?}", error.span);
        }
        Ok(query) => {
            let found = query.rows(links, &context);
            for row in links.rows() {
                assert_eq!(query.holds(links, row, &context), found.contains(row), "{text:?} {row:?}");
                let anchor = links.text(row, Field::Anchor);
                for range in query.find_in(Field::Anchor, anchor) {
                    assert!(anchor.get(range).is_some());
                }
            }
            let written = query.to_string();
            let again = Query::parse(&written).unwrap_or_else(|error| panic!("{text:?} → {written:?}: {error}"));
            assert_eq!(again.rows(links, &context), found, "{text:?} → {written:?}");
        }
    }
}

/// A key name is parsed or refused.
pub fn keys(text: &str) {
    if let Ok(chord) = text.parse::<Chord>() {
        assert!(!chord.to_string().is_empty());
        assert!(!matches!(chord.key, Key::Char(letter) if letter.is_control()));
    }
    if let Ok(chords) = Chord::parse_sequence(text) {
        assert!(chords.len() <= text.chars().count());
    }
    let settings = format!("[[keys]]\non = [{text:?}]\nrun = {text:?}\nin = [\"table\"]\n");
    let file = kew_tui::config::File { name: "config.toml", text: &settings };
    if let Err(problems) = Config::read(Some(file), ColorSupport::Many) {
        assert!(!problems.0.is_empty());
    }
}

/// No control character (C0, DEL, C1) and no character that hides or reorders others remains.
pub fn text(text: &str) {
    let is_unsafe = |letter: char| letter.is_control() || is_unsafe_char(letter);
    let shown = sanitize(text);
    assert!(!shown.chars().any(is_unsafe), "{shown:?}");
    assert_eq!(sanitize(&shown).len().min(1 << 14), shown.len().min(1 << 14), "{text:?} needs more than one pass");
    for cells in [0, 1, 7, 80] {
        let cut = fit(text, cells);
        assert!(!cut.chars().any(is_unsafe) && width(&cut) <= cells, "{cut:?}");
    }
    assert!(wrap(text, 20).iter().all(|line| !line.chars().any(is_unsafe)));
    // Outside of layouts, joiners and variation selectors may stay: emoji need them.
    let joins = |letter: char| matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
    assert!(!sanitize_line(text).chars().any(|letter| is_unsafe(letter) && !joins(letter)));
    assert!(!paste_safe_url(text).chars().any(|letter| is_unsafe(letter) || letter.is_whitespace()));
    assert_eq!(fold(&fold(text)), fold(text));
}

/// The cursor of a line is at a character boundary, and the line holds no control characters.
pub fn line(raw: &[u8]) {
    let mut line = LineEdit::new();
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if let Some(edit) = Edit::ALL.get(usize::from(byte)) {
            line.apply(*edit);
        } else {
            let (typed, after) = rest.split_at(rest.len().min(usize::from(byte) % 32));
            rest = after;
            line.insert(&String::from_utf8_lossy(typed));
        }
        assert!(line.text().is_char_boundary(line.cursor()));
        assert!(!line.text().chars().any(char::is_control));
        assert!(line.text().len() <= 8 * 1024);
    }
}

/// After any sequence of events, the model can be drawn, never spends more than it quoted, and its cursor is in the table.
pub fn update(raw: &[u8]) {
    let mut session = Session::new();
    let mut bytes = raw.iter().copied();
    while let Some(byte) = bytes.next() {
        let message = session.message(byte, &mut bytes);
        session.take(message);
    }
    session.draw();
}

/// A session whose workers finish immediately.
struct Session {
    model: Model,
    now: Duration,
    fetches: Vec<Effect>,
    quoted: Credits,
}

impl Session {
    fn new() -> Session {
        static CONFIG: OnceLock<Config> = OnceLock::new();
        let config = CONFIG.get_or_init(|| Config::read(None, ColorSupport::Many).unwrap());
        let (settings, keymap) = (Arc::clone(&config.settings), Arc::clone(&config.keymap));
        let model = Model::new(settings, keymap, Access::Key, 120, 36);
        Session { model, now: Duration::from_secs(1), fetches: Vec::new(), quoted: Credits::ZERO }
    }

    fn message(&mut self, byte: u8, bytes: &mut impl Iterator<Item = u8>) -> Message {
        let mut next = || bytes.next().unwrap_or(0);
        match byte {
            b' '..=b'~' => Message::Key(Chord::plain(Key::Char(char::from(byte)))),
            0..16 => {
                let keys = [
                    "enter",
                    "esc",
                    "tab",
                    "shift-tab",
                    "backspace",
                    "up",
                    "down",
                    "left",
                    "right",
                    "home",
                    "end",
                    "pgdn",
                    "pgup",
                    "space",
                    "delete",
                    "f1",
                ];
                Message::Key(keys[usize::from(byte)].parse().unwrap())
            }
            16..32 => Message::Key(Chord { ctrl: true, ..Chord::plain(Key::Char(char::from(b'a' + next() % 26))) }),
            127..160 => {
                let paste: Vec<u8> = (0..byte % 16).map(|_| next()).collect();
                Message::Paste(String::from_utf8_lossy(&paste).into_owned().into())
            }
            160..176 => Message::Resize { width: u16::from(next()), height: u16::from(next() % 70) },
            176..192 => {
                let kinds =
                    [MouseKind::Press, MouseKind::Drag, MouseKind::Release, MouseKind::WheelUp, MouseKind::WheelDown];
                Message::Mouse(Mouse { kind: kinds[usize::from(byte) % 5], x: next().into(), y: next().into() })
            }
            192..216 => self.response(next()),
            216..228 => Message::Paste("https://example.com/page".into()),
            228..240 => {
                self.now += Duration::from_millis(u64::from(byte) * 100);
                Message::Wake
            }
            _ => {
                let reading = self.model.account.meter.begin_reading();
                Message::Balance { reading, result: Ok(Credits(u64::from(next()) * 1_000)) }
            }
        }
    }

    /// Ends the newest request.
    fn response(&mut self, byte: u8) -> Message {
        let Some(Effect::Fetch { id, request, .. }) = self.fetches.pop() else { return Message::Wake };
        let event = match byte {
            0..32 => FetchEvent::Failed {
                failure: FetchError::TimedOut { phase: Phase::AfterSending, after: Duration::from_secs(60) },
                rescued: None,
                charge: Charge::Unknown,
            },
            32..64 => FetchEvent::Failed {
                failure: FetchError::Server { status: 500, message: None },
                rescued: None,
                charge: Charge::Balance(Credits::ZERO),
            },
            _ => {
                let links = sample_links(usize::from(byte) % 3);
                let max = usize::from(request.count.get()).min(links.len());
                let links = LinkSet::from_links(links.rows().take(max).map(|row| links.link(row))).unwrap();
                FetchEvent::Completed(support::response(&request, links))
            }
        };
        Message::Fetch { id, event }
    }

    fn take(&mut self, message: Message) {
        let mut effects = update_model(&mut self.model, self.now, message);
        while let Some(effect) = effects.pop() {
            let done = match effect {
                Effect::Fetch { ref request, .. } => {
                    self.quoted += request.quote();
                    self.fetches.push(effect);
                    None
                }
                Effect::ComputeView { generation, spec } => spec
                    .run(&|| true, |_, _| {})
                    .map(|found| Message::ViewComputed { generation, result: found, scanned: None }),
                Effect::Count { generation, job } => Some(Message::Counted { generation, counts: job.run() }),
                Effect::Copy { selection, format } => {
                    let rows = selection.rows();
                    formats::write(format, &selection.links, &rows, Formulas::Raw, &mut std::io::sink()).unwrap();
                    None
                }
                _ => None,
            };
            if let Some(message) = done {
                effects.extend(update_model(&mut self.model, self.now, message));
            }
        }
        assert!(self.model.account.meter.session() <= self.quoted, "more was charged than quoted");
        if let Some(table) = &self.model.table.state {
            assert!(table.cursor().0 < table.shown().len().max(1));
            assert!(table.offset() <= table.cursor());
        }
    }

    fn draw(&self) {
        static THEME: OnceLock<Config> = OnceLock::new();
        let theme = &THEME.get_or_init(|| Config::read(None, ColorSupport::Many).unwrap()).theme;
        let mut terminal = Terminal::new(TestBackend::new(self.model.screen.width, self.model.screen.height)).unwrap();
        terminal
            .draw(|frame| {
                view::draw(frame, &self.model, theme);
            })
            .unwrap();
        for cell in terminal.backend().buffer().content() {
            assert!(!cell.symbol().chars().any(|letter| letter.is_control() || is_unsafe_char(letter)), "{cell:?}");
        }
    }
}

/// No links, some links, or hostile links.
fn sample_links(which: usize) -> &'static LinkSet {
    static SETS: OnceLock<[LinkSet; 3]> = OnceLock::new();
    let sets = SETS.get_or_init(|| {
        let hostile = support::hostile_links();
        [LinkSet::default(), support::links(60), hostile]
    });
    &sets[which % 3]
}

//! The program killed at any moment while it asks: what it had received is in the archive, the ledger covers what the
//! server charged, and the archive opens.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kew_tui::archive::Archive;
use kew_tui::domain::Snapshot;
use kew_tui::domain::snapshot::Ending;

use super::terminal::Session;

/// The seed of the moments; another one with `KEW_KILLS_SEED`, more of them with `KEW_KILLS`.
const KILLS: u64 = 24;

/// A server that answers each request in pieces, and what it charged for it.
struct Shop {
    url: String,
    charged: Arc<AtomicU64>,
    asked: Arc<Mutex<Vec<String>>>,
}

const ROWS: usize = 40;

impl Shop {
    fn open() -> Shop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let shop = Shop { url, charged: Arc::default(), asked: Arc::default() };
        let (charged, asked) = (Arc::clone(&shop.charged), Arc::clone(&shop.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (charged, asked) = (Arc::clone(&charged), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &charged, &asked));
            }
        });
        shop
    }
}

fn serve(mut stream: TcpStream, charged: &AtomicU64, asked: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if text.starts_with("GET ") && text.contains("\r\n\r\n") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n[100000]");
            return;
        }
        if text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.contains("num=")) {
            // From here on the server has it in its books, whatever becomes of the answer.
            charged.fetch_add(ROWS as u64 * 5, Ordering::SeqCst);
            asked.lock().unwrap().push(text.split("page=").nth(1).unwrap().split('&').next().unwrap().to_owned());
            break;
        }
    }
    let rows: Vec<String> = (0..ROWS)
        .map(|i| format!(r#"{{"anchor_text":"a","domain_source":"s{i}.com","domain_target":"x.com","url_source":"https://s{i}.com/","url_target":"https://x.com"}}"#))
        .collect();
    let body = format!(r#"{{"data":[{}],"credits_consumed":{}}}"#, rows.join(","), ROWS * 5);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    // A client that was killed has hung up.
    let _ = stream.write_all(head.as_bytes());
    for piece in body.as_bytes().chunks(body.len() / 6) {
        std::thread::sleep(Duration::from_millis(6));
        let _ = stream.write_all(piece);
    }
}

#[test]
fn killed_at_any_moment_it_loses_nothing() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    let shop = Shop::open();
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut dice: u64 = number("KEW_KILLS_SEED", 88_172_645_463_325_252);
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = |data: &std::path::Path| -> Vec<Snapshot> {
        tokio.block_on(async {
            let archive = Archive::open(data).await.unwrap();
            let log = archive.snapshots().await.unwrap();
            archive.close().await;
            log
        })
    };
    for kill in 0..number("KEW_KILLS", KILLS) {
        let target = format!("site{kill}.com");
        let environment = [
            ("KEW_DATA_DIR", data.to_str().unwrap()),
            ("KEW_API_URL", &shop.url),
            ("KEYWORDS_EVERYWHERE_API_KEY", "k"),
        ];
        let mut session = Session::start(&[&target, "-n", "40"], &environment);
        session.wait_for("session 0 cr · balance 100,000 cr");
        session.keys("\r");
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        std::thread::sleep(Duration::from_millis(dice % 110));
        session.kill();
        // The archive opens, and what the server has in its books is in the ledger.
        let log = log(&data);
        for asked in shop.asked.lock().unwrap().iter() {
            let host = asked.split("%2F%2F").nth(1).unwrap().split("%2F").next().unwrap();
            assert!(log.iter().any(|s| s.request.target.as_str().contains(host)), "{asked} is not in the ledger");
        }
    }
    // A last session takes over what the killed ones had received.
    let environment =
        [("KEW_DATA_DIR", data.to_str().unwrap()), ("KEW_API_URL", &shop.url), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
    let mut session = Session::start(&["--max-credits", "1"], &environment);
    session.wait_for("session 0 cr · balance 100,000 cr");
    session.keys("\x1bq");
    session.kill();
    let log = log(&data);
    let sum = |of: &dyn Fn(&Snapshot) -> u64| -> u64 { log.iter().map(of).sum() };
    let covered = sum(&|s| match (s.ending, s.charged) {
        (_, Some(charged)) => charged.0,
        (Ending::Unknown | Ending::Partial, None) => s.quoted.0,
        _ => 0,
    });
    let charged = shop.charged.load(Ordering::SeqCst);
    assert!(covered >= charged, "the ledger covers {covered} of {charged}");
    let whole = log.iter().filter(|s| s.ending == Ending::Answered).count();
    let parts = log.iter().filter(|s| s.ending == Ending::Partial).count();
    assert!(log.iter().filter(|s| s.ending == Ending::Answered).all(|s| s.has_answer && s.links == ROWS));
    assert!(log.iter().filter(|s| s.ending == Ending::Partial).all(|s| s.has_answer && s.links > 0));
    let left = std::fs::read_dir(data.join("arriving")).map_or(0, |entries| {
        entries.filter(|e| e.as_ref().is_ok_and(|e| e.metadata().is_ok_and(|m| m.len() > 0))).count()
    });
    assert_eq!(left, 0, "received bytes that nobody took over: {whole} whole, {parts} parts");
}

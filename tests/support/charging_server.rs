//! An API that charges for links and records its charges, so that a test can compare them with the ledger.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request for links, as the server received it.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub target: String,
    pub count: usize,
    /// Credits for each link.
    pub price: u64,
}

/// How the server answers a request.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// Credits, recorded before anything is sent.
    pub charged: u64,
    /// Whether the response is complete and reports the charge.
    pub reports_charge: bool,
    /// Head and body, as they are sent.
    pub pieces: Vec<Vec<u8>>,
    /// Before each piece.
    pub pause: Duration,
    /// Whether the connection stays open after the last piece.
    pub hangs: bool,
}

impl Reply {
    /// A complete response with these links.
    pub fn of(request: &ReceivedRequest, rows: &[String]) -> Reply {
        let charged = rows.len() as u64 * request.price;
        let body = format!(r#"{{"data":[{}],"credits_consumed":{charged}}}"#, rows.join(","));
        Reply {
            charged,
            reports_charge: true,
            pieces: vec![head(200, body.len()), body.into_bytes()],
            ..Reply::default()
        }
    }

    /// A response that charges nothing.
    pub fn free(status: u16, header: &str, body: &str) -> Reply {
        let head =
            format!("HTTP/1.1 {status} x\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        Reply { pieces: vec![head.into_bytes(), body.as_bytes().to_vec()], ..Reply::default() }
    }
}

pub fn head(status: u16, length: usize) -> Vec<u8> {
    format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").into_bytes()
}

/// One link as JSON; `anchor` is JSON already, without its quotes.
pub fn row(i: usize, anchor: &str) -> String {
    format!(
        r#"{{"anchor_text":"{anchor}","domain_source":"s{i}.com","domain_target":"x.com","url_source":"https://s{i}.com/","url_target":"https://x.com"}}"#
    )
}

/// Everything the server received and charged.
#[derive(Clone, Debug, Default)]
pub struct ServerRecords {
    pub requests: Vec<ReceivedRequest>,
    /// The charge of each request.
    pub charges: Vec<u64>,
    /// The head of every request, in lower case.
    pub heads: Vec<String>,
    pub charged: u64,
    /// The part of `charged` that complete responses reported.
    pub reported: u64,
    /// Requests in progress.
    pub open: usize,
    /// The largest number of requests in progress at the same time.
    pub most_open: usize,
}

/// Its threads end with the process.
pub struct ChargingServer {
    pub url: String,
    records: Arc<Mutex<ServerRecords>>,
    /// Whether the balance can be read.
    pub shows_balance: Arc<AtomicBool>,
}

/// The balance at the start.
pub const BALANCE: u64 = 100_000_000;

impl ChargingServer {
    /// Answers each request with the reply that `respond` returns. With `keeps_balance`, charges reduce the balance.
    pub fn start(
        keeps_balance: bool,
        respond: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static,
    ) -> ChargingServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let records = Arc::new(Mutex::new(ServerRecords::default()));
        let shows_balance = Arc::new(AtomicBool::new(true));
        let server = ChargingServer { url, records: Arc::clone(&records), shows_balance: Arc::clone(&shows_balance) };
        let respond = Arc::new(respond);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (records, respond, shows) =
                    (Arc::clone(&records), Arc::clone(&respond), Arc::clone(&shows_balance));
                std::thread::spawn(move || serve(stream, keeps_balance, &shows, &records, respond.as_ref()));
            }
        });
        server
    }

    pub fn records(&self) -> ServerRecords {
        self.records.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    keeps_balance: bool,
    shows_balance: &AtomicBool,
    records: &Mutex<ServerRecords>,
    respond: &dyn Fn(&ReceivedRequest) -> Reply,
) {
    let mut raw = Vec::new();
    let mut piece = [0; 4096];
    let request = loop {
        let Ok(read @ 1..) = stream.read(&mut piece) else { return };
        raw.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&raw).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let note = || records.lock().unwrap().heads.push(head.to_lowercase());
        if head.starts_with("GET ") {
            note();
            let charged = if keeps_balance { records.lock().unwrap().charged } else { 0 };
            let balance = format!("[{}]", if keeps_balance { BALANCE - charged } else { 100_000 });
            let status = if shows_balance.load(Ordering::SeqCst) { 200 } else { 404 };
            // A client that hangs up does not want the balance.
            let _ = stream.write_all(&[self::head(status, balance.len()), balance.into_bytes()].concat());
            return;
        }
        if let Some(request) = parse(head, body) {
            note();
            break request;
        }
    };
    let reply = respond(&request);
    {
        // The charge counts from here on, whatever happens to the response.
        let mut records = records.lock().unwrap();
        records.requests.push(request);
        records.charges.push(reply.charged);
        records.charged += reply.charged;
        records.reported += if reply.reports_charge { reply.charged } else { 0 };
        records.open += 1;
        records.most_open = records.most_open.max(records.open);
    }
    for piece in &reply.pieces {
        std::thread::sleep(reply.pause);
        // A client that was killed has hung up.
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    while reply.hangs && stream.read(&mut piece).is_ok_and(|read| read > 0) {}
    records.lock().unwrap().open -= 1;
}

/// Parses the form; `None` while the body is incomplete.
fn parse(head: &str, body: &str) -> Option<ReceivedRequest> {
    let field = |name: &str| body.split('&').find_map(|pair| pair.strip_prefix(name));
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    if body.len() < length.unwrap_or(0) {
        return None;
    }
    Some(ReceivedRequest {
        target: field("page=").or_else(|| field("domain="))?.to_owned(),
        count: field("num=")?.parse().ok()?,
        price: if head.contains("_unique_") { 5 } else { 1 },
    })
}

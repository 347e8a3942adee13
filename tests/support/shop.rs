//! An API that charges for links and keeps books to compare a ledger with.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request for links as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub target: String,
    pub count: usize,
    /// Credits for each link.
    pub price: u64,
}

/// What the shop does about a request.
#[derive(Clone, Debug, Default)]
pub struct Sale {
    /// What it writes into its books before it answers.
    pub charged: u64,
    /// Whether the answer says so, and is whole.
    pub told: bool,
    /// Head and body.
    pub pieces: Vec<Vec<u8>>,
    /// The pause before each of them.
    pub pause: Duration,
    /// Whether it says nothing more then, and keeps the connection.
    pub hangs: bool,
}

impl Sale {
    /// A whole answer with these links, as JSON.
    pub fn of(asked: &Asked, rows: &[String]) -> Sale {
        let charged = rows.len() as u64 * asked.price;
        let body = format!(r#"{{"data":[{}],"credits_consumed":{charged}}}"#, rows.join(","));
        Sale { charged, told: true, pieces: vec![head(200, body.len()), body.into_bytes()], ..Sale::default() }
    }

    /// Something that costs nothing.
    pub fn refusal(status: u16, header: &str, body: &str) -> Sale {
        let head =
            format!("HTTP/1.1 {status} x\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        Sale { pieces: vec![head.into_bytes(), body.as_bytes().to_vec()], ..Sale::default() }
    }
}

/// The head of an answer with a body of so many bytes.
pub fn head(status: u16, length: usize) -> Vec<u8> {
    format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").into_bytes()
}

/// One link as JSON; `anchor` is JSON already, without its quotes.
pub fn row(i: usize, anchor: &str) -> String {
    format!(
        r#"{{"anchor_text":"{anchor}","domain_source":"s{i}.com","domain_target":"x.com","url_source":"https://s{i}.com/","url_target":"https://x.com"}}"#
    )
}

/// What the shop has in its books.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub asked: Vec<Asked>,
    /// What each of them was charged.
    pub charges: Vec<u64>,
    /// The head of every request, in lower case.
    pub heads: Vec<String>,
    pub charged: u64,
    /// The part of it that whole answers told.
    pub told: u64,
    /// Requests that are being answered.
    pub open: usize,
    /// The most that were answered at a time.
    pub most_open: usize,
}

/// The running shop. Its threads end with the process.
pub struct Shop {
    pub url: String,
    books: Arc<Mutex<Books>>,
    /// Whether the balance can be read.
    pub shows_balance: Arc<AtomicBool>,
}

/// What the account has at the start.
pub const BALANCE: u64 = 100_000_000;

impl Shop {
    /// Sells by what `sell` says. Where `keeps_balance`, the account's balance falls with each sale.
    pub fn open(keeps_balance: bool, sell: impl Fn(&Asked) -> Sale + Send + Sync + 'static) -> Shop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let books = Arc::new(Mutex::new(Books::default()));
        let shows_balance = Arc::new(AtomicBool::new(true));
        let shop = Shop { url, books: Arc::clone(&books), shows_balance: Arc::clone(&shows_balance) };
        let sell = Arc::new(sell);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (books, sell, shows) = (Arc::clone(&books), Arc::clone(&sell), Arc::clone(&shows_balance));
                std::thread::spawn(move || serve(stream, keeps_balance, &shows, &books, sell.as_ref()));
            }
        });
        shop
    }

    pub fn books(&self) -> Books {
        self.books.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    keeps_balance: bool,
    shows_balance: &AtomicBool,
    books: &Mutex<Books>,
    sell: &dyn Fn(&Asked) -> Sale,
) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let asked = loop {
        let Ok(read @ 1..) = stream.read(&mut piece) else { return };
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let note = || books.lock().unwrap().heads.push(head.to_lowercase());
        if head.starts_with("GET ") {
            note();
            let charged = if keeps_balance { books.lock().unwrap().charged } else { 0 };
            let balance = format!("[{}]", if keeps_balance { BALANCE - charged } else { 100_000 });
            let status = if shows_balance.load(Ordering::SeqCst) { 200 } else { 404 };
            // A client that hangs up does not want the balance.
            let _ = stream.write_all(&[self::head(status, balance.len()), balance.into_bytes()].concat());
            return;
        }
        if let Some(asked) = asked(head, body) {
            note();
            break asked;
        }
    };
    let sale = sell(&asked);
    {
        // It is in the books now, whatever happens to the response.
        let mut books = books.lock().unwrap();
        books.asked.push(asked);
        books.charges.push(sale.charged);
        books.charged += sale.charged;
        books.told += if sale.told { sale.charged } else { 0 };
        books.open += 1;
        books.most_open = books.most_open.max(books.open);
    }
    for piece in &sale.pieces {
        std::thread::sleep(sale.pause);
        // A client that was killed has hung up.
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    while sale.hangs && stream.read(&mut piece).is_ok_and(|read| read > 0) {}
    books.lock().unwrap().open -= 1;
}

/// The request of a form that is here as a whole.
fn asked(head: &str, body: &str) -> Option<Asked> {
    let field = |name: &str| body.split('&').find_map(|pair| pair.strip_prefix(name));
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    if body.len() < length.unwrap_or(0) {
        return None;
    }
    Some(Asked {
        target: field("page=").or_else(|| field("domain="))?.to_owned(),
        count: field("num=")?.parse().ok()?,
        price: if head.contains("_unique_") { 5 } else { 1 },
    })
}

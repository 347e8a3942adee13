//! A server on loopback that does exactly what a script says.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::support::wait::PATIENCE;

/// A step of the server after it has read a request.
#[derive(Clone, Debug)]
pub enum Act {
    Send(Vec<u8>),
    /// Sends this again and again until the client closes.
    Repeat(Vec<u8>),
    Pause(Duration),
    /// Waits until the test notifies it.
    Wait(Arc<Notify>),
    /// Keeps the connection open and sends nothing more.
    Hang,
    Close,
}

impl Act {
    pub fn send(text: &str) -> Act {
        Act::Send(text.as_bytes().to_vec())
    }
}

/// The steps for the first connection, the second, and so on.
#[derive(Clone, Debug)]
pub struct Script {
    connections: Vec<Vec<Act>>,
    forever: bool,
}

impl Script {
    pub fn of(acts: impl IntoIterator<Item = Act>) -> Script {
        Script { connections: vec![acts.into_iter().collect()], forever: false }
    }

    pub fn json(status: u16, body: &str) -> Script {
        let head =
            format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        Script::of([Act::send(&head), Act::send(body)])
    }

    pub fn then(mut self, next: Script) -> Script {
        self.connections.extend(next.connections);
        self
    }

    /// Repeats the last connection's steps on every further one.
    pub fn forever(mut self) -> Script {
        self.forever = true;
        self
    }
}

/// It stops when dropped.
pub struct Server {
    url: String,
    requests: Arc<watch::Sender<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub async fn start(script: Script) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(watch::Sender::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let accepting = tokio::spawn(async move {
            let mut at = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let last = script.connections.len() - 1;
                let acts = script.connections.get(if script.forever { at.min(last) } else { at }).cloned();
                at += 1;
                tokio::spawn(serve(stream, acts.unwrap_or_else(|| vec![Act::Close]), Arc::clone(&seen)));
            }
        });
        Server { url, requests, accepting }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Every request as received.
    pub fn requests(&self) -> Vec<String> {
        self.requests.borrow().clone()
    }

    /// Stops the server and waits until it accepts no more connections.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // The result is the expected cancellation.
        let _ = (&mut self.accepting).await;
    }

    /// Waits until `count` requests have arrived.
    pub async fn wait_for(&self, count: usize) {
        let mut seen = self.requests.subscribe();
        let arrived = tokio::time::timeout(PATIENCE, seen.wait_for(|seen| seen.len() >= count)).await;
        assert!(arrived.is_ok(), "{count} requests never arrived: {:?}", self.requests());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, acts: Vec<Act>, seen: Arc<watch::Sender<Vec<String>>>) {
    let request = read_request(&mut stream).await;
    seen.send_modify(|seen| seen.push(request));
    for act in acts {
        match act {
            Act::Send(bytes) => {
                // The client may have closed the connection.
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::Repeat(bytes) => {
                while stream.write_all(&bytes).await.is_ok() {}
                return;
            }
            Act::Wait(until) => until.notified().await,
            Act::Pause(pause) => tokio::time::sleep(pause).await,
            Act::Hang => std::future::pending::<()>().await,
            Act::Close => return,
        }
    }
    // Let the client close first, so that a reset loses nothing in flight.
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
}

/// Head and body of a request, or everything received if it is not HTTP.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut raw = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&raw).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match tokio::time::timeout(Duration::from_millis(300), stream.read(&mut piece)).await {
            Ok(Ok(read)) if read > 0 => raw.extend_from_slice(&piece[..read]),
            _ => return String::from_utf8_lossy(&raw).into_owned(),
        }
    }
}

/// `bytes` zeroes as gzip (RFC 1952), written by hand so that the tests need no compressor: one fixed Huffman block with
/// matches of the maximum length, since stored blocks would not be smaller than their content.
pub fn gzip_of_zeroes(bytes: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(1, 1);
    bits.push(1, 2);
    bits.push_code(0b0011_0000, 8);
    let mut plain_text = 1;
    while plain_text + 258 <= bytes {
        // Length 258 is code 285, distance 1 is code 0.
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
        plain_text += 258;
    }
    bits.push_code(0, 7);
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.finish());
    // The checksum is wrong, but no client reads that far.
    out.extend([0; 8]);
    out
}

/// Bits from lowest to highest, as DEFLATE packs them (RFC 1951).
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    filled: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for i in 0..count {
            if self.filled.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().unwrap();
            *last |= ((value >> i & 1) as u8) << (self.filled % 8);
            self.filled += 1;
        }
    }

    /// Huffman codes are packed from their highest bit.
    fn push_code(&mut self, code: u32, count: u32) {
        for i in (0..count).rev() {
            self.push(code >> i & 1, 1);
        }
    }

    fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

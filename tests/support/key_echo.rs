//! A server that echoes the API key of every request, in many forms, wherever a response can carry text.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

/// Encodings of a key, each of which reveals it.
pub fn forms(key: &str) -> Vec<String> {
    let percent: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms = vec![key.to_owned(), key.to_uppercase(), percent.to_lowercase(), percent];
    for text in [key.to_owned(), format!("Bearer {key}"), format!("user:{key}"), format!(":{key}"), format!("{key}:")] {
        forms.extend([STANDARD.encode(&text), STANDARD_NO_PAD.encode(&text), URL_SAFE.encode(&text)]);
    }
    forms
}

/// The encodings of the key, and eight-character parts of it, that `bytes` contains.
pub fn leaks(key: &str, bytes: &[u8]) -> Vec<String> {
    let parts = key.as_bytes().windows(8).map(|part| String::from_utf8(part.to_vec()).unwrap());
    let escaped: String = key.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let bytes = bytes.to_ascii_lowercase();
    let is_in = |form: &String| {
        let form = form.to_ascii_lowercase();
        memchr::memmem::find(&bytes, form.as_bytes()).is_some()
    };
    forms(key).into_iter().chain(parts).chain([escaped]).filter(is_in).collect()
}

/// Starts the server and returns its address. The target chooses the response: `200.example`, `garbage.example`,
/// `shape.example`, `cut.example`, or `STATUS.example` for an error. A balance request gets 403.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    url
}

fn serve(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let text = loop {
        let Ok(read @ 1..) = stream.read(&mut piece) else { return };
        request.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if text.starts_with("GET ") && text.contains("\r\n\r\n") || text.contains("example") {
            break text;
        }
    };
    let key = text.lines().find_map(|line| line.split_once(": Bearer ")).unwrap().1.trim();
    let quoted = forms(key).join(" ");
    let row = |anchor: &str| {
        format!(
            r#"{{"anchor_text":"{anchor}","domain_source":"s.com","domain_target":"x.com","url_source":"https://s.com/?{key}","url_target":"https://x.com"}}"#
        )
    };
    let message =
        format!(r#"{{"message":"Authorization: Bearer {quoted}","description":"“{quoted}” {}"}}"#, &key[1..10]);
    let is_target = |name: &str| text.contains(&format!("{name}.example"));
    let status = ["400", "402", "403", "404", "429", "500", "503", "302"].into_iter().find(|status| is_target(status));
    let is_balance = text.starts_with("GET ");
    let (status, body) = if is_target("200") {
        let escaped: String = key.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        ("200", format!(r#"{{"data":[{},{}],"credits_consumed":10}}"#, row(&quoted), row(&escaped)))
    } else if is_target("garbage") {
        ("200", format!("no JSON: {quoted}"))
    } else if is_target("shape") {
        ("200", format!(r#"{{"data":"{key}"}}"#))
    } else if is_target("cut") {
        ("200", format!(r#"{{"data":[{},{{"anchor_text":"{}"#, row(key), &key[..15]))
    } else {
        (status.unwrap_or(if is_balance { "403" } else { "401" }), message)
    };
    let head = format!(
        "HTTP/1.1 {status} Bearer\r\nLocation: https://elsewhere.example/?{key}&{}\r\nretry-after: 0\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        STANDARD.encode(format!("user:{key}")),
        body.len()
    );
    // In small pieces, so that the key is split across them.
    let _ = stream.write_all(head.as_bytes());
    for piece in body.as_bytes().chunks(7) {
        let _ = stream.write_all(piece);
        let _ = stream.flush();
    }
}

//! The memory of the worst response is a bounded multiple of `max_answer_mib`.

use super::terminal::Session;
use crate::http::script::gzip_of_zeroes;
use crate::support::charging_server::{ChargingServer, Reply, head};
use crate::support::program::TestHome;

/// The response limit, in MiB: large compared to everything else.
const ALLOWED: usize = 8;

/// A response of nearly `ALLOWED` MiB: `start`, then `repeated` as often as it fits, then `end`.
fn filled(start: &str, repeated: &[u8], end: &str) -> Vec<u8> {
    let room = (ALLOWED << 20) - start.len() - end.len();
    let mut body = start.as_bytes().to_vec();
    for _ in 0..room / repeated.len() {
        body.extend_from_slice(repeated);
    }
    body.extend_from_slice(end.as_bytes());
    body
}

/// The maximum memory of a session that receives this response, in KiB.
fn max_memory(response: &[Vec<u8>], expected: &str) -> u64 {
    let pieces = response.to_vec();
    let server = ChargingServer::start(true, move |_| Reply {
        charged: 1,
        reports_charge: false,
        pieces: pieces.clone(),
        ..Reply::default()
    });
    let home = TestHome::new(&server.url);
    let config = home.file("config.toml", &format!("[limits]\nmax_answer_mib = {ALLOWED}\n"));
    let data = home.name("data");
    let environment = [
        ("KEW_CONFIG", config.as_str()),
        ("KEW_DATA_DIR", &data),
        ("KEW_API_URL", &server.url),
        ("KEYWORDS_EVERYWHERE_API_KEY", "k"),
    ];
    let mut session = Session::start(&["example.com", "-n", "9"], &environment);
    session.wait_for("balance 100,000,000 cr");
    session.keys("\r");
    session.wait_for(expected);
    let max = session.max_resident();
    session.wait_for_gone("Fetching 9 links");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    max
}

#[test]
fn memory_is_a_bounded_multiple_of_the_response_limit() {
    let complete = |body: Vec<u8>| [head(200, body.len()), body];
    let link = r#"{"data":[{"url_source":"https://a.com/","anchor_text":""#;
    let end = r#""}],"credits_consumed":1}"#;
    let list = r#"{"data":["#;
    let bomb = gzip_of_zeroes(ALLOWED << 22);
    let packed = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
    let too_large = format!("{ALLOWED} MiB");
    let read = "session 1 cr";
    let cases = [
        ("an ordinary text", 3, complete(filled(link, b"a", end)), read),
        ("bytes that are no text", 8, complete(filled(link, b"\xff", end)), read),
        ("halves of letters", 4, complete(filled(link, b"\\ud800", end)), read),
        ("control characters", 11, complete(filled(link, b"\x01", end)), read),
        ("both", 10, complete(filled(link, b"\\ud800\xff\xff\xff\xff\xff\xff", end)), read),
        ("tiny links", 4, complete(filled(list, br#"{"url_source":"a"},"#, r#"{}],"credits_consumed":1}"#)), read),
        ("lists in lists", 3, complete(filled(list, b"[", "")), "was cut off"),
        ("no end", 3, [head(200, ALLOWED << 22), vec![b'['; ALLOWED << 22]], too_large.as_str()),
        ("a bomb", 3, [packed.into_bytes(), bomb], too_large.as_str()),
    ];
    let small = max_memory(&complete(b"no JSON".to_vec()), "can't be read");
    for (name, max, response, expected) in cases {
        let used = max_memory(&response, expected).saturating_sub(small);
        let allowed_kib = (ALLOWED << 10) as u64;
        assert!(used < max * allowed_kib, "{name}: {used} KiB for {ALLOWED} MiB");
    }
}

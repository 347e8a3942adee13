//! A hostile server: what the client reports, and that the key and the request are sent once and to one place.

use std::time::Duration;

use kew_tui::api::response;
use kew_tui::domain::{Credits, FetchError, Field, Limits, Row};

use super::script::{Act, Script, Server};
use super::{ROW, client, outcome, quick, send};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/// A response with this header and body.
fn response_with(header: &str, body: &str) -> Script {
    Script::of([Act::send(&format!("{OK}{header}\r\n\r\n")), Act::send(body), Act::Close])
}

#[tokio::test]
async fn an_endless_response_stops_at_the_size_limit() {
    let endless = |head: &str, piece: &str| {
        Script::of([
            Act::send(&format!("{OK}{head}\r\n\r\n{{\"data\":[")),
            Act::Repeat(piece.repeat(2_000).into_bytes()),
        ])
    };
    for script in [
        endless("connection: close", &format!("{ROW},")),
        endless("connection: close", "{},"),
        endless("connection: close", "["),
        endless("connection: close", "\""),
        endless("connection: close", " "),
    ] {
        assert_eq!(outcome(script).await, (FetchError::TooLarge { limit: quick().response_bytes }, 1));
    }
    // Endless chunks, and a chunk that claims a huge size.
    let chunked = Script::of([
        Act::send(&format!("{OK}transfer-encoding: chunked\r\n\r\n")),
        Act::Repeat(b"5\r\n{},{}\r\n".repeat(2_000)),
    ]);
    assert_eq!(outcome(chunked).await, (FetchError::TooLarge { limit: quick().response_bytes }, 1));
    let vast = response_with("transfer-encoding: chunked", "fffffffffffffff\r\n{}");
    let (failure, requests) = outcome(vast).await;
    assert!(
        matches!(failure, FetchError::Truncated { .. } | FetchError::Broken { .. }) && requests == 1,
        "{failure:?}"
    );
    // An endless error response is still that error.
    let refusal = Script::of([Act::send("HTTP/1.1 402 x\r\n\r\n"), Act::Repeat(b"no more credits ".to_vec())]);
    let (failure, requests) = outcome(refusal).await;
    assert!(matches!(failure, FetchError::PaymentRequired { .. }) && requests == 1, "{failure:?}");
    // An endless head is an error too.
    let head = Script::of([Act::send("HTTP/1.1 200 OK\r\n"), Act::Repeat(b"x-header: value\r\n".to_vec())]);
    let (failure, requests) = outcome(head).await;
    assert!(matches!(failure, FetchError::Broken { .. }) && requests == 1, "{failure:?}");
}

#[tokio::test]
async fn a_wrong_content_length_is_handled() {
    let body = format!(r#"{{"data":[{ROW},{ROW}],"credits_consumed":10}}"#);
    let short = response_with(&format!("content-length: {}", body.len() - 20), &body);
    let server = Server::start(short).await;
    let received = send(&client(&server.url(), quick())).await.0.unwrap();
    assert!(matches!(response::read(&received.raw), Err(FetchError::Truncated { .. })));
    assert_eq!(response::recover(&received.raw).links.len(), 2, "complete links are kept");

    for (header, body) in [
        (format!("content-length: {}", body.len() + 20), body.as_str()),
        ("content-length: 18446744073709551615".to_owned(), body.as_str()),
        ("content-length: -5".to_owned(), body.as_str()),
        ("content-length: 5\r\ncontent-length: 6".to_owned(), body.as_str()),
        ("content-length: five".to_owned(), body.as_str()),
        ("transfer-encoding: chunked".to_owned(), "zz\r\n"),
        ("transfer-encoding: chunked\r\ncontent-encoding: gzip".to_owned(), "3\r\nabc\r\n0\r\n\r\n"),
        ("content-encoding: gzip\r\ncontent-length: 0".to_owned(), ""),
    ] {
        let server = Server::start(response_with(&header, body)).await;
        let result = send(&client(&server.url(), quick())).await.0;
        let failure = match result {
            Ok(received) => response::read(&received.raw).unwrap_err(),
            Err(failed) => failed.failure,
        };
        let is_expected =
            matches!(failure, FetchError::Truncated { .. } | FetchError::Broken { .. } | FetchError::NotJson { .. });
        assert!(is_expected, "{header}: {failure:?}");
        assert_eq!(server.requests().len(), 1, "{header}");
    }
}

#[tokio::test]
async fn deep_unusual_and_duplicate_json_is_handled() {
    for (body, wanted) in [
        ("[".repeat(200_000), "WrongShape"),
        (format!("{{\"data\":{}", "[".repeat(200_000)), "Truncated"),
        (format!("{{\"x\":{}", "{\"x\":".repeat(100_000)), "Truncated"),
        (r#"{"data":{"0":{}}}"#.to_owned(), "WrongShape"),
        (r#"{"data":"links"}"#.to_owned(), "WrongShape"),
        ("\u{feff}\u{feff}{}".to_owned(), "NotJson"),
        ("{\"data\":[]}{\"data\":[]}".to_owned(), "NotJson"),
    ] {
        let server = Server::start(Script::json(200, &body)).await;
        let received = send(&client(&server.url(), quick())).await.0.unwrap();
        let failure = response::read(&received.raw).unwrap_err();
        assert!(format!("{failure:?}").starts_with(wanted), "{}: {failure:?}", &body[..30.min(body.len())]);
        assert_eq!(received.raw, body.as_bytes(), "the response is kept unchanged");
    }
    // Duplicate names lose nothing; unexpected types are read where they make sense.
    let body = format!(
        r#"{{"credits_consumed":1,"data":[{ROW}],"data":[{ROW},[[]],{{}},{{"url_source":{{"a":1}},"anchor_text":[1],"domain_source":7}}],"credits_consumed":"10"}}"#
    );
    let server = Server::start(Script::json(200, &body)).await;
    let received = send(&client(&server.url(), quick())).await.0.unwrap();
    let response = response::read(&received.raw).unwrap();
    assert_eq!((response.links.len(), response.skipped, response.charged), (3, 2, Some(Credits(10))));
    assert_eq!(response.links.text(Row(2), Field::SourceDomain), "7");
    for (number, credits) in
        [("1e999", None), ("-7", Some(0)), ("1e300", Some(1_000_000_000_000_000)), ("NaN", None), ("2.6", Some(3))]
    {
        let body = format!(r#"{{"data":[],"credits_consumed":"{number}"}}"#);
        assert_eq!(response::read(body.as_bytes()).unwrap().charged.map(|c| c.0), credits, "{number}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed_and_the_key_is_not_sent() {
    let elsewhere = Server::start(Script::json(200, r#"{"data":[]}"#).forever()).await;
    for status in [300, 301, 302, 303, 307, 308] {
        for location in
            [elsewhere.url(), "https://evil.example/".to_owned(), "/v1/again".to_owned(), "\u{1b}[31m".to_owned()]
        {
            let head = format!("HTTP/1.1 {status} x\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
            let server = Server::start(Script::of([Act::send(&head)]).forever()).await;
            let failure = send(&client(&server.url(), quick())).await.0.unwrap_err().failure;
            let is_expected = matches!(failure, FetchError::Redirect { .. } | FetchError::Broken { .. });
            assert!(is_expected, "{status} {location:?}: {failure:?}");
            assert_eq!(server.requests().len(), 1, "{status}");
        }
    }
    assert!(elsewhere.requests().is_empty(), "the key was sent on: {:?}", elsewhere.requests());
}

#[tokio::test]
async fn cookies_are_not_stored() {
    let body = r#"{"data":[]}"#;
    let head = format!("{OK}set-cookie: track=me; Path=/\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let server = Server::start(Script::of([Act::send(&head)]).forever()).await;
    let client = client(&server.url(), quick());
    for _ in 0..2 {
        assert!(send(&client).await.0.is_ok());
    }
    let requests = server.requests();
    assert!(requests.len() == 2 && requests.iter().all(|sent| !sent.to_lowercase().contains("cookie")), "{requests:?}");
}

#[tokio::test]
async fn a_slow_trickle_ends_at_the_total_timeout() {
    let drip = |head: &str| {
        let mut acts = vec![Act::send(head)];
        acts.extend((0..200).flat_map(|_| [Act::Pause(Duration::from_millis(20)), Act::send("x")]));
        Script::of(acts)
    };
    let limits = Limits { total: Duration::from_millis(500), ..quick() };
    for head in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"] {
        let server = Server::start(drip(head)).await;
        let failure = send(&client(&server.url(), limits)).await.0.unwrap_err().failure;
        let is_expected = matches!(failure, FetchError::TimedOut { .. } | FetchError::Broken { .. });
        assert!(is_expected, "{head:?}: {failure:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

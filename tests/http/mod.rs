//! The API client against a scripted server: every kind of error, and slow, truncated and huge responses.

mod accounts;
mod fetching;
mod hostile_server;
mod promises;
pub mod script;
mod tls;

use std::time::Duration;

use kew_tui::api::{ApiFailure, ApiKey, Client, Origin, RawResponse, response};
use kew_tui::cli::Exit;
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::{Credits, FetchError, Limits, LinkCount, Mode, Request, Scope, Target};

use script::{Act, Script, Server};

const ROW: &str = r#"{"anchor_text":"a","domain_source":"w3.org","domain_target":"example.com","url_source":"https://w3.org/a","url_target":"https://example.com"}"#;

fn quick() -> Limits {
    Limits {
        connect: Duration::from_millis(400),
        idle: Duration::from_millis(400),
        // Long enough for a busy machine; the test of this limit sets its own.
        total: Duration::from_secs(60),
        response_bytes: 1 << 20,
        first_pause: Duration::from_millis(10),
    }
}

fn request(scope: Scope, mode: Mode) -> Request {
    let target = Target::parse("https://example.com/", scope).unwrap();
    Request { target, mode, count: LinkCount::new(5).unwrap() }
}

fn client(url: &str, limits: Limits) -> Client {
    let origin = Origin::parse(Some(url)).unwrap();
    let key = ApiKey::new("top-secret-key".into());
    Client::new(origin, &key, limits).unwrap()
}

/// Sends one request; returns the result and the number of bytes received at each step.
async fn send(client: &Client) -> (Result<RawResponse, ApiFailure>, Vec<u64>) {
    let mut steps = Vec::new();
    let result = client.backlinks(&request(Scope::Page, Mode::OnePerDomain), |bytes| steps.push(bytes), |_| {}).await;
    (result, steps)
}

/// The error that a script causes, and the number of requests the server received.
async fn outcome(script: Script) -> (FetchError, usize) {
    let server = Server::start(script).await;
    let (result, _) = send(&client(&server.url(), quick())).await;
    (result.unwrap_err().failure, server.requests().len())
}

#[tokio::test]
async fn each_call_matches_the_api_documentation() {
    for (scope, mode, call, form) in [
        (Scope::Page, Mode::OnePerDomain, "get_unique_page_backlinks", "page=https%3A%2F%2Fexample.com%2F&num=5"),
        (Scope::Page, Mode::AllLinks, "get_page_backlinks", "page=https%3A%2F%2Fexample.com%2F&num=5"),
        (Scope::Domain, Mode::OnePerDomain, "get_unique_domain_backlinks", "domain=example.com&num=5"),
        (Scope::Domain, Mode::AllLinks, "get_domain_backlinks", "domain=example.com&num=5"),
    ] {
        let server = Server::start(Script::json(200, &format!(r#"{{"data":[{ROW}],"credits_consumed":5}}"#))).await;
        let result = client(&server.url(), quick()).backlinks(&request(scope, mode), |_| {}, |_| {}).await.unwrap();
        assert_eq!(response::read(&result.raw).unwrap().charged, Some(Credits(5)));
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        let sent = requests[0].to_lowercase();
        assert!(sent.starts_with(&format!("post /v1/{call} http/1.1")), "{sent}");
        for header in [
            "authorization: bearer top-secret-key",
            "accept: application/json",
            "content-type: application/x-www-form-urlencoded",
            "accept-encoding: gzip",
            &format!("user-agent: kew-tui/{}", env!("CARGO_PKG_VERSION")),
        ] {
            assert!(sent.contains(header), "{header} is missing in {sent}");
        }
        assert!(requests[0].ends_with(form), "{}", requests[0]);
    }
}

#[tokio::test]
async fn the_balance_is_read_with_one_request() {
    let server = Server::start(Script::json(200, "[\n  95597755\n]")).await;
    assert_eq!(client(&server.url(), quick()).balance().await, Ok(Credits(95_597_755)));
    assert!(server.requests()[0].starts_with("GET /v1/account/credits"));
    let server = Server::start(Script::json(401, r#"{"message":"401 Missing Or Invalid API Key"}"#)).await;
    let refused = client(&server.url(), quick()).balance().await.unwrap_err();
    assert_eq!(refused, FetchError::KeyRefused { message: Some("401 Missing Or Invalid API Key".into()) });
}

#[tokio::test]
async fn refusals_quote_the_server_and_are_not_retried() {
    let body = r#"{"message":"402 Insufficient Credits","description":"You do not have sufficient credits."}"#;
    let credits = FetchError::PaymentRequired {
        message: "402 Insufficient Credits".into(),
        description: Some("You do not have sufficient credits.".into()),
    };
    for (script, expected) in [
        (Script::json(400, "num is wrong"), FetchError::BadRequest { message: Some("num is wrong".into()) }),
        (Script::json(401, "{}"), FetchError::KeyRefused { message: None }),
        (Script::json(402, body), credits),
        (Script::json(404, "<html>"), FetchError::Status { status: 404, message: None }),
        (Script::json(500, r#"{"message":"x"}"#), FetchError::Server { status: 500, message: Some("x".into()) }),
        (
            Script::of([Act::send(
                "HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\ncontent-length: 0\r\n\r\n",
            )]),
            FetchError::Redirect { status: 302, location: Some("https://evil.example/".into()) },
        ),
    ] {
        assert_eq!(outcome(script).await, (expected, 1));
    }
}

#[tokio::test]
async fn an_interrupted_response_has_a_specific_error() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
    let half = format!(r#"{{"data":[{ROW},{ROW},{{"anchor_text":"#);
    let after = quick().idle;
    for (script, expected) in [
        (Script::of([Act::Hang]), FetchError::TimedOut { phase: Phase::AfterSending, after }),
        (Script::of([Act::send(head), Act::Hang]), FetchError::TimedOut { phase: Phase::AfterSending, after }),
        (
            Script::of([Act::send(head), Act::send(&half), Act::Close]),
            FetchError::Truncated { received: half.len() as u64 },
        ),
    ] {
        assert_eq!(outcome(script).await, (expected, 1));
    }
    for script in [Script::of([Act::Close]), Script::of([Act::send("no HTTP at all\r\n\r\n")])] {
        let (failure, requests) = outcome(script).await;
        assert!(matches!(failure, FetchError::Broken { .. }) && requests == 1, "{failure:?}");
    }
}

#[tokio::test]
async fn a_truncated_response_yields_its_complete_links() {
    let half = format!(r#"{{"data":[{ROW},{ROW},{{"anchor_text":"#);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n";
    let server = Server::start(Script::of([Act::send(head), Act::send(&half), Act::Close])).await;
    let failed = send(&client(&server.url(), quick())).await.0.unwrap_err();
    assert_eq!(failed.status, Some(200));
    assert_eq!(response::recover(&failed.raw).links.len(), 2);
}

#[tokio::test]
async fn a_slow_response_continues_while_bytes_arrive() {
    let body = format!(r#"{{"data":[{ROW}]}}"#);
    let mut acts = vec![Act::send(&format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()))];
    for piece in body.as_bytes().chunks(40) {
        acts.push(Act::Pause(Duration::from_millis(120)));
        acts.push(Act::Send(piece.to_vec()));
    }
    let server = Server::start(Script::of(acts)).await;
    let (result, steps) = send(&client(&server.url(), quick())).await;
    assert_eq!(result.unwrap().raw, body.as_bytes());
    assert!(steps.len() > 1 && steps.is_sorted(), "{steps:?}");
    assert_eq!(steps.last(), Some(&(body.len() as u64)));
}

#[tokio::test]
async fn the_total_time_is_limited() {
    let mut acts = vec![Act::send("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")];
    for _ in 0..50 {
        acts.extend([Act::Pause(Duration::from_millis(50)), Act::send(" ")]);
    }
    let server = Server::start(Script::of(acts)).await;
    let limits = Limits { total: Duration::from_millis(600), ..quick() };
    let failed = send(&client(&server.url(), limits)).await.0.unwrap_err();
    assert_eq!(failed.failure, FetchError::TimedOut { phase: Phase::AfterSending, after: limits.total });
}

#[tokio::test]
async fn a_huge_response_is_stopped_even_when_compressed() {
    let plain = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 8 << 20);
    let big = Script::of([Act::send(&plain), Act::Send(vec![b' '; 8 << 20])]);
    assert_eq!(outcome(big).await, (FetchError::TooLarge { limit: 1 << 20 }, 1));
    // 64 MiB of zeroes in 64 kB: the limit applies to the decompressed size.
    let bomb = script::gzip_of_zeroes(64 << 20);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
    let packed = Script::of([Act::send(&head), Act::Send(bomb)]);
    assert_eq!(outcome(packed).await, (FetchError::TooLarge { limit: 1 << 20 }, 1));
}

#[tokio::test]
async fn a_failed_connection_costs_nothing() {
    // The port was free a moment ago, so nothing listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let (result, _) = send(&client(&url, quick())).await;
    assert_eq!(result.unwrap_err().failure, FetchError::Refused);
    let (result, _) = send(&client("https://no-such-host.invalid/v1", quick())).await;
    let failure = result.unwrap_err().failure;
    // Without a network, the resolver may not answer at all.
    assert!(
        matches!(failure, FetchError::Dns | FetchError::TimedOut { phase: Phase::BeforeSending, .. }),
        "{failure:?}"
    );
}

/// TCP can't connect to a broadcast address, so the system refuses as it does without a network.
#[tokio::test]
async fn a_missing_route_is_not_reported_as_a_tls_error() {
    let (result, _) = send(&client("https://127.255.255.255:9/v1", quick())).await;
    let failure = result.unwrap_err().failure;
    assert!(matches!(failure, FetchError::Unreachable { .. }), "{failure:?}");
    assert_eq!((Charge::of_failure(&failure), Exit::from(&failure)), (Charge::NotSent, Exit::Network));
    assert_eq!((failure.kind(), failure.title()), ("no-connection", "Can't connect to the API"));
}

#[tokio::test]
async fn a_closed_handshake_is_reported_as_a_tls_error() {
    let server = Server::start(Script::of([Act::Close]).forever()).await;
    let (result, _) = send(&client(&server.url().replace("http:", "https:"), quick())).await;
    let failure = result.unwrap_err().failure;
    // Whether the connection is closed or reset depends on timing.
    assert!(matches!(failure, FetchError::Tls { .. } | FetchError::Unreachable { .. }), "{failure:?}");
    assert_eq!(Charge::of_failure(&failure), Charge::NotSent);
}

#[tokio::test]
async fn the_key_is_not_sent_without_tls() {
    let server = Server::start(Script::of([Act::send("HTTP/1.1 200 OK\r\n\r\n"), Act::Close]).forever()).await;
    let (result, _) = send(&client(&server.url().replace("http:", "https:"), quick())).await;
    let failure = result.unwrap_err().failure;
    assert!(matches!(failure, FetchError::Tls { .. }), "{failure:?}");
    assert!(server.requests().iter().all(|sent| !sent.contains("top-secret")));
}

#[tokio::test]
async fn unreadable_responses_say_why() {
    for (body, wanted) in [
        ("<html>maintenance</html>", "NotJson"),
        ("", "NotJson"),
        (r#"{"ok":true}"#, "WrongShape"),
        ("[]", "WrongShape"),
    ] {
        let server = Server::start(Script::json(200, body)).await;
        let received = send(&client(&server.url(), quick())).await.0.unwrap();
        let failure = response::read(&received.raw).unwrap_err();
        assert!(format!("{failure:?}").starts_with(wanted), "{body}: {failure:?}");
    }
}

#[tokio::test]
async fn the_client_understands_the_embedded_api() {
    let options = kew_tui::demo::Options { simulate_latency: false, ..Default::default() };
    let server = kew_tui::demo::Server::start(options).await.unwrap();
    let origin = Origin::parse(Some(&server.url())).unwrap();
    let client = Client::new(origin, &ApiKey::new(kew_tui::demo::KEY.into()), quick()).unwrap();
    let received = client.backlinks(&request(Scope::Page, Mode::OnePerDomain), |_| {}, |_| {}).await.unwrap();
    let response = response::read(&received.raw).unwrap();
    let anchors: Vec<_> = response.links.rows().take(5).map(|row| response.links.link(row).anchor.to_owned()).collect();
    assert_eq!(
        anchors,
        [
            "link",
            "カレー",
            "https://example.com",
            "https://example.com",
            "https://EXAMPLE.COM/?wc-api=WC_Gateway_Chase_Paymentech"
        ]
    );
    assert_eq!(client.balance().await, Ok(Credits(99_975)));
    let of = |host: &str| Request {
        target: Target::parse(host, Scope::Page).unwrap(),
        ..request(Scope::Page, Mode::OnePerDomain)
    };
    let cut = client.backlinks(&of("cut.example"), |_| {}, |_| {}).await.unwrap_err();
    assert!(matches!(cut.failure, FetchError::Truncated { .. }), "{:?}", cut.failure);
    let busy = client.backlinks(&of("busy.example"), |_| {}, |_| {}).await.unwrap_err();
    assert!(matches!(busy.failure, FetchError::Server { status: 503, .. }), "{:?}", busy.failure);
    let moved = client.backlinks(&of("moved.example"), |_| {}, |_| {}).await.unwrap_err();
    assert!(matches!(moved.failure, FetchError::Redirect { status: 302, .. }));
}

//! The real program against a TLS server: invalid certificates and interrupted HTTP/2 streams. The key is sent only to a
//! server with a valid certificate.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::program::{CommandOutput, TestHome};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Its certificate is signed by an unknown issuer.
    UnknownIssuer,
    /// Its certificate is for another host.
    OtherHost,
    /// Its certificate expired long ago.
    Expired,
    /// It resets every stream.
    Reset,
    /// It sends GOAWAY instead of a response.
    GoAway,
    /// It sends half a response, then resets the stream.
    Half,
}

/// A server on loopback. It stops with the test's runtime.
struct TlsServer {
    address: SocketAddr,
    /// The `Authorization` headers it received.
    seen: Arc<Mutex<Vec<String>>>,
    /// The issuer that the program trusts.
    trusted: String,
}

impl TlsServer {
    async fn start(fault: Fault) -> TlsServer {
        let issuer = issuer();
        let trusted = if fault == Fault::UnknownIssuer { self::issuer().pem() } else { issuer.pem() };
        let host = if fault == Fault::OtherHost { "elsewhere.example" } else { "localhost" };
        let mut parameters = CertificateParams::new([host.to_owned()]).unwrap();
        if fault == Fault::Expired {
            parameters.not_before = rcgen::date_time_ymd(2001, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(2002, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let received = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream, fault, Arc::clone(&received)));
            }
        });
        TlsServer { address, seen, trusted }
    }
}

fn issuer() -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, fault: Fault, seen: Arc<Mutex<Vec<String>>>) {
    // With a bad certificate there is no handshake.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let authorization = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        seen.lock().unwrap().extend(authorization);
        match fault {
            Fault::Reset => respond.send_reset(h2::Reason::INTERNAL_ERROR),
            Fault::GoAway => connection.abrupt_shutdown(h2::Reason::ENHANCE_YOUR_CALM),
            _ => {
                let response = hyper::Response::builder().header("content-type", "application/json").body(()).unwrap();
                let mut body = respond.send_response(response, false).unwrap();
                let half = fault == Fault::Half;
                body.send_data(bytes::Bytes::from(if half { "[ 12" } else { "[ 1234 ]" }), !half).unwrap();
                if half {
                    body.send_reset(h2::Reason::CANCEL);
                }
            }
        }
    }
}

/// Runs `kew-tui credits` against such a server; returns the `Authorization` headers that the server received too.
fn run_credits(fault: Fault) -> (CommandOutput, Vec<String>) {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = tokio.block_on(TlsServer::start(fault));
    let home = TestHome::new(&format!("https://localhost:{}/v1", server.address.port()));
    let trusted = home.file("trusted.pem", &server.trusted);
    let ran = home.command(&["credits"]).env("SSL_CERT_FILE", trusted).output().unwrap().into();
    let seen = server.seen.lock().unwrap().clone();
    (ran, seen)
}

#[test]
fn the_key_is_not_sent_to_an_untrusted_certificate() {
    for fault in [Fault::UnknownIssuer, Fault::OtherHost, Fault::Expired] {
        let (ran, seen) = run_credits(fault);
        assert_eq!((ran.code, seen), (6, Vec::new()), "{fault:?}: {:?}", ran.err);
        assert!(ran.err.contains("Can't connect to the API securely"), "{fault:?}: {:?}", ran.err);
    }
}

#[test]
fn an_interrupted_http2_response_is_an_error_and_is_not_retried() {
    let (ran, seen) = run_credits(Fault::None);
    assert!(ran.code == 0 && format!("{}{}", ran.out, ran.err).contains("1,234 cr"), "{ran:?}");
    assert_eq!(seen.len(), 1);
    for fault in [Fault::Reset, Fault::GoAway, Fault::Half] {
        let (ran, seen) = run_credits(fault);
        // A reset may discard what was sent before it.
        let codes = if fault == Fault::Half { 6..=7 } else { 6..=6 };
        assert!(codes.contains(&ran.code) && seen.len() == 1, "{fault:?}: {ran:?}");
    }
}

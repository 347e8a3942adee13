//! The built-in API on a loopback socket.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::protocol::{ApiCall, BodyEnd, Reply, Service};
use super::world::World;
use crate::domain::Credits;

#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// 0 picks a free port.
    pub port: u16,
    /// Whether replies take as long as those of the real API.
    pub simulate_latency: bool,
    /// The initial balance.
    pub balance: Credits,
}

impl Default for Options {
    fn default() -> Self {
        Options { port: 0, simulate_latency: true, balance: Credits(100_000) }
    }
}

/// Stops when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

/// In bytes; no request of this API is larger.
const MAX_REQUEST: usize = 64 * 1024;

impl Server {
    /// Listens on loopback only.
    ///
    /// # Errors
    /// The port is in use, or the demo data can't be read.
    pub async fn start(options: Options) -> io::Result<Server> {
        let world = World::load().map_err(io::Error::other)?;
        let service = Service::new(world, options.balance);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, service, options.simulate_latency));
        Ok(Server { address, accepting })
    }

    /// The value for `KEW_API_URL`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, service: Arc<Service>, simulate_latency: bool) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Most likely out of file descriptors: retry when others may have been closed.
                tracing::warn!(%error, "a connection to the demo was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let handler = service_fn(move |request| handle(Arc::clone(&service), request, simulate_latency));
            let served =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), handler).await;
            if let Err(error) = served {
                tracing::debug!(%error, "a connection to the demo ended early");
            }
        });
    }
}

type Body = UnsyncBoxBody<Bytes, io::Error>;

async fn handle(
    service: Arc<Service>,
    request: Request<Incoming>,
    simulate_latency: bool,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST).collect().await.map(http_body_util::Collected::to_bytes);
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let reply = service.reply(&ApiCall {
        method: head.method.as_str(),
        name: head.uri.path().strip_prefix("/v1/").unwrap_or_default(),
        authorization: header(AUTHORIZATION),
        is_json: header(CONTENT_TYPE).is_some_and(|content_type| content_type.starts_with("application/json")),
        body: body.as_deref().unwrap_or_default(),
    });
    if simulate_latency {
        tokio::time::sleep(reply.latency).await;
    }
    if reply.end == BodyEnd::Silence {
        std::future::pending::<()>().await;
    }
    Ok(http_response(reply))
}

fn http_response(reply: Reply) -> Response<Body> {
    let Reply { status, body, content_type, header, end, .. } = reply;
    let body = match end {
        BodyEnd::Cut => {
            let broken = io::Error::from(io::ErrorKind::ConnectionReset);
            let pieces = [Ok(Frame::data(Bytes::from(body))), Err(broken)];
            // A pause, so that the first part is sent before the connection breaks.
            let pieces = stream::unfold(pieces.into_iter(), |mut pieces| async move {
                let next = pieces.next()?;
                if next.is_err() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Some((next, pieces))
            });
            StreamBody::new(pieces).boxed_unsync()
        }
        BodyEnd::Complete | BodyEnd::Silence => {
            Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync()
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, hyper::header::HeaderValue::from_static(value));
    }
    response
}

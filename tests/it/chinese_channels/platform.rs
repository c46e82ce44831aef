//! A platform that is made up: keeps what it is sent and answers as it is told, else that all is well.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// A request that came in.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// With the query.
    pub target: String,
    pub headers: axum::http::HeaderMap,
    pub body: Value,
}

#[derive(Default)]
struct Book {
    received: Mutex<Vec<Received>>,
    /// What is answered next at paths that end so.
    next: Mutex<VecDeque<(String, u16, Value)>>,
}

pub(super) struct Platform {
    addr: SocketAddr,
    book: Arc<Book>,
    _stop: oneshot::Sender<()>,
}

impl Platform {
    pub fn start() -> Self {
        let book = Arc::new(Book::default());
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let addr = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(Arc::clone(&book));
        std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let serving = std::future::IntoFuture::into_future(axum::serve(listener, app));
                tokio::select! { ended = serving => ended.unwrap(), _ = stopped => {} }
            });
        });
        Self { addr, book, _stop: stop }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Answers the next request whose path ends so with this, once.
    pub fn answers_next(&self, path_end: &str, status: u16, body: Value) {
        self.book.next.lock().unwrap().push_back((path_end.to_owned(), status, body));
    }

    /// What came to paths that have this in them.
    pub fn received(&self, part: &str) -> Vec<Received> {
        self.book.received.lock().unwrap().iter().filter(|one| one.target.contains(part)).cloned().collect()
    }
}

async fn answer(State(book): State<Arc<Book>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    book.received.lock().unwrap().push(Received {
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    });
    let told = {
        let mut next = book.next.lock().unwrap();
        let at = next.iter().position(|(end, _, _)| path.ends_with(end.as_str()));
        at.and_then(|at| next.remove(at)).map(|(_, status, body)| (status, body))
    };
    let (status, body) = told.unwrap_or_else(|| (200, well(&path)));
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// What each platform answers when all is well.
fn well(path: &str) -> Value {
    match path {
        "/open-apis/auth/v3/tenant_access_token/internal" => {
            json!({"code": 0, "tenant_access_token": "t-feishu", "expire": 7200})
        }
        "/open-apis/bot/v3/info" => json!({"code": 0, "bot": {"open_id": "ou_bot"}}),
        "/v1.0/oauth2/accessToken" => json!({"accessToken": "t-dingtalk", "expireIn": 7200}),
        "/v1.0/robot/oToMessages/batchSend" => json!({"processQueryKey": "k"}),
        "/cgi-bin/gettoken" => json!({"errcode": 0, "access_token": "t-wecom", "expires_in": 7200}),
        _ => json!({"code": 0, "errcode": 0, "errmsg": "ok"}),
    }
}

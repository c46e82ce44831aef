//! A stand-in for Discord: its HTTP interface and its gateway, both on this machine. The client is the real one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The bot's own ids.
pub(super) const ME: u64 = 900;
pub(super) const APPLICATION: u64 = 901;
/// A server, a public channel in it, and the channel for direct messages that is opened on request.
pub(super) const SERVER: u64 = 500;
pub(super) const PUBLIC: u64 = 501;
pub(super) const DIRECT: u64 = 777;

/// How long a test waits for something to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A call of the HTTP interface.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub method: Method,
    /// Without `/api/v10`.
    pub path: String,
    pub body: Value,
}

/// What the gateway is told to do.
enum Order {
    Dispatch(&'static str, Value),
    Drop,
    Close(u16),
}

/// An answer to be given instead of the usual one, so many times.
struct Upset {
    method: Method,
    path: String,
    times: usize,
    status: u16,
    body: Value,
}

#[derive(Default)]
struct Inside {
    calls: Mutex<Vec<Call>>,
    /// What came over the gateway: identify, resume.
    frames: Mutex<Vec<Value>>,
    upsets: Mutex<Vec<Upset>>,
    channels: Mutex<HashMap<u64, Value>>,
    /// Nobody is let in: close with this code when somebody identifies.
    refuses: Mutex<Option<u16>>,
}

pub(super) struct Fake {
    pub base: String,
    inside: Arc<Inside>,
    orders: UnboundedSender<Order>,
}

impl Fake {
    pub async fn start() -> Self {
        let inside = Arc::new(Inside::default());
        let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/", gateway.local_addr().unwrap());
        let (orders, told) = unbounded_channel();
        tokio::spawn(gate(gateway, Arc::clone(&inside), told));
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", http.local_addr().unwrap());
        let inner = Arc::clone(&inside);
        let routes = Router::new().fallback(move |method: Method, uri: Uri, body: Bytes| {
            let answer = inner.answer(method, &uri, &body, &url);
            async move { answer }
        });
        tokio::spawn(async move { axum::serve(http, routes).await.unwrap() });
        Self { base, inside, orders }
    }

    /// Delivers an event.
    pub fn tell(&self, event: &'static str, data: Value) {
        assert!(self.orders.send(Order::Dispatch(event, data)).is_ok());
    }

    /// Cuts the connection.
    pub fn drop_connection(&self) {
        assert!(self.orders.send(Order::Drop).is_ok());
    }

    pub fn close(&self, code: u16) {
        assert!(self.orders.send(Order::Close(code)).is_ok());
    }

    pub fn refuse(&self, code: u16) {
        *self.inside.refuses.lock().unwrap() = Some(code);
    }

    /// Answers the next calls of a path in another way.
    pub fn upset(&self, method: Method, path: &str, times: usize, status: u16, body: Value) {
        let upset = Upset { method, path: path.to_owned(), times, status, body };
        self.inside.upsets.lock().unwrap().push(upset);
    }

    pub fn has_channel(&self, id: u64, described: Value) {
        self.inside.channels.lock().unwrap().insert(id, described);
    }

    pub fn calls(&self) -> Vec<Call> {
        self.inside.calls.lock().unwrap().clone()
    }

    pub fn frames(&self) -> Vec<Value> {
        self.inside.frames.lock().unwrap().clone()
    }

    /// The calls whose path has this in it.
    pub fn to(&self, method: &Method, part: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method == *method && call.path.contains(part)).collect()
    }

    /// Waits for as many calls of a path, and gives the last.
    pub async fn wait(&self, method: Method, part: &str, count: usize) -> Call {
        self.until(&format!("{count} of {method} {part}"), || {
            let calls = self.to(&method, part);
            (calls.len() >= count).then(|| calls[count - 1].clone())
        })
        .await
    }

    /// Waits until something is so.
    pub async fn until<T>(&self, what: &str, mut is_so: impl FnMut() -> Option<T>) -> T {
        let begun = std::time::Instant::now();
        loop {
            if let Some(found) = is_so() {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} didn't happen: {:#?}", self.calls());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Inside {
    fn answer(&self, method: Method, uri: &Uri, body: &Bytes, gateway: &str) -> Response {
        let path = uri.path().strip_prefix("/api/v10").unwrap_or(uri.path()).to_owned();
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let call = Call { method, path, body };
        self.calls.lock().unwrap().push(call.clone());
        for upset in &mut *self.upsets.lock().unwrap() {
            if upset.times > 0 && upset.method == call.method && call.path.contains(&upset.path) {
                upset.times -= 1;
                let status = StatusCode::from_u16(upset.status).unwrap();
                return (status, Json(upset.body.clone())).into_response();
            }
        }
        let path = call.path.as_str();
        let answer = match path {
            "/gateway" => json!({"url": gateway}),
            "/gateway/bot" => json!({"url": gateway, "shards": 1}),
            "/users/@me/channels" => json!({"id": DIRECT.to_string(), "type": 1}),
            _ if path.ends_with("/callback") => return StatusCode::NO_CONTENT.into_response(),
            _ if path.starts_with("/channels/") && call.method == Method::GET => {
                let id: u64 = path.trim_start_matches("/channels/").parse().unwrap();
                match self.channels.lock().unwrap().get(&id) {
                    Some(channel) => channel.clone(),
                    None => json!({"id": id.to_string(), "type": 0, "name": "public"}),
                }
            }
            // A message that was sent all the same; nobody has to understand what is said of it.
            _ => json!({"id": "1"}),
        };
        Json(answer).into_response()
    }
}

/// Takes connections one after the other, and does in each what it is told.
async fn gate(listener: TcpListener, inside: Arc<Inside>, mut told: UnboundedReceiver<Order>) {
    let mut sequence = 0;
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        connection(socket, &inside, &mut told, &mut sequence).await;
    }
}

async fn connection(
    socket: TcpStream,
    inside: &Inside,
    told: &mut UnboundedReceiver<Order>,
    sequence: &mut u64,
) {
    let Ok(mut socket) = accept_async(socket).await else { return };
    let hello = json!({"op": 10, "d": {"heartbeat_interval": 400}});
    socket.send(Frame::Text(hello.to_string())).await.unwrap();
    let mut known = false;
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Some(Ok(Frame::Text(text))) = frame else { return };
                let frame: Value = serde_json::from_str(&text).unwrap();
                let answer = match frame["op"].as_u64() {
                    Some(1) => json!({"op": 11}),
                    Some(2) => {
                        inside.frames.lock().unwrap().push(frame);
                        if let Some(code) = *inside.refuses.lock().unwrap() {
                            Value::from(code)
                        } else {
                            known = true;
                            dispatch("READY", &ready(), sequence)
                        }
                    }
                    Some(6) => {
                        inside.frames.lock().unwrap().push(frame);
                        known = true;
                        dispatch("RESUMED", &json!({}), sequence)
                    }
                    _ => continue,
                };
                if let Some(code) = answer.as_u64() {
                    close(&mut socket, u16::try_from(code).unwrap()).await;
                    return;
                }
                if socket.send(Frame::Text(answer.to_string())).await.is_err() {
                    return;
                }
            }
            order = told.recv(), if known => match order {
                Some(Order::Dispatch(event, data)) => {
                    let frame = dispatch(event, &data, sequence);
                    socket.send(Frame::Text(frame.to_string())).await.unwrap();
                }
                Some(Order::Close(code)) => {
                    close(&mut socket, code).await;
                    return;
                }
                Some(Order::Drop) | None => return,
            },
        }
    }
}

async fn close(socket: &mut tokio_tungstenite::WebSocketStream<TcpStream>, code: u16) {
    let frame = CloseFrame { code: code.into(), reason: "".into() };
    let _ = socket.close(Some(frame)).await;
    // Until the other side has closed too.
    while let Ok(Some(Ok(_))) = tokio::time::timeout(Duration::from_secs(1), socket.next()).await {}
}

fn dispatch(event: &str, data: &Value, sequence: &mut u64) -> Value {
    *sequence += 1;
    json!({"op": 0, "t": event, "s": *sequence, "d": data})
}

fn ready() -> Value {
    json!({
        "v": 10,
        "user": {"id": ME.to_string(), "username": "beian", "discriminator": "0000", "avatar": null, "bot": true,
                 "verified": true, "mfa_enabled": false, "flags": 0},
        "guilds": [{"id": SERVER.to_string(), "unavailable": true}],
        "session_id": "session-1",
        "resume_gateway_url": "ws://127.0.0.1:9/",
        "shard": [0, 1],
        "application": {"id": APPLICATION.to_string(), "flags": 0},
    })
}

pub(super) fn person(id: u64) -> Value {
    json!({"id": id.to_string(), "username": format!("u{id}"), "discriminator": "0", "avatar": null, "global_name": null})
}

/// A message as the gateway delivers it; in a server unless `server` is `None`.
pub(super) fn message(id: u64, channel: u64, author: u64, content: &str, server: bool) -> Value {
    let mentioned = content.contains(&format!("<@{ME}>"));
    let mut message = json!({
        "id": id.to_string(), "channel_id": channel.to_string(), "author": person(author), "content": content,
        "timestamp": "2026-11-22T10:00:00.000000+00:00", "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": false, "type": 0, "flags": 0, "components": [],
    });
    if mentioned {
        message["mentions"] = json!([{"id": ME.to_string(), "username": "beian", "discriminator": "0000", "avatar": null, "bot": true}]);
    }
    if server {
        message["guild_id"] = json!(SERVER.to_string());
        message["member"] = json!({"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": false, "mute": false, "flags": 0});
    }
    message
}

/// An interaction in the public channel of the server.
pub(super) fn interaction(id: u64, kind: u8, user: u64, locale: &str, data: &Value) -> Value {
    json!({
        "id": id.to_string(), "application_id": APPLICATION.to_string(), "type": kind, "data": data,
        "guild_id": SERVER.to_string(), "channel_id": PUBLIC.to_string(), "token": format!("token-{id}"), "version": 1,
        "locale": locale, "guild_locale": "zh-CN", "entitlements": [], "attachment_size_limit": 10_485_760,
        "app_permissions": "0", "context": 0, "authorizing_integration_owners": {"0": SERVER.to_string()},
        "member": {"user": person(user), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": false,
                   "mute": false, "flags": 0, "permissions": "0", "nick": null, "avatar": null, "pending": false,
                   "premium_since": null, "communication_disabled_until": null},
    })
}

/// The data of a slash command.
pub(super) fn slash(name: &str, options: &[(&str, &str)]) -> Value {
    let options: Vec<Value> =
        options.iter().map(|(name, value)| json!({"name": name, "type": 3, "value": value})).collect();
    json!({"id": "1", "name": name, "type": 1, "options": options})
}

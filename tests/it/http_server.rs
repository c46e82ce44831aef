//! A real server on a free port, something small that answers, and a client that writes its requests by hand.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use beian::assistant::{Answer, Incoming};
use beian::channels::http::{DemoPeople, Site};
use beian::channels::{Adapter, Reception};
use beian::cli::serve::{self, Args};
use beian::domain::reply::{Citation, Kind, Reply};
use beian::store::{Database, SqliteStore};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Says back what it was asked, and who it was told is asking; some texts make it slow, or fail.
pub(crate) struct Parrot {
    /// Hears of every question as soon as it is being answered.
    pub(crate) heard: Option<mpsc::Sender<String>>,
}

impl Answer for Parrot {
    fn answer(&self, incoming: &Incoming) -> Reply {
        if let Some(heard) = &self.heard {
            heard.send(incoming.text.clone()).expect("the test listens");
        }
        match incoming.text.as_str() {
            "slowly" => std::thread::sleep(Duration::from_millis(800)),
            "fall over" => panic!("asked to"),
            _ => {}
        }
        let mut reply = Reply::new(Kind::Answer, format!("**{}**", incoming.text));
        reply.citations = vec![Citation {
            doc: "驳回原因.md".to_owned(),
            heading: "备案被驳回怎么办".to_owned(),
            anchor: None,
            as_of: Some("2019-05-08".parse().expect("a date")),
        }];
        reply.suggestions = vec!["怎么修改".to_owned()];
        for (name, value) in [
            ("channel", json!(incoming.channel)),
            ("user", json!(incoming.user)),
            ("conversation", json!(incoming.conversation)),
        ] {
            reply.slots.insert(name.to_owned(), value);
        }
        reply
    }
}

/// Something that answers, and an empty store beside it.
pub(crate) fn answered_by(answer: impl Answer + 'static) -> Site {
    let store = Arc::new(SqliteStore::in_memory().expect("a store in memory"));
    Site::new(reception(answer, store))
}

/// Where channels ask.
pub(crate) fn reception(answer: impl Answer + 'static, store: Arc<dyn Database>) -> Arc<Reception> {
    Arc::new(Reception::new(Arc::new(answer), store, Arc::new(jiff::Timestamp::now)))
}

pub(crate) fn site() -> Site {
    answered_by(Parrot { heard: None })
}

pub(crate) fn demo_people() -> DemoPeople {
    serde_json::from_value(json!([
        {
            "as": "demo-1",
            "name": {"zh": "林女士 · 个人", "en": "Ms Lin, individual"},
            "about": {"zh": "个人主体，浙江；首次备案订单正在初审，一台云服务器。",
                      "en": "An individual in Zhejiang; a first filing under provider review, one server."},
            "questions": [{"zh": "我的订单还能撤回吗", "en": "Can I still withdraw my order?"}]
        },
        {
            "as": "demo-2",
            "name": {"zh": "青禾科技 · 企业", "en": "Qinghe Ltd, company"},
            "about": {"zh": "企业主体，广东；备案订单被管局驳回，两台服务器。",
                      "en": "A company in Guangdong; its order was rejected by the administration, two servers."}
        }
    ]))
    .expect("a valid list")
}

/// A server that runs until it is dropped or stopped.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    /// What it printed.
    pub(crate) printed: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Server {
    pub(crate) fn start(site: Site) -> Self {
        Self::with(site, Vec::new())
    }

    /// The same with other channels.
    pub(crate) fn with(site: Site, adapters: Vec<Adapter>) -> Self {
        let (lines, printed) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let args = Args { addr: "127.0.0.1:0".to_owned(), demo: false, keep_days: None };
        let thread = std::thread::spawn(move || {
            let stopped = async { drop(stopped.await) };
            serve::run_until(&args, site, adapters, &mut Lines { written: Vec::new(), lines }, stopped)
        });
        let printed = printed.recv_timeout(Duration::from_secs(20)).expect("the server prints its address");
        let addr = printed.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
        let addr = addr.and_then(|addr| addr.parse().ok()).expect("an address");
        Self { addr, printed, stop: Some(stop), thread: Some(thread) }
    }

    /// Tells the server to stop and goes on at once.
    pub(crate) fn tell_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits for the end, and says how it was.
    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        self.tell_to_stop();
        self.thread.take().expect("ended once").join().expect("the server does not panic")
    }

    pub(crate) fn get(&self, path: &str) -> Answered {
        exchange(self.addr, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
    }

    /// Posts a message as JSON.
    pub(crate) fn ask(&self, message: &Value) -> Answered {
        self.post("application/json", message.to_string().as_bytes())
    }

    /// Posts JSON to an address.
    pub(crate) fn send(&self, path: &str, message: &Value) -> Answered {
        self.post_to(path, "application/json", message.to_string().as_bytes())
    }

    pub(crate) fn post(&self, content_type: &str, body: &[u8]) -> Answered {
        self.post_to("/v1/messages", content_type, body)
    }

    fn post_to(&self, path: &str, content_type: &str, body: &[u8]) -> Answered {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        exchange(self.addr, [head.as_bytes(), body].concat())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tell_to_stop();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Hands on what was written at every flush.
struct Lines {
    written: Vec<u8>,
    lines: mpsc::Sender<String>,
}

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let text = String::from_utf8(std::mem::take(&mut self.written)).expect("text");
        self.lines.send(text).map_err(std::io::Error::other)
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body as JSON where it is.
    pub(crate) fn json_or_null(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The status and the code of the envelope, which has nothing else beside it.
    pub(crate) fn error(&self) -> (u16, String) {
        let body = self.json();
        let error = &body["error"];
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(1), "{body}");
        for field in ["message", "hint"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        }
        (self.status, error["code"].as_str().expect("a code").to_owned())
    }
}

/// Sends bytes as they are and reads to the end of the connection.
pub(crate) fn exchange(addr: SocketAddr, request: impl AsRef<[u8]>) -> Answered {
    let mut socket = TcpStream::connect(addr).expect("connect");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    socket.write_all(request.as_ref()).expect("send");
    receive(&mut socket)
}

pub(crate) fn receive(socket: &mut TcpStream) -> Answered {
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).expect("receive");
    let text = String::from_utf8(bytes).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("not a response: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Answered { status: status.expect("a status"), headers, body: body.to_owned() }
}

//! Another site that shows the widget: a page under a strict content security policy, on an origin of its own.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A site on `http://localhost:PORT`; the chat is on `127.0.0.1`, which to a browser is somebody else.
pub(crate) struct HostSite {
    pub(crate) origin: String,
    /// What `/chat-token` answers from now on; `None`: 401.
    pub(crate) token: Arc<Mutex<Option<String>>>,
    /// How often it was asked.
    pub(crate) asked: Arc<Mutex<u32>>,
}

impl HostSite {
    /// Takes a port; pages come once it is known where the chat is.
    pub(crate) fn listen() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
        (listener, origin)
    }

    /// Serves until the test ends. `attributes` stand in the script's element.
    pub(crate) fn start(listener: TcpListener, origin: String, chat: &str, attributes: &str) -> Self {
        let (token, asked) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(0)));
        let policy = format!(
            "default-src 'none'; script-src {chat}; frame-src {chat}; connect-src 'self'; style-src 'self'; base-uri 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let page = format!(
            "<!doctype html><html lang=zh-CN><head><meta charset=utf-8><meta name=viewport content='width=device-width'>\
             <link rel=stylesheet href=/shop.css><title>青禾商店</title></head><body><header><h1>青禾商店</h1><a href=#a id=first>首页</a></header>\
             <main><h2>云服务器</h2><p>2 核 4 GB，华东地域，按年付费。购买后即可申请备案服务号。</p>\
             <p><button id=buy>购买</button></p></main><footer><a href=#b id=last>联系我们</a></footer>\
             <script src={chat}/widget.js {attributes}></script></body></html>"
        );
        // Rude on purpose: nothing of it may reach the widget.
        let style = "* { color: #444; font-family: sans-serif } body { margin: 2rem auto; max-width: 60rem; line-height: 1.8 } button { padding: .5rem 1rem } \
                     body > * { text-align: left; text-transform: uppercase; letter-spacing: 1px }";
        let (given, count) = (Arc::clone(&token), Arc::clone(&asked));
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let Ok(mut socket) = socket else { return };
                let mut head = [0_u8; 4096];
                let length = socket.read(&mut head).unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or("/");
                let (status, kind, body) = if path.starts_with("/chat-token") {
                    *count.lock().unwrap() += 1;
                    match &*given.lock().unwrap() {
                        Some(token) => {
                            ("200 OK", "application/json", serde_json::json!({ "token": token }).to_string())
                        }
                        None => ("401 Unauthorized", "text/plain", String::new()),
                    }
                } else if path == "/shop.css" {
                    ("200 OK", "text/css", style.to_owned())
                } else {
                    ("200 OK", "text/html", page.clone())
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: {kind}; charset=utf-8\r\ncontent-security-policy: {policy}\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                drop(socket.write_all(answer.as_bytes()));
            }
        });
        Self { origin, token, asked }
    }
}

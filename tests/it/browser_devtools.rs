//! Drives a headless Chromium over its debugging pipe: messages are JSON, each ended by a zero byte.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(30);

/// The first Chromium on the path.
pub(crate) fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: Option<String>,
    context: Option<Value>,
    /// Frames that were gone into, by target.
    frames: Vec<(Value, String)>,
    /// What the tab pretends of the system's settings.
    media: Value,
    calls: u64,
    /// What the page reported beside answers to calls.
    events: VecDeque<Value>,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) fn start(chromium: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        // The pipe is descriptors 3 and 4; the shell puts our stdin and stdout there.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"#])
            .arg(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Chromium starts");
        let to = child.stdin.take().expect("piped");
        let mut pipe = BufReader::new(child.stdout.take().expect("piped"));
        let (send, from) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while pipe.read_until(0, &mut bytes).is_ok_and(|length| length > 1) {
                bytes.pop();
                let Ok(message) = serde_json::from_slice(&bytes) else { break };
                if send.send(message).is_err() {
                    break;
                }
                bytes.clear();
            }
        });
        Self {
            child,
            to,
            from,
            session: None,
            context: None,
            frames: Vec::new(),
            media: json!({}),
            calls: 0,
            events: VecDeque::new(),
            _profile: profile,
        }
    }

    /// Opens a tab of its own: own storage, own size, no history.
    pub(crate) fn tab(&mut self, width: u32, height: u32, dark: bool, languages: &str) {
        self.session = None;
        // The tab before is closed: a frame of it is not to be taken for one of this.
        if let Some(before) = self.context.take() {
            self.call("Target.disposeBrowserContext", &json!({ "browserContextId": before }));
            self.events.clear();
        }
        let context = self.call("Target.createBrowserContext", &json!({}));
        self.context = Some(context["browserContextId"].clone());
        let target = self.call(
            "Target.createTarget",
            &json!({"url": "about:blank", "browserContextId": context["browserContextId"]}),
        );
        let attached =
            self.call("Target.attachToTarget", &json!({"targetId": target["targetId"], "flatten": true}));
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            self.call(domain, &json!({}));
        }
        let agent = self.call("Runtime.evaluate", &json!({"expression": "navigator.userAgent"}));
        self.call(
            "Emulation.setUserAgentOverride",
            &json!({"userAgent": agent["result"]["value"], "acceptLanguage": languages}),
        );
        let phone = width < 600;
        self.call(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": height, "deviceScaleFactor": if phone { 2 } else { 1 }, "mobile": phone}),
        );
        self.call("Emulation.setTouchEmulationEnabled", &json!({"enabled": phone}));
        let scheme = if dark { "dark" } else { "light" };
        self.media = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        let media = self.media.clone();
        self.call("Emulation.setEmulatedMedia", &media);
    }

    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", &json!({"url": address}));
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// The value of an expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let result = self.call(
            "Runtime.evaluate",
            &json!({"expression": expression, "returnByValue": true, "awaitPromise": true}),
        );
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    pub(crate) fn text(&mut self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_else(|| panic!("{expression} is no text")).to_owned()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, condition: &str) {
        let start = Instant::now();
        // Across a reload there is a moment without a page to ask.
        let asked = json!({"expression": condition, "returnByValue": true});
        while self
            .tried("Runtime.evaluate", &asked)
            .is_none_or(|result| result["result"]["value"] != json!(true))
        {
            if start.elapsed() > PATIENCE {
                let page = self.value("document.body.innerText");
                panic!("waited in vain for {condition}\n{page}\n{:?}", self.complaints());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types as a keyboard does, into whatever has the focus.
    pub(crate) fn types(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// A key by its name; `shift` held or not.
    pub(crate) fn key(&mut self, key: &str, code: u32, shift: bool) {
        // 229 is a key that an input method has taken for itself: it writes nothing.
        let text = if key == "Enter" && code == 13 { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            self.call(
                "Input.dispatchKeyEvent",
                &json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
                        "modifiers": if shift { 8 } else { 0 }, "text": if kind == "keyDown" { text } else { "" }}),
            );
        }
    }

    /// Goes on inside the frame whose address contains `part`, which may come later; then back to the page.
    pub(crate) fn within<T>(&mut self, part: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let page = self.session.take();
        let start = Instant::now();
        let frame = loop {
            let targets = self.call("Target.getTargets", &json!({}))["targetInfos"].clone();
            let is_frame = |target: &&Value| {
                target["type"] == "iframe" && target["url"].as_str().is_some_and(|url| url.contains(part))
            };
            if let Some(target) = targets.as_array().expect("a list").iter().rev().find(is_frame) {
                break target["targetId"].clone();
            }
            assert!(start.elapsed() < PATIENCE, "no frame {part} among {targets}");
            std::thread::sleep(Duration::from_millis(20));
        };
        // Attached for good: what is pretended in a frame ends when nobody is.
        let known = self.frames.iter().find(|(known, _)| *known == frame).map(|(_, session)| session.clone());
        self.session = Some(known.unwrap_or_else(|| {
            let attached = self.call("Target.attachToTarget", &json!({"targetId": frame, "flatten": true}));
            let session = attached["sessionId"].as_str().expect("a session").to_owned();
            self.frames.push((frame, session.clone()));
            session
        }));
        for domain in ["Runtime.enable", "Log.enable", "Network.enable"] {
            self.call(domain, &json!({}));
        }
        let media = self.media.clone();
        self.call("Emulation.setEmulatedMedia", &media);
        let done = work(self);
        self.session = page;
        done
    }

    pub(crate) fn picture(&mut self, file: &Path) {
        let shot = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        std::fs::write(file, decode(shot["data"].as_str().expect("a picture"))).expect("write the picture");
    }

    /// Everything that went wrong in the page: exceptions, refused scripts, failed loads.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        self.value("1");
        let bad = |event: &Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown" | "Page.javascriptDialogOpening") => true,
            Some("Log.entryAdded") => {
                matches!(event["params"]["entry"]["level"].as_str(), Some("error" | "warning"))
            }
            Some("Runtime.consoleAPICalled") => {
                matches!(event["params"]["type"].as_str(), Some("error" | "warning"))
            }
            _ => false,
        };
        self.events.drain(..).filter(bad).map(|event| event.to_string()).collect()
    }

    /// The addresses that the page has asked for since it was opened.
    pub(crate) fn requested(&self) -> Vec<String> {
        let requests = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        requests.filter_map(|event| event["params"]["request"]["url"].as_str()).map(str::to_owned).collect()
    }

    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The result of a call; `None` where the page went away under it.
    fn tried(&mut self, method: &str, params: &Value) -> Option<Value> {
        let answer = self.answer(method, params);
        answer.get("error").is_none().then(|| answer["result"].clone())
    }

    fn answer(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let mut message = json!({"id": self.calls, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).and_then(|()| self.to.flush()).expect("Chromium listens");
        loop {
            let answer = self.from.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer to {method}"));
            if answer["id"] == json!(self.calls) {
                return answer;
            }
            self.events.push_back(answer);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0"));
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Base64, as pictures come in.
fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for sign in text.bytes() {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).expect("eight bits"));
        }
    }
    bytes
}

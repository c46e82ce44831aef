//! The pictures in the documents: the real program with its demo, in a real browser.
//!
//!     BEIAN_PICTURES=docs/pictures cargo test --test it -- browser_pictures
//!
//! takes them anew; without the variable they are taken and thrown away.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::browser::devtools::{Browser, chromium};
use crate::browser::{ask, click, pictures_folder};
use crate::browser_widget::host::HostSite;
use crate::web_session::{SECRET, token};

/// `beian serve --demo`, which ends with the test.
struct Demo {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Demo {
    fn start(origin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("beian.toml");
        std::fs::write(&config, format!("[channels.web]\norigins = [\"{origin}\"]\nlink_to = \"Discord\"\n"))
            .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
        for name in ["KB", "INTENTS", "RULES", "DB", "ADDR"] {
            command.env_remove(format!("BEIAN_{name}"));
        }
        let mut child = command
            .args(["serve", "--demo", "--addr", "127.0.0.1:0", "--now", "2026-11-20T10:00:00+08:00"])
            .args(["--log", "warn", "--config"])
            .arg(&config)
            .arg("--data")
            .arg(folder.path())
            .env("BEIAN_WEB_SECRET", SECRET)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_end_matches('/').to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{line:?}");
        Self { child, address, _folder: folder }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Keeps a picture once everything that moves has come to rest.
fn keep(browser: &mut Browser, file: &std::path::Path) {
    std::thread::sleep(Duration::from_millis(700));
    browser.picture(file);
    let bytes = std::fs::read(file).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 20_000, "{}", file.display());
}

#[test]
fn the_pictures_of_the_documents_show_the_real_program() {
    let Some(chromium) = chromium() else {
        eprintln!("SKIPPED: no chromium, chromium-browser or google-chrome on PATH, no pictures are taken");
        return;
    };
    let (listener, origin) = HostSite::listen();
    let demo = Demo::start(&origin);
    let site = HostSite::start(listener, origin, &demo.address, "data-lang=zh data-token-url=/chat-token");
    let (folder, _thrown_away) = pictures_folder();
    let mut browser = Browser::start(&chromium);
    for (name, width, height, dark) in [
        ("conversation", 1100, 1040, false),
        ("conversation-dark", 1100, 1040, true),
        ("conversation-phone", 390, 844, false),
    ] {
        browser.tab(width, height, dark, "zh-CN");
        browser.open(&format!("{}/", demo.address));
        browser.wait("document.querySelectorAll('#people input').length > 2");
        ask(&mut browser, "我的订单还能撤回吗");
        assert!(browser.text("document.querySelector('#log .bot .prose').textContent").contains("可以"));
        browser.value("document.activeElement.blur()");
        keep(&mut browser, &folder.join(format!("{name}.png")));
    }

    *site.token.lock().unwrap() = Some(token("demo-1", 600));
    for (name, width, height, dark) in
        [("widget", 1100, 760, false), ("widget-dark", 1100, 760, true), ("widget-phone", 390, 844, false)]
    {
        browser.tab(width, height, dark, "zh-CN");
        browser.open(&format!("{}/", site.origin));
        browser.wait("document.querySelector('beian-chat') !== null");
        click(&mut browser, "document.querySelector('beian-chat').shadowRoot.querySelector('.launch')");
        browser.within("/embed", |frame| {
            frame.wait("document.querySelectorAll('#examples button').length > 0");
            frame.wait("!document.getElementById('link').hidden");
            ask(frame, "我的订单到哪一步了");
            let said = frame.text("document.querySelector('#log .bot .prose').textContent");
            assert!(!said.contains("绑定"), "the demo's person is known: {said}");
            frame.value("document.activeElement.blur()");
        });
        keep(&mut browser, &folder.join(format!("{name}.png")));
    }
}

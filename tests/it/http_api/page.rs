//! The page to try the interface, in a real browser. Without a Chromium on the path this says so and does nothing.

use beian::channels::http::Site;
use beian::store::keys::Scope;
use serde_json::{Value, json};

use super::{Arc, Parrot, Server, SqliteStore, key, reception};
use crate::browser::devtools::{Browser, chromium};

#[test]
fn the_page_lists_every_operation_and_sends_what_is_written() {
    let Some(chromium) = chromium() else {
        eprintln!("SKIPPED: no chromium, chromium-browser or google-chrome on PATH, /docs is not tested");
        return;
    };
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let channel = key(&store, Scope::Channel, None);
    let server = Server::start(Site::new(reception(Parrot { heard: None }, store)));
    let mut browser = Browser::start(&chromium);
    browser.tab(1280, 800, true, "zh-CN");
    browser.open(&format!("http://{}/docs#ask", server.addr));
    browser.wait("document.querySelector('main').getAttribute('aria-busy') === 'false'");
    let described = server.get("/openapi.json").json();
    let operations: usize =
        described["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(browser.value("document.querySelectorAll('main details').length"), json!(operations));
    // Every field has a label.
    assert_eq!(
        browser.value(
            "[...document.querySelectorAll('input, textarea')].filter((field) => !field.labels.length).length"
        ),
        json!(0)
    );

    // The operation that the address names is open; what it begins with can be sent as it is, by the keyboard.
    assert_eq!(browser.value("document.getElementById('ask').open"), json!(true));
    browser.value("document.querySelector('#ask button').focus()");
    browser.key("Enter", 13, false);
    browser.wait("document.querySelector('#ask pre')?.textContent.includes('**备案被驳回了怎么办**')");
    assert!(browser.text("document.querySelector('#ask output span').textContent").starts_with("200"));

    // With the key, as events; markup in an answer stays text.
    browser.value("document.getElementById('key').focus()");
    browser.types(&channel.to_string());
    browser.value("document.getElementById('ask-events').click()");
    let message = json!({"text": "<img src=x onerror=alert(1)>", "user": "u-1"}).to_string();
    let message = Value::String(message);
    browser.value(&format!("document.getElementById('ask-body').value = {message}"));
    browser.value("document.querySelector('#ask button').click()");
    browser.wait("document.querySelector('#ask pre')?.textContent.includes('event: reply')");
    let shown = browser.text("document.querySelector('#ask pre').textContent");
    assert!(shown.starts_with("event: typing") && shown.contains("<img src=x"), "{shown}");
    assert_eq!(browser.value("document.querySelectorAll('main img').length"), json!(0));

    let own = format!("http://{}/", server.addr);
    let addresses = browser.requested();
    assert!(addresses.iter().all(|address| address.starts_with(&own)), "{addresses:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

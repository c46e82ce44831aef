//! The widget on a page of another origin, in a real browser: opening, closing, the keyboard, who is signed in, who may not.

#[path = "browser_host.rs"]
pub(crate) mod host;

use beian::channels::http::Site;
use serde_json::{Value, json};

use crate::browser::devtools::{Browser, chromium};
use crate::browser::{Guide, LAST_ANSWER, ask, click};
use crate::http::server::{Server, reception};
use crate::web_session::{records, settings, token};
use host::HostSite;

const PART: &str = "/embed";
const ROOT: &str = "document.querySelector('beian-chat').shadowRoot";

struct Stage {
    chat: Server,
    site: HostSite,
    browser: Browser,
}

/// A shop with the widget in a browser; the chat lists `listed`, or the shop. `None` without a Chromium, and word of it.
fn stage(attributes: &str, listed: Option<&str>) -> Option<Stage> {
    let Some(chromium) = chromium() else {
        eprintln!(
            "SKIPPED: no chromium, chromium-browser or google-chrome on PATH, the widget is not tested"
        );
        return None;
    };
    let (listener, origin) = HostSite::listen();
    let web = settings(&["https://other.example", listed.unwrap_or(&origin)]);
    let chat = Server::start(Site::new(reception(Guide, records())).with_web(web));
    let site = HostSite::start(listener, origin, &format!("http://{}", chat.addr), attributes);
    Some(Stage { chat, site, browser: Browser::start(&chromium) })
}

impl Stage {
    fn open(&mut self, width: u32, height: u32, dark: bool) {
        self.browser.tab(width, height, dark, "zh-CN");
        self.visit();
    }

    fn visit(&mut self) {
        let address = format!("{}/", self.site.origin);
        self.browser.open(&address);
        self.browser.wait("document.querySelector('beian-chat') !== null");
    }

    /// Opens the chat by the button and waits until one can write.
    fn launch(&mut self) {
        click(&mut self.browser, &format!("{ROOT}.querySelector('.launch')"));
        self.ready();
    }

    fn ready(&mut self) {
        self.browser
            .within(PART, |frame| frame.wait("document.querySelectorAll('#examples button').length > 0"));
    }

    fn asked(&mut self, text: &str) -> String {
        self.browser.within(PART, |frame| {
            frame.wait(
                "!document.getElementById('welcome').hidden || document.querySelector('.turn') !== null",
            );
            ask(frame, text);
            frame.text(&format!("{LAST_ANSWER}.textContent"))
        })
    }

    fn expanded(&mut self) -> String {
        self.browser.text(&format!("{ROOT}.querySelector('.launch').getAttribute('aria-expanded')"))
    }

    fn lines(&mut self) -> Value {
        self.browser.within(PART, |frame| {
            frame.value("[...document.querySelectorAll('.divider')].map((line) => line.textContent)")
        })
    }
}

#[test]
fn the_button_opens_the_chat_and_escape_gives_the_keyboard_back() {
    let Some(mut stage) = stage("data-lang=zh", None) else { return };
    stage.open(1280, 800, false);
    assert_eq!(stage.expanded(), "false");
    assert_eq!(stage.browser.value("document.querySelectorAll('iframe').length"), 0);
    assert_eq!(
        stage.browser.value(&format!("{ROOT}.querySelector('iframe')")),
        Value::Null,
        "nothing is loaded yet"
    );
    let label = format!("{ROOT}.querySelector('.launch').getAttribute('aria-label')");
    assert_eq!(stage.browser.text(&label), "打开备案助手");

    // By the keyboard alone: the button comes after everything of the site.
    stage.browser.value("document.getElementById('last').focus()");
    stage.browser.key("Tab", 9, false);
    assert_eq!(stage.browser.value(&format!("{ROOT}.activeElement?.className")), "launch");
    stage.browser.key("Enter", 13, false);
    stage.ready();
    assert_eq!(stage.expanded(), "true");
    assert_eq!(stage.browser.text(&label), "关闭备案助手");
    stage
        .browser
        .within(PART, |frame| frame.wait("document.activeElement.id === 'text' && document.hasFocus()"));
    let frame = format!("{ROOT}.querySelector('iframe')");
    assert_eq!(stage.browser.text(&format!("{frame}.title")), "备案助手");
    assert_eq!(stage.browser.text(&format!("{ROOT}.querySelector('.panel').getAttribute('role')")), "dialog");
    let address = stage.browser.text(&format!("{frame}.src"));
    assert_eq!(address, format!("http://{}/embed", stage.chat.addr));

    assert!(stage.asked("备案被驳回了怎么办").contains("重新提交"));
    // Half a word in an input method is what Escape drops first.
    stage.browser.within(PART, |frame| {
        frame.value("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', isComposing: true, bubbles: true}))")
    });
    assert_eq!(stage.expanded(), "true");
    stage.browser.within(PART, |frame| frame.key("Escape", 27, false));
    stage.browser.wait(&format!("{ROOT}.querySelector('.panel').hidden"));
    assert_eq!(stage.expanded(), "false");
    assert_eq!(
        stage.browser.value(&format!("{ROOT}.activeElement?.className")),
        "launch",
        "the focus is back"
    );

    // A button of the site's own gets it back too, and the conversation is still there.
    stage.browser.value("document.getElementById('buy').focus(); beian.open()");
    stage.browser.within(PART, |frame| frame.wait("document.activeElement.id === 'text'"));
    stage.browser.value("beian.close()");
    assert_eq!(stage.browser.text("document.activeElement.id"), "buy");

    // A reload keeps what was said, and that the chat was open, but leaves the keyboard to the site.
    stage.browser.value("beian.open()");
    stage.visit();
    stage.browser.within(PART, |frame| frame.wait("document.querySelectorAll('#log .bot').length === 1"));
    assert_eq!(stage.expanded(), "true");
    assert_eq!(stage.browser.text("document.activeElement.tagName"), "BODY");
    assert_eq!(stage.browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_sites_style_stays_outside_and_ours_inside() {
    let Some(mut stage) = stage("", None) else { return };
    for dark in [false, true] {
        stage.open(1280, 800, dark);
        let drawn = stage.browser.value(&format!(
            "(() => {{ const button = getComputedStyle({ROOT}.querySelector('.launch')); \
             const shop = getComputedStyle(document.getElementById('buy')); \
             return [button.width, button.padding, button.textTransform, button.backgroundColor, shop.position, shop.borderRadius]; }})()"
        ));
        let accent = if dark { "rgb(98, 198, 178)" } else { "rgb(11, 107, 93)" };
        assert_eq!(drawn, json!(["56px", "0px", "none", accent, "static", "0px"]));
    }
}

#[test]
fn who_is_signed_in_on_the_site_is_so_in_the_chat_and_tokens_are_renewed() {
    let Some(mut stage) = stage("data-lang=zh data-token-url=/chat-token", None) else { return };
    *stage.site.token.lock().unwrap() = Some(token("u7", 600));
    stage.open(1280, 800, false);
    assert_eq!(*stage.site.asked.lock().unwrap(), 0, "nobody is asked before the chat is opened");
    stage.launch();
    assert_eq!(stage.asked("我是谁"), "u7");
    stage.browser.within(PART, |frame| {
        frame.wait("document.getElementById('signed').textContent.includes('已登录')");
        // The token is in no address, in no storage, and not in the document.
        let traces = frame.text("JSON.stringify({...sessionStorage, ...localStorage}) + document.documentElement.outerHTML + location.href + document.cookie");
        assert!(!traces.contains("eyJ"), "{traces}");
        assert!(frame.requested().iter().all(|address| !address.contains("eyJ")));
    });

    // The next token that the site gives has run out, so has the one after: a third is not asked for.
    let before = *stage.site.asked.lock().unwrap();
    stage.browser.value(&format!("beian.identify({})", json!(token("u7", -600))));
    assert_eq!(stage.asked("我是谁"), "u7", "renewed without a word");
    assert_eq!(*stage.site.asked.lock().unwrap(), before + 1);
    assert_eq!(stage.lines(), json!([]));

    *stage.site.token.lock().unwrap() = None;
    stage.browser.value(&format!("beian.identify({})", json!(token("u7", -600))));
    assert!(stage.asked("我是谁").starts_with("session-"), "as a stranger rather than not at all");
    assert_eq!(stage.lines(), json!(["登录已失效，接下来以未登录的身份继续"]));
    stage.browser.within(PART, |frame| frame.wait("document.getElementById('account').hidden"));

    // Signed in again: the same person still sees it, somebody else sees nothing.
    stage.browser.value(&format!("beian.identify({})", json!(token("u7", 600))));
    stage.browser.within(PART, |frame| frame.wait("!document.getElementById('account').hidden"));
    assert_eq!(stage.asked("我是谁"), "u7");
    stage.browser.value(&format!("beian.identify({})", json!(token("u8", 600))));
    stage.browser.within(PART, |frame| {
        frame.wait("document.querySelectorAll('.turn').length === 0");
        frame.wait("document.getElementById('signed').textContent.includes('还没有关联')");
        assert_eq!(
            frame.value("document.getElementById('link').hidden"),
            true,
            "without an account there is no code"
        );
    });
    assert_eq!(stage.asked("我是谁"), "u8");

    // Signed out, then a reload: what u8 was told is gone from the page.
    stage.visit();
    stage.browser.within(PART, |frame| {
        frame.wait("document.querySelectorAll('#examples button').length > 0");
        assert_eq!(frame.value("document.querySelectorAll('.turn').length"), 0);
    });
    assert!(stage.asked("我是谁").starts_with("session-"));
}

#[test]
fn a_site_without_an_address_for_tokens_is_asked_by_an_event() {
    let first = token("u7", -600);
    let Some(mut stage) = stage(&format!("data-token={first}"), None) else { return };
    stage.open(1280, 800, false);
    assert_eq!(
        stage.browser.value("document.querySelector('[data-token]')"),
        Value::Null,
        "taken out of the document"
    );
    let fresh = token("u7", 600);
    stage.browser.value(&format!(
        "window.heard = 0; document.addEventListener('beian:token', () => {{ window.heard += 1; beian.identify({}); }})",
        json!(fresh)
    ));
    stage.launch();
    assert_eq!(stage.asked("我是谁"), "u7");
    assert_eq!(stage.browser.value("window.heard"), 1);
}

#[test]
fn a_code_for_another_channel_is_shown_to_who_is_signed_in() {
    let Some(mut stage) = stage("data-lang=zh data-token-url=/chat-token", None) else { return };
    *stage.site.token.lock().unwrap() = Some(token("u7", 600));
    stage.open(1280, 800, false);
    stage.launch();
    let shown = stage.browser.within(PART, |frame| {
        frame.wait("!document.getElementById('link').hidden");
        assert_eq!(frame.text("document.getElementById('link').textContent"), "在 Discord 里绑定");
        click(frame, "document.getElementById('link')");
        frame.wait("document.querySelector('#code strong') !== null");
        assert!(frame.text("document.getElementById('code').textContent").contains("10 分钟"));
        frame.text("document.querySelector('#code strong').textContent")
    });
    assert!(beian::channels::Code::read(&shown).is_some(), "{shown}");
    // In the other language it is the same code.
    stage.browser.within(PART, |frame| {
        click(frame, "document.getElementById('language')");
        assert_eq!(frame.text("document.querySelector('#code strong').textContent"), shown);
        assert!(frame.text("document.getElementById('code').textContent").contains("10 minutes"));
    });
}

#[test]
fn a_site_that_is_not_listed_gets_no_chat_but_a_link() {
    let Some(mut stage) = stage("data-lang=zh", Some("https://shop.example")) else { return };
    stage.open(1280, 800, false);
    click(&mut stage.browser, &format!("{ROOT}.querySelector('.launch')"));
    stage.browser.wait(&format!("!{ROOT}.querySelector('.trouble').hidden"));
    assert!(
        stage.browser.text(&format!("{ROOT}.querySelector('.trouble').textContent")).contains("没有打开")
    );
    let link = stage.browser.text(&format!("{ROOT}.querySelector('.trouble a').href"));
    assert_eq!(link, format!("http://{}/", stage.chat.addr));
    let complaints = stage.browser.complaints().join("\n");
    assert!(complaints.contains("frame-ancestors") || complaints.contains("Framing"), "{complaints}");
    stage.browser.key("Escape", 27, false);
    stage.browser.wait(&format!("{ROOT}.querySelector('.panel').hidden"));
    assert_eq!(stage.browser.value(&format!("{ROOT}.activeElement?.className")), "launch");
}

#[test]
fn a_reply_that_comes_while_the_chat_is_closed_is_told() {
    let Some(mut stage) = stage("data-lang=zh", None) else { return };
    stage.open(1280, 800, false);
    stage.launch();
    stage.browser.within(PART, |frame| {
        frame.wait("document.activeElement.id === 'text'");
        frame.types("慢一点");
        frame.key("Enter", 13, false);
        frame.wait("!document.getElementById('typing').hidden");
        frame.key("Escape", 27, false);
    });
    stage.browser.wait(&format!("!{ROOT}.querySelector('.dot').hidden"));
    let label = format!("{ROOT}.querySelector('.launch').getAttribute('aria-label')");
    assert!(stage.browser.text(&label).contains("新回复"));
    stage.browser.value("beian.open()");
    assert_eq!(stage.browser.value(&format!("{ROOT}.querySelector('.dot').hidden")), true);
}

#[test]
fn on_a_phone_the_chat_fills_the_screen_and_the_site_waits_behind_it() {
    let Some(mut stage) = stage("data-lang=zh", None) else { return };
    stage.open(360, 740, false);
    stage.launch();
    let room = stage.browser.value(&format!(
        "(() => {{ const box = {ROOT}.querySelector('iframe').getBoundingClientRect(); return [box.left, box.top, box.width, box.height]; }})()"
    ));
    assert_eq!(room, json!([0, 0, 360, 740]));
    assert_eq!(stage.browser.value("[...document.body.children].filter((node) => node.inert).length"), 4);
    assert_eq!(stage.browser.text("document.documentElement.style.overflow"), "hidden");
    assert_eq!(
        stage.browser.text(&format!("{ROOT}.querySelector('.panel').getAttribute('aria-modal')")),
        "true"
    );
    stage.browser.within(PART, |frame| {
        assert_eq!(frame.value("document.documentElement.scrollWidth"), 360);
        click(frame, "document.getElementById('close')");
    });
    stage.browser.wait(&format!("{ROOT}.querySelector('.panel').hidden"));
    assert_eq!(stage.browser.value("[...document.body.children].filter((node) => node.inert).length"), 0);
    assert_eq!(stage.browser.text("document.documentElement.style.overflow"), "");
    // Wide again, it is a window in the corner.
    assert_eq!(
        stage.browser.value(&format!("getComputedStyle({ROOT}.querySelector('.launch')).visibility")),
        "visible"
    );
}

//! The chat page for everybody: contrast, the keyboard, replies of any size, and a server that is slow, full or gone.

use beian::domain::reply::{Kind, Reply};
use serde_json::json;

use crate::browser::devtools::Browser;
use crate::browser::{LAST_ANSWER, ask, click, guide, page};
use crate::http::server::{answered_by, demo_people};

/// Every piece of text that can be seen, whose colour differs too little from what is behind it: by the formula of WCAG 2, at least
/// 4.5 to 1, or 3 to 1 for large letters.
const FAINT: &str = r"(() => {
  const parse = (text) => { const n = text.match(/[\d.]+/g).map(Number); return { c: n.slice(0, 3), a: n[3] ?? 1 }; };
  const over = (top, under) => top.c.map((v, i) => v * top.a + under[i] * (1 - top.a));
  const light = (c) => { const [r, g, b] = c.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (node) => { const layers = []; for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor)); return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]); };
  const faint = []; let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility() || node.closest('.unseen, .skip, noscript')) continue;
    const style = getComputedStyle(node);
    const behind = ground(node);
    const [a, b] = [light(over(parse(style.color), behind)), light(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    seen += 1;
    if (ratio < (size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${text.data.trim().slice(0, 20)}`);
  }
  return { seen, faint };
})()";

fn assert_readable(browser: &mut Browser, place: &str) {
    let found = browser.value(FAINT);
    assert!(found["seen"].as_u64().is_some_and(|seen| seen > 8), "{place}: {found}");
    assert_eq!(found["faint"], json!([]), "{place}");
}

#[test]
fn every_text_can_be_read_in_light_and_dark() {
    let Some((server, mut browser)) = page(guide().with_demo(demo_people()), 1280, 800, "zh-CN", "") else {
        return;
    };
    for dark in [false, true] {
        browser.tab(1280, 800, dark, "zh-CN");
        browser.open(&format!("http://{}/", server.addr));
        browser.wait("document.querySelectorAll('#people input').length === 3");
        assert_readable(&mut browser, "empty");
        for text in ["备案被驳回了怎么办", "今天天气怎么样", "我的订单还能撤回吗", "转人工"]
        {
            ask(&mut browser, text);
            assert_readable(&mut browser, text);
        }
        browser.value("window.fetch = () => Promise.reject(new TypeError('gone'))");
        browser.types("还在吗");
        browser.key("Enter", 13, false);
        browser.wait("document.querySelector('.failure') !== null");
        assert_readable(&mut browser, "failed");
        // The measure itself: what is too faint is found.
        browser.value("document.querySelector('.failure p').style.color = '#888'");
        assert_ne!(browser.value(FAINT)["faint"], json!([]));
    }
}

#[test]
fn the_keyboard_reaches_everything_and_one_sees_where_it_is() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    ask(&mut browser, "备案被驳回了怎么办");
    browser.value("document.activeElement.blur()");
    let wanted = browser.value(
        "[...document.querySelectorAll('a[href], button, input, textarea')].filter((node) => node.checkVisibility() && !node.disabled).length",
    );
    let mut reached: Vec<String> = Vec::new();
    for _ in 0..30 {
        browser.key("Tab", 9, false);
        let here = browser.value(
            "(() => { const node = document.activeElement; const style = getComputedStyle(node); \
             const ring = style.outlineStyle !== 'none' || (node.id === 'text' && getComputedStyle(node.closest('form')).borderColor === 'rgb(11, 107, 93)'); \
             return node === document.body ? null : { name: node.id || node.className + node.textContent, ring, stop: node.matches('a, button, input, textarea') }; })()",
        );
        // Past the last stop, and before the first, it is with the browser.
        if here.is_null() {
            if reached.is_empty() {
                continue;
            }
            break;
        }
        assert_eq!(here["ring"], true, "one sees that the keyboard is at {here}");
        let name = here["name"].as_str().unwrap().to_owned();
        if here["stop"] == true && !reached.contains(&name) {
            reached.push(name);
        }
    }
    assert_eq!(json!(reached.len()), wanted, "{reached:?}");
    assert!(reached[0].starts_with("skip"), "the first stop leads past the rest: {reached:?}");
    assert_eq!(reached.last().map(String::as_str), Some("text"), "{reached:?}");
}

#[test]
fn arrows_go_along_suggestions_and_a_choice_leaves_the_keyboard_at_the_text() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    browser.wait("document.querySelectorAll('#examples button').length > 3");
    browser.value("document.querySelector('#examples button').focus()");
    let here = "[...document.querySelectorAll('#examples button, .chip')].indexOf(document.activeElement)";
    for (key, code, at) in [
        ("ArrowDown", 40, 1),
        ("ArrowRight", 39, 2),
        ("ArrowUp", 38, 1),
        ("Home", 36, 0),
        ("ArrowLeft", 37, 0),
        ("End", 35, 5),
    ] {
        browser.key(key, code, false);
        assert_eq!(browser.value(here), at, "{key}");
    }
    browser.key("Home", 36, false);
    browser.key("Enter", 13, false);
    browser.wait("document.querySelectorAll('.chip').length === 3");
    assert_eq!(
        browser.text("document.activeElement.id"),
        "text",
        "the button is gone, the keyboard isn't lost"
    );
    browser.value("document.querySelector('.chip').focus()");
    browser.key("End", 35, false);
    assert_eq!(browser.text("document.activeElement.textContent"), "转人工");
    browser.key("Enter", 13, false);
    browser.wait("document.querySelectorAll('#log .bot').length === 2");
    assert_eq!(browser.text("document.activeElement.id"), "text");
}

/// A reply of more than a million characters, with markup that isn't.
struct Talker;

impl beian::assistant::Answer for Talker {
    fn answer(&self, incoming: &beian::assistant::Incoming) -> Reply {
        let markup = "**备案** <img src=x onerror=boom()> `码` [链](javascript:boom()) 🙂\n\n";
        let long = format!("{}{markup}", "备案通过之后才能开通网站。".repeat(400)).repeat(200);
        let text = if incoming.text == "短" { markup } else { &long };
        let mut reply = Reply::new(Kind::Answer, text);
        reply.suggestions = vec!["很长的建议".repeat(200), "短".to_owned()];
        reply
    }
}

#[test]
fn a_huge_reply_is_shown_and_the_newest_of_it_all_is_kept() {
    let Some((server, mut browser)) = page(answered_by(Talker), 360, 740, "zh-CN", "") else { return };
    for _ in 0..5 {
        ask(&mut browser, "长");
    }
    ask(&mut browser, "短");
    assert_eq!(browser.value("document.querySelectorAll('#log :is(img, script, iframe)').length"), 0);
    assert_eq!(browser.value("document.documentElement.scrollWidth"), 360);
    assert!(
        browser.value("document.querySelectorAll('#log .bot')[0].textContent.length").as_u64().unwrap()
            > 900_000
    );
    // More than the browser keeps for one site: what is left after a reload ends with the last answer.
    browser.open(&format!("http://{}/", server.addr));
    browser.wait(&format!("{LAST_ANSWER} !== null"));
    let turns = browser.value("document.querySelectorAll('.turn').length").as_u64().unwrap();
    assert!((2..12).contains(&turns), "{turns} turns");
    assert!(browser.text(&format!("{LAST_ANSWER}.textContent")).len() < 200);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// What the page says when the server answers a question like this; then it works again.
fn refused(browser: &mut Browser, answer: &str) -> String {
    browser.value(&format!("window.real ??= window.fetch; window.fetch = async () => {{ {answer} }}"));
    browser.types("还在吗");
    browser.key("Enter", 13, false);
    browser.wait("document.querySelector('.failure') !== null");
    let said = browser.text("document.querySelector('.failure p').textContent");
    assert_eq!(browser.text("document.querySelector('.failure').getAttribute('role')"), "alert");
    browser.value("window.fetch = window.real");
    click(browser, "document.querySelector('.again')");
    browser.wait("document.querySelector('.failure') === null && document.getElementById('typing').hidden");
    assert_eq!(
        browser.text(&format!("{LAST_ANSWER}.textContent")),
        "还在吗",
        "the same question, asked again"
    );
    said
}

#[test]
fn a_server_that_is_full_broken_or_gone_is_told_calmly_and_asked_again() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    browser.wait("document.activeElement.id === 'text'");
    let envelope =
        |code: &str| format!("JSON.stringify({{error: {{code: '{code}', message: 'm', hint: 'h'}}}})");
    let full = format!(
        "return new Response({}, {{status: 429, headers: {{'Retry-After': '7'}}}})",
        envelope("too_many")
    );
    let said = refused(&mut browser, &full);
    assert!(said.contains("提问的人比较多") && said.contains("约 7 秒后"), "{said}");
    let busy = format!(
        "return new Response({}, {{status: 503, headers: {{'Retry-After': '1'}}}})",
        envelope("busy")
    );
    let said = refused(&mut browser, &busy);
    assert!(said.contains("提问的人比较多") && !said.contains("秒后"), "{said}");
    for broken in [
        format!("return new Response({}, {{status: 500}})", envelope("internal")),
        "return new Response('<html>bad gateway</html>', {status: 502})".to_owned(),
        "return new Response('{', {status: 200})".to_owned(),
    ] {
        assert!(refused(&mut browser, &broken).contains("服务器出了点问题"), "{broken}");
    }
    assert!(refused(&mut browser, "throw new TypeError('failed')").contains("没有连上服务器"));
    let offline = "Object.defineProperty(navigator, 'onLine', {value: false, configurable: true}); throw new TypeError('failed')";
    assert!(refused(&mut browser, offline).contains("网络断开了"));
    // Nothing was said twice, and nothing is left over.
    assert_eq!(browser.value("document.querySelectorAll('.you').length"), 7);
    assert_eq!(browser.value("document.querySelectorAll('#log .bot').length"), 7);
}

#[test]
fn what_moves_stands_still_where_that_is_asked_for() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    // The browser of these tests asks for it.
    ask(&mut browser, "备案被驳回了怎么办");
    let moving =
        browser.value("document.getAnimations().filter((one) => one.effect.getTiming().duration > 1).length");
    assert_eq!(moving, 0);
    browser.call("Emulation.setEmulatedMedia", &json!({"features": []}));
    browser.types("慢一点");
    browser.key("Enter", 13, false);
    browser.wait("document.getAnimations().some((one) => one.effect.getTiming().duration > 1)");
}

#[test]
fn what_a_human_says_appears_by_itself_and_the_assistant_is_back_after_them() {
    let Some((server, mut browser)) = page(crate::http_feedback::busy_site(), 1280, 800, "zh-CN", "") else {
        return;
    };
    ask(&mut browser, "转人工");
    let number = server.get("/v1/handovers?as=demo-agent").json()["handovers"][0]["number"].clone();
    let to = |what: &str| format!("/v1/handovers/{number}/{what}?as=demo-agent");
    let sent =
        server.send(&to("answer"), &json!({"text": "您好，我是**小王** <img src=x>", "holder": "小王"}));
    assert_eq!(sent.status, 202, "{sent:?}");
    browser.wait("document.querySelector('.badge.human')?.textContent === '人工客服'");
    let said = format!("{LAST_ANSWER}.textContent");
    assert_eq!(browser.text(&said), "您好，我是小王 <img src=x>");
    ask(&mut browser, "在吗");
    assert!(browser.text(&said).contains("您的话已经留给他们"));
    // After a reload the next thing they say still comes, and nothing twice.
    browser.open(&format!("http://{}/", server.addr));
    browser.wait("document.querySelectorAll('.turn.bot').length === 3");
    server.send(&to("answer"), &json!({"text": "办好了", "holder": "小王"}));
    browser.wait("document.querySelectorAll('.badge.human').length === 2");
    assert_eq!(browser.text(&said), "办好了");
    assert_eq!(server.send(&to("give_back"), &json!(null)).status, 200);
    ask(&mut browser, "备案要多久");
    assert!(browser.value("document.querySelector('#log .bot:last-of-type .badge')").is_null());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

//! The chat page in a real browser. Without a Chromium on the path these tests say so and do nothing.
//!
//! With `BEIAN_PICTURES` set to a folder the last test also leaves pictures of the page there.

#[path = "browser_devtools.rs"]
pub(crate) mod devtools;

use std::path::PathBuf;
use std::time::Duration;

use beian::assistant::{Answer, Incoming};
use beian::channels::http::Site;
use beian::domain::reply::{Citation, Kind, Reply};
use serde_json::{Value, json};

use crate::http::server::{Server, answered_by, demo_people};
use devtools::{Browser, chromium};

pub(crate) const LAST_ANSWER: &str = "document.querySelector('#log .bot:last-of-type .prose')";

/// Answers a few questions as the assistant would, and the rest with the question itself as Markdown.
pub(crate) struct Guide;

impl Answer for Guide {
    fn answer(&self, incoming: &Incoming) -> Reply {
        let citation = |doc: &str, heading: &str, as_of: Option<&str>| Citation {
            doc: doc.to_owned(),
            heading: heading.to_owned(),
            anchor: None,
            as_of: as_of.map(|date| date.parse().expect("a date")),
        };
        let suggest = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        match incoming.text.as_str() {
            "备案被驳回了怎么办" => {
                let text = "先看驳回通知里写的原因，改好后**重新提交**即可，不用另开订单。\n\n\
                            1. 在备案控制台打开这个订单，找到标红的栏目。\n\
                            2. 按原因修改：\n   - 域名持有者与主体不一致：先办域名过户\n   - 网站名称不合要求：换一个名称\n\
                            3. 再次提交，初审约需 `1` 个工作日。\n\n\
                            | 由谁驳回 | 接下来 |\n|---|---|\n| 服务商初审 | 修改后直接提交 |\n| 管局 | 按管局意见修改，再从初审走起 |";
                let mut reply = Reply::new(Kind::Answer, text);
                reply.citations = vec![
                    citation("驳回原因.md", "备案被驳回后怎样处理", Some("2019-05-08")),
                    citation("审核与进度.md", "审核要经过哪几步", Some("2019-08-20")),
                ];
                reply.suggestions = suggest(&["我的订单为什么被驳回", "审核一般要多久", "转人工"]);
                reply
            }
            "我的订单还能撤回吗" => {
                let text = "**可以。** 订单 `20190812001` 正在初审，人脸核验还没有做，可以撤回修改，也可以放弃。\n\n\
                            > 通过核验之后就停不下来了，要改请趁早。";
                let mut reply = Reply::new(Kind::Action, text);
                reply.citations = vec![citation("取消接入.md", "订单什么时候可以撤回", Some("2019-05-08"))];
                reply.suggestions = suggest(&["怎么撤回", "撤回后要重新填吗"]);
                reply.outcome = Some(json!({"order": "20190812001", "allowed": true}));
                reply
            }
            "今天天气怎么样" => {
                let mut reply =
                    Reply::new(Kind::NoAnswer, "这个我不了解，只能回答备案方面的问题。要不要转给人工？");
                reply.suggestions = suggest(&["转人工"]);
                reply
            }
            "转人工" => Reply::new(Kind::Handoff, "好的，已经为您转给人工，请稍等。"),
            "慢一点" => {
                std::thread::sleep(Duration::from_millis(1500));
                Reply::new(Kind::Answer, "来了。")
            }
            "我是谁" => Reply::new(Kind::Answer, incoming.user.clone().unwrap_or_default()),
            "哪个对话" => Reply::new(Kind::Answer, incoming.conversation.clone()),
            other => {
                let mut reply = Reply::new(Kind::Answer, other);
                reply.suggestions = suggest(&["<b>粗</b><img src=x onerror=boom()>"]);
                reply.citations = vec![citation("<i>文档</i>.md", "<img src=x onerror=boom()>", None)];
                reply
            }
        }
    }
}

/// A browser with the page open, or `None` and word of it.
pub(crate) fn page(
    site: Site,
    width: u32,
    height: u32,
    languages: &str,
    fragment: &str,
) -> Option<(Server, Browser)> {
    let Some(chromium) = chromium() else {
        eprintln!(
            "SKIPPED: no chromium, chromium-browser or google-chrome on PATH, the chat page is not tested"
        );
        return None;
    };
    let server = Server::start(site);
    let mut browser = Browser::start(&chromium);
    browser.tab(width, height, false, languages);
    browser.open(&format!("http://{}/{fragment}", server.addr));
    Some((server, browser))
}

pub(crate) fn guide() -> Site {
    answered_by(Guide)
}

/// Asks by the keyboard and waits for the answer.
pub(crate) fn ask(browser: &mut Browser, text: &str) {
    let before = browser.value("document.querySelectorAll('#log .bot').length");
    browser.value("document.getElementById('text').focus()");
    browser.types(text);
    browser.key("Enter", 13, false);
    browser.wait(&format!("document.querySelectorAll('#log .bot').length === {before} + 1"));
}

pub(crate) fn click(browser: &mut Browser, expression: &str) {
    browser.value(&format!("{expression}.click()"));
}

#[test]
fn an_answer_shows_its_text_its_sources_and_what_to_say_next() {
    let Some((server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "#ask=备案被驳回了怎么办")
    else {
        return;
    };
    browser.wait(&format!("{LAST_ANSWER} !== null"));
    assert_eq!(browser.text("document.querySelector('.said').textContent"), "备案被驳回了怎么办");
    assert_eq!(browser.text(&format!("{LAST_ANSWER}.querySelector('strong').textContent")), "重新提交");
    assert_eq!(browser.value(&format!("{LAST_ANSWER}.querySelectorAll('ol > li').length")), 3);
    assert_eq!(
        browser.value(&format!("{LAST_ANSWER}.querySelectorAll('ol > li:nth-child(2) > ul > li').length")),
        2
    );
    assert_eq!(browser.value(&format!("{LAST_ANSWER}.querySelectorAll('tbody tr').length")), 2);
    assert_eq!(
        browser.value("[...document.querySelectorAll('.sources li')].map((item) => item.innerText)"),
        json!([
            "备案被驳回后怎样处理 · 驳回原因 · 资料日期 2019-05-08",
            "审核要经过哪几步 · 审核与进度 · 资料日期 2019-08-20"
        ])
    );
    assert_eq!(
        browser.value("[...document.querySelectorAll('.chip')].map((chip) => chip.textContent)"),
        json!(["我的订单为什么被驳回", "审核一般要多久", "转人工"])
    );
    assert_eq!(
        browser.value("document.querySelector('#log .badge')"),
        Value::Null,
        "a plain answer needs no badge"
    );
    assert_eq!(browser.text("location.hash"), "", "a reload must not ask again");

    click(&mut browser, "[...document.querySelectorAll('.chip')].at(-1)");
    browser.wait("document.querySelectorAll('#log .bot').length === 2");
    assert_eq!(browser.text("document.querySelector('.badge').textContent"), "转人工");
    assert_eq!(browser.value("document.querySelectorAll('.chip').length"), 0, "old suggestions are gone");

    let addresses = browser.requested();
    let own = format!("http://{}/", server.addr);
    assert!(
        addresses.len() > 5 && addresses.iter().all(|address| address.starts_with(&own)),
        "{addresses:?}"
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn markup_in_questions_answers_sources_and_suggestions_stays_text() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    let attack = "<script>boom()</script> <img src=x onerror=boom()> **<b>b</b>** `<i>c</i>` \
                  [a](javascript:boom()) [d](data:text/html,x) [e](https://example.com/?a=1&b=\"onclick=boom()) \
                  <a href=\"https://example.com\">f</a> &lt;u&gt;";
    browser.value("window.boomed = 0; window.boom = () => { window.boomed += 1; }");
    ask(&mut browser, attack);
    assert_eq!(browser.text("document.querySelector('.said').textContent"), attack);
    let text = browser.text(&format!("{LAST_ANSWER}.textContent"));
    for part in ["<script>boom()</script>", "<img src=x onerror=boom()>", "<b>b</b>", "<i>c</i>", "&lt;u&gt;"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(
        browser.value(
            "document.querySelectorAll('#log :is(script, img, iframe, b, i, u, [onclick], [onerror])').length"
        ),
        0
    );
    let links = browser.value(
        "[...document.querySelectorAll('#log a')].map((a) => [new URL(a.href).protocol, a.rel, a.target])",
    );
    for link in links.as_array().expect("a list") {
        assert_eq!(link, &json!(["https:", "noopener noreferrer", "_blank"]));
    }
    assert!(text.contains("[a](javascript:boom())") && text.contains("[d](data:text/html,x)"), "{text}");
    assert_eq!(
        browser.text("document.querySelector('.sources .heading').textContent"),
        "<img src=x onerror=boom()>"
    );
    assert_eq!(
        browser.text("document.querySelector('.chip').textContent"),
        "<b>粗</b><img src=x onerror=boom()>"
    );
    browser.value("new Promise((done) => setTimeout(done, 200))");
    assert_eq!(browser.value("window.boomed"), 0);
    // Were a script to get in, the browser would refuse it.
    let refused = browser.value(
        "(() => { try { document.body.innerHTML = '<p>'; return 'set'; } catch (e) { return e.name; } })()",
    );
    assert_eq!(refused, "TypeError", "trusted types");
}

#[test]
fn markdown_becomes_nodes() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    let cases = [
        ("a **b** c", "<p>a <strong>b</strong> c</p>"),
        ("138****8000 和 2*3*4", "<p>138****8000 和 2*3*4</p>"),
        ("这是**重点**，*注意*", "<p>这是<strong>重点</strong>，<em>注意</em></p>"),
        ("**没有结束", "<p>**没有结束</p>"),
        ("一\n二\n\n三", "<p>一<br>二</p><p>三</p>"),
        ("# 甲\n## 乙", "<h3>甲</h3><h4>乙</h4>"),
        (
            "- 一\n- 二\n  1. 子\n  2. 女\n- 三",
            "<ul><li>一</li><li>二<ol><li>子</li><li>女</li></ol></li><li>三</li></ul>",
        ),
        ("1. 一\n\n2. 二\n\n完", "<ol><li>一</li><li>二</li></ol><p>完</p>"),
        ("3) 三\n4) 四", "<ol start=\"3\"><li>三</li><li>四</li></ol>"),
        ("前言：\n- 一\n- 二", "<p>前言：</p><ul><li>一</li><li>二</li></ul>"),
        ("- 一\n1. 二", "<ul><li>一</li></ul><ol><li>二</li></ol>"),
        ("> 引\n> - 用\n\n后", "<blockquote><p>引</p><ul><li>用</li></ul></blockquote><p>后</p>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
        ("`a*b*`", "<p><code>a*b*</code></p>"),
        ("\\*不斜\\*", "<p>*不斜*</p>"),
        ("2019-08-20 起，-5 度，1.5 倍", "<p>2019-08-20 起，-5 度，1.5 倍</p>"),
        ("**可以。** 订单还能停", "<p><strong>可以。</strong> 订单还能停</p>"),
        ("*重点* 在后\n-5 度\n1.5 倍", "<p><em>重点</em> 在后<br>-5 度<br>1.5 倍</p>"),
        ("1.域名\n2.网站", "<ol><li>域名</li><li>网站</li></ol>"),
        ("---", "<hr>"),
        ("a | b", "<p>a | b</p>"),
        ("[域名](ftp://x.cn)", "<p>[域名](ftp://x.cn)</p>"),
    ];
    for (text, html) in cases {
        let script = format!(
            "import('/page/markdown.js').then((m) => {{ const d = document.createElement('div'); \
             d.append(m.markdown({}, {{table: 't', newTab: ''}})); return d.innerHTML; }})",
            json!(text)
        );
        assert_eq!(browser.text(&script), html, "{text:?}");
    }
    let link = browser.text(
        "import('/page/markdown.js').then((m) => { const d = document.createElement('div'); \
         d.append(m.markdown('见 https://beian.miit.gov.cn/a_b?c=1。另见（http://x.cn）', {newTab: ''})); \
         return [...d.querySelectorAll('a')].map((a) => a.href + ' ' + a.textContent).join(' | '); })",
    );
    assert_eq!(
        link,
        "https://beian.miit.gov.cn/a_b?c=1 https://beian.miit.gov.cn/a_b?c=1 | http://x.cn/ http://x.cn"
    );
    // Hostile lengths and depths end, and soon.
    let spent = browser.value(
        "import('/page/markdown.js').then((m) => { const start = performance.now(); \
         for (const piece of ['> ', '- ', '**', '*a ', '[', '`', '|', '[a](', '1. ', '\\n  - x']) { \
         m.markdown(piece.repeat(20000 / piece.length), {}); } return performance.now() - start; })",
    );
    assert!(spent.as_f64().is_some_and(|spent| spent < 5000.0), "{spent} ms");
}

#[test]
fn the_keyboard_sends_starts_lines_and_leaves_an_input_method_alone() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    browser.wait("document.activeElement.id === 'text'");
    assert_eq!(browser.value("document.getElementById('send').disabled"), true);
    browser.key("Enter", 13, false);
    assert_eq!(browser.value("document.querySelectorAll('.turn').length"), 0, "nothing to send");

    // Enter while an input method composes picks a word and sends nothing.
    browser
        .call("Input.imeSetComposition", &json!({"text": "beian", "selectionStart": 5, "selectionEnd": 5}));
    browser.key("Enter", 229, false);
    browser.key("Enter", 13, false);
    assert_eq!(browser.value("document.querySelectorAll('.turn').length"), 0, "still composing");
    browser.value("document.getElementById('text').blur(); document.getElementById('text').value = ''; document.getElementById('text').focus()");
    browser.types("第一行");
    // Safari ends the composition first and marks the key with 229 only.
    browser.key("Enter", 229, false);
    assert_eq!(browser.value("document.querySelectorAll('.turn').length"), 0, "the input method's own Enter");
    browser.key("Enter", 13, true);
    browser.types("第二行");
    browser.wait("document.getElementById('text').value.includes('\\n')");
    browser.key("Enter", 13, false);
    browser.wait(&format!("{LAST_ANSWER} !== null"));
    assert_eq!(browser.text("document.querySelector('.said').textContent"), "第一行\n第二行");
    assert_eq!(browser.text("document.getElementById('text').value"), "");
    assert_eq!(browser.text("document.activeElement.id"), "text", "ready for the next question");
}

#[test]
fn a_screen_reader_finds_names_for_everything() {
    let Some((_server, mut browser)) = page(guide().with_demo(demo_people()), 1280, 800, "zh-CN", "") else {
        return;
    };
    browser.wait("document.querySelectorAll('#people input').length === 3");
    ask(&mut browser, "备案被驳回了怎么办");
    let nameless = browser.value(
        "[...document.querySelectorAll('button, input, textarea')].filter((node) => !node.closest('[hidden]') && \
         !(node.getAttribute('aria-label') || node.labels?.[0]?.textContent.trim() || node.textContent.trim())).map((node) => node.outerHTML)",
    );
    assert_eq!(nameless, json!([]));
    assert_eq!(browser.text("document.getElementById('log').getAttribute('role')"), "log");
    browser.wait("document.getElementById('log').getAttribute('aria-live') === 'polite'");
    assert_eq!(browser.text("document.querySelector('.bot .prose').lang"), "zh-CN");
    assert_eq!(browser.text("document.querySelector('.bot h3').textContent"), "助手答：");
    assert_eq!(
        browser.text(
            "document.querySelector('#people').closest('fieldset').querySelector('legend').textContent"
        ),
        "演示身份"
    );
}

#[test]
fn a_reload_keeps_the_conversation_and_a_new_one_forgets_it() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    ask(&mut browser, "哪个对话");
    let conversation = browser.text(&format!("{LAST_ANSWER}.textContent"));
    browser.value("window.before = true; location.reload()");
    browser.wait("window.before === undefined && document.querySelectorAll('#log .bot').length === 1");
    assert_eq!(browser.value("document.getElementById('welcome').hidden"), true);
    ask(&mut browser, "哪个对话");
    assert_eq!(
        browser.text(&format!("{LAST_ANSWER}.textContent")),
        conversation,
        "the same conversation goes on"
    );

    click(&mut browser, "document.getElementById('fresh')");
    assert_eq!(browser.value("document.querySelectorAll('.turn').length"), 0);
    assert_eq!(browser.value("document.getElementById('welcome').hidden"), false);
    ask(&mut browser, "哪个对话");
    assert_ne!(browser.text(&format!("{LAST_ANSWER}.textContent")), conversation);
}

#[test]
fn the_demo_switch_changes_who_asks() {
    let Some((_server, mut browser)) = page(guide().with_demo(demo_people()), 1280, 800, "zh-CN", "") else {
        return;
    };
    browser.wait("document.querySelectorAll('#people input').length === 3");
    assert_eq!(
        browser.text("document.querySelector('#people input:checked').value"),
        "demo-1",
        "a newcomer has records"
    );
    assert!(browser.text("document.getElementById('about').textContent").contains("初审"));
    ask(&mut browser, "我是谁");
    assert_eq!(browser.text(&format!("{LAST_ANSWER}.textContent")), "demo-1");
    click(&mut browser, "document.querySelector('#people input[value=demo-2]')");
    assert!(browser.text("document.querySelector('.divider').textContent").contains("青禾科技"));
    ask(&mut browser, "我是谁");
    assert_eq!(browser.text(&format!("{LAST_ANSWER}.textContent")), "demo-2");
    click(&mut browser, "document.querySelector('#people input[value=\"\"]')");
    assert!(browser.text("document.getElementById('about').textContent").contains("没有关联"));
    ask(&mut browser, "我是谁");
    assert!(browser.text(&format!("{LAST_ANSWER}.textContent")).starts_with("session-"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn waiting_shows_and_a_lost_server_is_told_kindly() {
    let Some((mut server, mut browser)) = page(guide(), 1280, 800, "zh-CN", "") else { return };
    browser.wait("document.activeElement.id === 'text'");
    browser.types("慢一点");
    browser.key("Enter", 13, false);
    browser.wait("!document.getElementById('typing').hidden");
    assert_eq!(browser.value("document.getElementById('send').disabled"), true);
    browser.wait(&format!(
        "document.getElementById('typing').hidden && {LAST_ANSWER}?.textContent === '来了。'"
    ));

    server.tell_to_stop();
    let addr = server.addr;
    while std::net::TcpStream::connect(addr).is_ok() {
        std::thread::sleep(Duration::from_millis(20));
    }
    browser.types("还在吗");
    browser.key("Enter", 13, false);
    browser.wait("document.querySelector('.failure') !== null");
    assert_eq!(browser.text("document.querySelector('.failure').getAttribute('role')"), "alert");
    assert!(browser.text("document.querySelector('.failure p').textContent").contains("没有连上服务器"));
    click(&mut browser, "document.querySelector('.again')");
    browser.wait(
        "document.querySelectorAll('.failure').length === 1 && document.getElementById('typing').hidden",
    );
    assert_eq!(
        browser.value("document.querySelectorAll('.you').length"),
        2,
        "trying again does not repeat the question"
    );
}

#[test]
fn the_page_speaks_the_browsers_language_and_can_be_switched() {
    let Some((_server, mut browser)) = page(guide(), 1280, 800, "en-GB,zh", "") else { return };
    browser.wait("document.documentElement.lang === 'en'");
    assert_eq!(browser.text("document.title"), "Filing assistant");
    assert!(browser.text("document.querySelector('#examples button').textContent").contains("rejected"));
    click(&mut browser, "document.getElementById('language')");
    assert_eq!(browser.text("document.documentElement.lang"), "zh-CN");
    assert_eq!(browser.text("document.querySelector('h1').textContent"), "备案助手");
    browser.value("window.before = true; location.reload()");
    browser.wait("window.before === undefined && document.documentElement.lang === 'zh-CN'");
    // Both languages have the same words.
    let missing = browser.value(
        "import('/page/words.js').then(({WORDS}) => { const keys = (o) => Object.entries(o).flatMap(([k, v]) => \
         v && v.constructor === Object ? keys(v).map((x) => k + '.' + x) : [k]); \
         return [keys(WORDS.zh).join(), keys(WORDS.en).join()]; })",
    );
    assert_eq!(missing[0], missing[1]);
}

#[test]
fn nothing_sticks_out_at_any_width() {
    let Some((server, mut browser)) = page(guide().with_demo(demo_people()), 320, 640, "zh-CN", "") else {
        return;
    };
    let widest = "Math.max(...[...document.querySelectorAll('body *')].filter((node) => !node.closest('.table, .people, pre, .unseen, .skip') \
                  && node.offsetParent && getComputedStyle(node).position !== 'absolute').map((node) => node.getBoundingClientRect().right))";
    let long = "x".repeat(300);
    for (width, height, languages) in
        [(320, 640, "zh-CN"), (320, 640, "en"), (390, 844, "zh-CN"), (1280, 800, "en")]
    {
        browser.tab(width, height, false, languages);
        browser.open(&format!("http://{}/", server.addr));
        browser.wait("document.querySelectorAll('#people input').length === 3");
        assert!(
            browser.value(widest).as_f64().is_some_and(|right| right <= f64::from(width)),
            "empty, {width} {languages}"
        );
        for text in ["备案被驳回了怎么办", "今天天气怎么样", &long] {
            ask(&mut browser, text);
        }
        assert!(
            browser.value(widest).as_f64().is_some_and(|right| right <= f64::from(width)),
            "talking, {width} {languages}"
        );
        assert_eq!(browser.value("document.documentElement.scrollWidth"), width);
        let small = browser.value(
            "[...document.querySelectorAll('button')].filter((node) => node.offsetParent && \
             (node.offsetHeight < 36 || node.offsetWidth < 36)).map((node) => node.outerHTML)",
        );
        assert_eq!(small, json!([]), "every button is large enough for a finger");
    }
}

/// Where pictures go: the folder named in `BEIAN_PICTURES`, or one that goes away with the second value.
pub(crate) fn pictures_folder() -> (PathBuf, tempfile::TempDir) {
    let thrown_away = tempfile::tempdir().expect("a folder");
    let kept = std::env::var_os("BEIAN_PICTURES").map(PathBuf::from);
    let folder = kept.unwrap_or_else(|| thrown_away.path().to_owned());
    std::fs::create_dir_all(&folder).expect("the folder for pictures");
    (folder, thrown_away)
}

#[test]
fn the_page_can_be_pictured() {
    let Some((server, mut browser)) = page(guide().with_demo(demo_people()), 1280, 800, "zh-CN", "") else {
        return;
    };
    let (folder, _thrown_away) = pictures_folder();
    for (name, width, height, dark, languages) in [
        ("desktop", 1280, 800, false, "zh-CN"),
        ("desktop-dark", 1280, 800, true, "zh-CN"),
        ("phone", 390, 844, false, "zh-CN"),
        ("phone-dark", 390, 844, true, "zh-CN"),
        ("narrow", 320, 640, false, "en"),
        ("english", 1280, 800, false, "en"),
    ] {
        browser.tab(width, height, dark, languages);
        browser.open(&format!("http://{}/", server.addr));
        browser.wait("document.querySelectorAll('#people input').length === 3");
        browser.picture(&folder.join(format!("{name}-empty.png")));
        ask(&mut browser, "我的订单还能撤回吗");
        ask(&mut browser, "备案被驳回了怎么办");
        browser.picture(&folder.join(format!("{name}-answer.png")));
        ask(&mut browser, "今天天气怎么样");
        browser.types("慢一点");
        browser.key("Enter", 13, false);
        browser.wait("!document.getElementById('typing').hidden");
        let file = folder.join(format!("{name}-waiting.png"));
        browser.picture(&file);
        assert!(
            std::fs::read(&file).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG") && bytes.len() > 10_000)
        );
    }
}

#[test]
fn an_answer_is_rated_by_the_keyboard_and_the_reason_reaches_the_report() {
    let Some((server, mut browser)) = page(crate::http_feedback::busy_site(), 1280, 800, "zh-CN", "") else {
        return;
    };
    ask(&mut browser, "备案要多久");
    let [good, bad] =
        ["first", "last"].map(|which| format!("document.querySelector('.thumb:{which}-child')"));
    assert_eq!(browser.text(&format!("{good}.getAttribute('aria-label')")), "有帮助");
    browser.value(&format!("{bad}.focus()"));
    browser.key("Enter", 13, false);
    browser.wait(&format!("{bad}.getAttribute('aria-pressed') === 'true'"));
    // The reason is asked for where the keyboard is.
    browser.wait("document.activeElement === document.querySelector('.why input')");
    browser.types("没说清楚");
    browser.key("Enter", 13, false);
    browser.wait("document.querySelector('.why').hidden");
    assert_eq!(browser.text("document.querySelector('.told').textContent"), "已记下，谢谢。");
    assert_eq!(browser.text(&format!("{good}.getAttribute('aria-pressed')")), "false");
    let report = server.get("/v1/report?as=demo-agent").json();
    assert_eq!(report["totals"]["dislikes"], 1);
    assert!(report["clusters"].to_string().contains("没说清楚"));
    // It is remembered over a reload.
    browser.open(&format!("http://{}/", server.addr));
    browser.wait(&format!("{bad}?.getAttribute('aria-pressed') === 'true'"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_agents_report_is_drawn_and_can_be_pictured() {
    let Some((server, mut browser)) = page(crate::http_feedback::busy_site(), 1280, 800, "zh-CN", "") else {
        return;
    };
    let (folder, _thrown_away) = pictures_folder();
    for (name, width, height, dark, languages) in [
        ("report", 1280, 1600, false, "zh-CN"),
        ("report-dark", 1280, 1600, true, "zh-CN"),
        ("report-phone", 320, 1600, false, "en"),
    ] {
        browser.tab(width, height, dark, languages);
        browser.open(&format!("http://{}/agents/report?as=demo-agent", server.addr));
        browser.wait("document.querySelectorAll('.plots svg').length === 5");
        assert_eq!(
            browser.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            true,
            "{name}: nothing sticks out"
        );
        // A bar for each day with a message, and what people typed is text.
        assert_eq!(browser.value("document.querySelectorAll('.plots figure:first-child rect').length"), 19);
        assert_eq!(browser.value("document.querySelectorAll('main img').length"), 0);
        assert!(browser.text("document.querySelector('main').textContent").contains("<img src=x"));
        assert!(browser.text("document.querySelector('pre').textContent").contains("<!-- ask"));
        let file = folder.join(format!("{name}.png"));
        browser.picture(&file);
        assert!(std::fs::read(&file).is_ok_and(|bytes| bytes.len() > 10_000));
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

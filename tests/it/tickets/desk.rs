//! The agents' desk: answers that reach the user, proposals, queues, and the page on which all that is done.

use beian::channels::Key;
use beian::store::conversations::HandoverState;
use beian::store::keys::{ApiKey, Scope};
use beian::store::{Conversations as _, Keys as _};
use serde_json::{Value, json};

use super::chatwoot::{self, STATUS, message, send};
use super::{Answer, Bench};
use crate::browser::devtools::{Browser, chromium};
use crate::http::server::{Answered, exchange};

fn key(bench: &Bench, scope: Scope) -> Key {
    let key = Key::new().unwrap();
    let kept = ApiKey {
        handle: key.handle().to_owned(),
        key_hash: key.hash(),
        label: String::new(),
        scopes: vec![scope],
        channel: "desk".to_owned(),
        user: None,
        created_at: bench.now(),
        revoked_at: None,
    };
    bench.store.add_key(&kept).unwrap();
    key
}

fn call(bench: &Bench, key: Option<&Key>, path: &str, body: Option<&Value>) -> Answered {
    let shown = key.map_or_else(String::new, |key| format!("authorization: Bearer {key}\r\n"));
    let text = body.map_or_else(String::new, ToString::to_string);
    let method = if body.is_some() { "POST" } else { "GET" };
    exchange(
        bench.server.addr,
        format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{shown}content-type: application/json\r\ncontent-length: {}\r\n\r\n{text}",
            text.len()
        ),
    )
}

/// A conversation whose customer has asked for a human.
fn waiting() -> (Bench, Key) {
    let bench = chatwoot::bench(|_| ());
    send(&bench, &message(1, "转人工"));
    bench.platform.wait_for(3);
    bench.is_done();
    let agent = key(&bench, Scope::Agent);
    (bench, agent)
}

#[test]
fn a_human_s_answer_reaches_the_customer_once_and_is_kept() {
    let (bench, agent) = waiting();
    let says = json!({"text": "**您好**，我来处理。", "holder": "小王", "delivery": "d1"});
    let sent = call(&bench, Some(&agent), "/v1/handovers/1/answer", Some(&says));
    assert_eq!((sent.status, sent.json()), (202, json!({"delivery": "d1", "taken": true})), "{sent:?}");
    assert_eq!(call(&bench, Some(&agent), "/v1/handovers/1/answer", Some(&says)).json()["taken"], false);
    let calls = bench.platform.wait_for(4);
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 4);
    assert_eq!(
        calls[3].json(),
        json!({"content": "**您好**，我来处理。", "message_type": "outgoing", "private": false})
    );
    let taken = bench.store.handovers_under_way().unwrap();
    assert_eq!((taken[0].state, taken[0].taken_by.as_deref()), (HandoverState::Taken, Some("小王")));
    // It is in the conversation, and while the human has it the assistant proposes to them alone.
    send(&bench, &message(2, "备案要多久"));
    bench.is_done();
    assert_eq!(bench.platform.writes().len(), 4);
    let told = call(&bench, Some(&agent), "/v1/conversations/17", None).json();
    let turns = told["conversations"][0]["turns"].as_array().unwrap();
    assert_eq!((&turns[1]["text"], &turns[1]["reply"]["text"]), (&json!(""), &json!("**您好**，我来处理。")));
    assert_eq!((&turns[2]["text"], &turns[2]["reply"]["text"]), (&json!("备案要多久"), &json!("")));
    let id = turns[2]["id"].as_str().unwrap();
    let proposal = call(&bench, Some(&agent), &format!("/v1/replies/{id}/proposal"), None).json();
    assert_eq!(proposal["reply"]["kind"], "answer", "{proposal}");
    assert!(proposal["receipt"]["sections"].as_array().is_some_and(|sections| !sections.is_empty()));
    assert_eq!(
        told,
        call(&bench, Some(&agent), "/v1/conversations/17", None).json(),
        "nothing is kept of it"
    );
    // Somebody else can't speak into it; given back, the conversation is the bot's on the platform too.
    let other = json!({"text": "我也来", "holder": "小李"});
    let refused = call(&bench, Some(&agent), "/v1/handovers/1/answer", Some(&other)).error();
    assert_eq!(refused, (409, "not_yours".to_owned()));
    assert_eq!(call(&bench, Some(&agent), "/v1/handovers/1/give_back", Some(&json!({}))).status, 200);
    let calls = bench.platform.wait_for(5);
    assert_eq!((calls[4].path.as_str(), calls[4].json()), (STATUS, json!({"status": "pending"})));
    let late = call(&bench, Some(&agent), "/v1/handovers/1/answer", Some(&other)).error();
    assert_eq!(late, (404, "no_such_handover".to_owned()));
}

#[test]
fn only_agents_are_at_the_desk_and_only_channels_in_reach_are_answered() {
    let (bench, agent) = waiting();
    let asks = key(&bench, Scope::Channel);
    let says = json!({"text": "您好"});
    for (path, body) in
        [("/v1/desk", None), ("/v1/handovers/1/answer", Some(&says)), ("/v1/replies/x/proposal", None)]
    {
        assert_eq!(call(&bench, None, path, body).status, 401, "{path}");
        assert_eq!(call(&bench, None, &format!("{path}?as=demo-agent"), body).status, 401, "{path}");
        assert_eq!(call(&bench, Some(&asks), path, body).status, 403, "{path}");
    }
    for wrong in [
        json!({}),
        json!({"text": " "}),
        json!({"text": "x", "delivery": "a b"}),
        json!({"text": "x", "holder": "\n"}),
    ] {
        assert_eq!(call(&bench, Some(&agent), "/v1/handovers/1/answer", Some(&wrong)).status, 400, "{wrong}");
    }
    assert_eq!(call(&bench, Some(&agent), "/v1/replies/none/proposal", None).status, 404);
    let elsewhere = beian::store::conversations::Key {
        channel: "discord".to_owned(),
        user: Some("1001".to_owned()),
        conversation: "c".to_owned(),
    };
    let open = bench.store.open_handover(&elsewhere, bench.now(), "asked", "{}").unwrap();
    let path = format!("/v1/handovers/{}/answer", open.number);
    assert_eq!(call(&bench, Some(&agent), &path, Some(&says)).error(), (409, "out_of_reach".to_owned()));
    // What was given up is at the desk.
    bench.platform.will_answer([Answer::Status(401, json!({}))]);
    call(&bench, Some(&agent), "/v1/handovers/1/answer", Some(&says));
    bench.platform.wait_for(4);
    bench.is_done();
    let desk = call(&bench, Some(&agent), "/v1/desk", None).json();
    assert_eq!(desk["reaches"], json!(["chatwoot", "web"]));
    assert!(desk["dead"][0]["error"].as_str().is_some_and(|error| error.contains("401")), "{desk}");
    assert_eq!((&desk["queues"][0]["queue"], &desk["queues"][0]["dead"]), (&json!("chatwoot"), &json!(1)));
}

#[test]
fn an_agent_answers_on_the_page() {
    let Some(chromium) = chromium() else {
        eprintln!("no Chromium on the path: the agents' page is not tested");
        return;
    };
    let bench = chatwoot::bench(|_| ());
    send(&bench, &message(1, "我的订单还能撤吗 <img src=x onerror=alert(1)>"));
    send(&bench, &message(2, "转人工"));
    bench.platform.wait_for(4);
    bench.is_done();
    let agent = key(&bench, Scope::Agent);
    let mut browser = Browser::start(&chromium);
    browser.tab(1280, 900, false, "zh-CN");
    let page = format!("http://{}/agents", bench.server.addr);
    browser.open(&page);
    browser.wait("document.activeElement?.id === 'key'");
    browser.types("bk_wrong");
    browser.key("Enter", 13, false);
    browser.wait("document.getElementById('refused').textContent !== ''");
    browser.wait("document.activeElement?.id === 'key'");
    browser.types(&agent.to_string());
    browser.key("Enter", 13, false);
    browser.wait("document.querySelectorAll('#handovers button').length === 1");
    // The key is in no address, and gone with the tab.
    assert!(browser.requested().iter().all(|address| !address.contains("bk_")));
    browser.value("document.querySelector('#handovers button').click()");
    browser.wait("document.querySelectorAll('#case .turn').length === 2");
    browser.wait("document.getElementById('records').textContent.includes('20261117001')");
    assert_eq!(browser.value("document.querySelectorAll('main img').length"), 0);
    assert!(browser.text("document.querySelector('.said').textContent").contains("<img src=x"));
    // Why, under the answer.
    browser
        .value("[...document.querySelectorAll('#case .turn')][0].querySelector('[aria-expanded]').click()");
    browser.wait("document.querySelector('#case .receipt')?.textContent.includes('can_cancel_order')");
    // A section of the knowledge base is put into the box, mended and sent.
    browser.value("document.getElementById('query').focus()");
    browser.types("备案要多久");
    browser.key("Enter", 13, false);
    browser.wait("document.querySelectorAll('#found details').length > 1");
    browser.value("[...document.querySelectorAll('#found .row button')].find((one) => one.textContent === '填入').click()");
    browser.wait("document.getElementById('answer').value.length > 10");
    browser.value("document.getElementById('answer').value = '您好，我来看看。'");
    browser.value("document.querySelector('.write button').click()");
    browser.wait("document.querySelector('#case .mine')?.textContent === '您好，我来看看。'");
    assert_eq!(bench.platform.wait_for(5)[4].json()["content"], "您好，我来看看。");
    // What the assistant leaves to the human is proposed to them, and goes out with one click.
    send(&bench, &message(3, "备案要多久"));
    bench.is_done();
    browser.open(&format!("{page}#17"));
    browser.wait(
        "[...document.querySelectorAll('#case button')].some((one) => one.textContent === '看助手会怎么答')",
    );
    browser.value("[...document.querySelectorAll('#case button')].find((one) => one.textContent === '看助手会怎么答').click()");
    let last = "[...document.querySelectorAll('#case .turn')].at(-1)";
    browser.wait(&format!("{last}.textContent.includes('建议回复')"));
    browser.value(&format!(
        "[...{last}.querySelectorAll('button')].find((one) => one.textContent === '直接发送').click()"
    ));
    assert!(bench.platform.wait_for(6)[5].json()["content"].as_str().unwrap().contains("工作日"));
    browser.tab(320, 900, true, "en");
    browser.open(&page);
    browser.wait("document.activeElement?.id === 'key'");
    browser.types(&agent.to_string());
    browser.key("Enter", 13, false);
    browser.wait("document.querySelectorAll('#handovers button').length === 1");
    browser.value("document.querySelector('#handovers button').click()");
    browser.wait("document.querySelectorAll('#case .turn').length > 2");
    assert_eq!(
        browser.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
        true,
        "nothing sticks out"
    );
    // A wrong key is an answer of the server that browsers report, and the only one.
    let complaints = browser.complaints();
    assert!(complaints.iter().all(|one| one.contains("401")), "{complaints:?}");
}

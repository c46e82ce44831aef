//! Commands, buttons, menus: what they ask, and how what is answered looks.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_asks_what_it_is_for_in_every_language() {
    let stage = Stage::real("guild = \"500\"").await;
    let told = stage.fake.wait(Method::PUT, &format!("/guilds/{}/commands", fake::SERVER), 1).await;
    let commands: Vec<Value> = told.body.as_array().unwrap().clone();
    assert!(commands.iter().any(|command| command["type"] == 3 && command["name"] == "问 beian"));
    // The commands of intents by the one option that they have, and what it is given in this test.
    let given = [
        ("订单号", ORDER, vec!["order_status", "can_cancel_order", "why_rejected"]),
        ("域名", "example.cn", vec!["check_domain", "filing_type"]),
        ("实例", "", vec!["service_numbers_left", "check_server", "gift_time"]),
        ("省份", "浙江", vec!["sms_required"]),
        ("名称", "青禾书屋", vec!["website_name_check"]),
    ];
    let instance = {
        let set = stage.store.export().unwrap();
        set.instances.iter().find(|instance| instance.account == "demo-account-1").unwrap().id.clone()
    };
    let (mut id, mut asked) = (1000, 0);
    let mut seen = std::collections::BTreeSet::new();
    for command in &commands {
        let Some(option) = command["options"].as_array().and_then(|options| options.first()) else {
            continue;
        };
        let Some((name, value, intents)) = given.iter().find(|(name, ..)| option["name"] == **name) else {
            continue;
        };
        let value = if value.is_empty() { instance.as_str() } else { value };
        let bare: &[(&str, &str)] = &[];
        let with = [(*name, value)];
        for locale in ["zh-CN", "zh-TW", "en-US"] {
            for options in [bare, &with] {
                if options.is_empty() && option["required"] == true {
                    continue;
                }
                id += 1;
                asked += 1;
                let data = slash(command["name"].as_str().unwrap(), options);
                stage.fake.tell("INTERACTION_CREATE", interaction(id, 2, LINKED, locale, &data));
                let told = stage.told(id).await;
                // The turn that was kept says what it was taken for.
                let key = beian::store::conversations::Key {
                    channel: "discord".to_owned(),
                    user: Some(LINKED.to_string()),
                    conversation: PUBLIC.to_string(),
                };
                let turn = beian::store::Conversations::turns_of(&*stage.store, &key).unwrap().pop().unwrap();
                assert_eq!(turn.delivery, Some(id.to_string()));
                let intent = turn.reply.intent.clone().unwrap_or_default();
                assert!(
                    intents.contains(&intent.as_str()),
                    "{} was taken for {intent}: {}",
                    turn.text,
                    content(&told)
                );
                seen.insert((command["name"].as_str().unwrap().to_owned(), intent));
                let chinese =
                    turn.text.replace(value, "").chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c));
                assert_eq!(chinese, locale != "en-US", "{}", turn.text);
            }
        }
    }
    // Each command had one intent in all languages, and no two the same.
    assert_eq!(seen.len(), 10, "{seen:?}");
    assert_eq!(asked, 57);
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_menu_of_a_message_and_free_questions_are_answered_to_the_asker_alone() {
    let stage = Stage::real("").await;
    stage.uses(1, STRANGER, &slash("问", &[("问题", "<@900> 管局审核要多久")]));
    stage.uses(1, STRANGER, &slash("问", &[("问题", "<@900> 管局审核要多久")]));
    assert!(content(&stage.told(1).await).contains("工作日"));
    let target = message(5000, PUBLIC, OTHER, "浙江要短信核验吗", true);
    let data = json!({"id": "1", "name": "问 beian", "type": 3, "target_id": "5000", "resolved": {"messages": {"5000": target}}});
    stage.uses(2, STRANGER, &data);
    assert!(content(&stage.told(2).await).contains("浙江"));
    let data = json!({"id": "1", "name": "检查图片", "type": 1, "options": [{"name": "图片", "type": 11, "value": "77"}],
        "resolved": {"attachments": {"77": {"id": "77", "filename": "a.tiff", "size": 99, "url": "http://127.0.0.1:9/x", "proxy_url": "http://127.0.0.1:9/x"}}}});
    stage.uses(3, STRANGER, &data);
    assert!(content(&stage.told(3).await).to_lowercase().contains("tif"));
    // What we don't know any more, and what nobody typed.
    stage.uses(4, STRANGER, &slash("旧命令", &[]));
    assert!(content(&stage.told(4).await).contains("失效"));
    for id in 1..=4 {
        let first = stage.fake.to(&Method::POST, &format!("/token-{id}/callback"));
        assert_eq!(first.len(), 1);
        assert_eq!(stage.fake.to(&Method::PATCH, &format!("/token-{id}/")).len(), 1);
        assert_eq!(first[0].body, json!({"type": 5, "data": {"flags": 64}}));
    }
    assert!(stage.in_public().is_empty());
    stage.end().await.unwrap();
}

/// Says back what was asked, with offers of every length.
fn offering(incoming: &Incoming) -> Reply {
    let mut reply = Reply::new(Kind::Clarify, format!("问的是：{}", incoming.text));
    let count = if incoming.text.contains("很多") { 30 } else { 3 };
    reply.suggestions = (0..count).map(|number| format!("第 {number} 个")).collect();
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_says_what_the_button_shows_on_behalf_of_whoever_clicks() {
    let stage = Stage::scripted(offering).await;
    for (id, text, kind) in [(1, "几个", 2), (2, "很多", 3)] {
        stage.uses(id, STRANGER, &slash("问", &[("问题", text)]));
        let told = stage.told(id).await;
        let part = &told.body["components"][0]["components"][0];
        assert_eq!(part["type"], kind);
        let mut data = json!({"custom_id": part["custom_id"], "component_type": kind});
        if kind == 3 {
            assert_eq!(part["options"].as_array().unwrap().len(), 25);
            data["values"] = json!(["24"]);
        }
        stage.clicks(id + 10, OTHER, "en-US", &told.body["components"], &data);
        let said = stage.told(id + 10).await;
        assert_eq!(content(&said), if kind == 3 { "问的是：第 24 个" } else { "问的是：第 0 个" });
        let first = stage.fake.to(&Method::POST, &format!("/token-{}/callback", id + 10));
        assert_eq!(first[0].body, json!({"type": 5, "data": {"flags": 64}}));
    }
    // A button of somebody else's making.
    stage.clicks(20, OTHER, "en-US", &json!([]), &json!({"custom_id": "buy:now", "component_type": 2}));
    assert!(content(&stage.told(20).await).contains("out of date"));
    // The button that opens the form.
    stage.clicks(21, OTHER, "en-US", &json!([]), &json!({"custom_id": "link", "component_type": 2}));
    let form = stage.fake.wait(Method::POST, "/token-21/callback", 1).await;
    assert_eq!(form.body["data"]["title"], "Link your account");
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_too_long_for_a_button_is_said_whole() {
    use beian::store::Conversations as _;
    use beian::store::conversations::{Commit, Committed, Key, Turn};

    const ID: &str = "aaaaaaaaaaaaaaaa";
    let long = "很长".repeat(50);
    let offer = long.clone();
    let stage = Stage::scripted(move |incoming| {
        let mut reply = Reply::new(Kind::Clarify, format!("问的是：{}", incoming.text));
        reply.id = Some(ID.to_owned());
        reply.suggestions = vec!["短".to_owned(), offer.clone()];
        reply
    })
    .await;
    let clicked = |id: u64, components: &Value| {
        let data = json!({"custom_id": components[0]["components"][1]["custom_id"], "component_type": 2});
        stage.clicks(id, OTHER, "zh-CN", components, &data);
    };
    stage.uses(1, STRANGER, &slash("问", &[("问题", "几个")]));
    let told = stage.told(1).await;
    let label = told.body["components"][0]["components"][1]["label"].as_str().unwrap().to_owned();
    assert!(label.ends_with('…') && label.chars().count() == 80, "{label}");
    // Not kept: nobody knows the rest of it.
    clicked(2, &told.body["components"]);
    assert!(content(&stage.told(2).await).contains("失效"));
    let key = Key {
        channel: "discord".to_owned(),
        user: Some(STRANGER.to_string()),
        conversation: PUBLIC.to_string(),
    };
    let at = fixed()();
    let mut reply = Reply::new(Kind::Clarify, "哪个");
    reply.id = Some(ID.to_owned());
    reply.suggestions = vec!["短".to_owned(), long.clone()];
    let turn = Turn {
        id: ID.to_owned(),
        key: key.clone(),
        ordinal: 1,
        at,
        text: "几个".to_owned(),
        reply,
        receipt: "{}".to_owned(),
        delivery: None,
    };
    let commit = Commit { key: &key, expected: 0, at, context: None, turn: Some(&turn) };
    assert_eq!(stage.store.commit_turn(&commit).unwrap(), Committed::Done);
    clicked(3, &told.body["components"]);
    assert_eq!(content(&stage.told(3).await), format!("问的是：{long}"));
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_answer_comes_in_pieces_that_call_nobody() {
    let stage = Stage::scripted(|_| {
        Reply::new(
            Kind::Answer,
            format!("@everyone <@1>\n\n{}", "这句话很长，一共二十个字，用来填满。".repeat(250)),
        )
    })
    .await;
    stage.uses(1, STRANGER, &slash("问", &[("问题", "说长一点")]));
    stage.says(2, DIRECT, STRANGER, "说长一点");
    stage.fake.wait(Method::POST, &format!("/channels/{DIRECT}/messages"), 3).await;
    let follow_up =
        stage.fake.wait(Method::POST, &format!("/webhooks/{}/token-1", fake::APPLICATION), 2).await;
    assert_eq!(follow_up.body["flags"], 64);
    for call in stage.fake.calls().iter().filter(|call| call.body["content"].is_string()) {
        assert!(content(call).encode_utf16().count() <= 2000);
        assert!(content(call).ends_with('。'), "{call:?}");
        assert!(!content(call).contains("@everyone") && !content(call).contains("<@"), "{call:?}");
    }
    let nonces: Vec<Value> = stage
        .fake
        .to(&Method::POST, &format!("/channels/{DIRECT}/messages"))
        .iter()
        .map(|call| call.body["nonce"].clone())
        .collect();
    assert_eq!(nonces, ["2-0", "2-1", "2-2"]);
    // A further piece that broke may have been sent: it isn't sent again, unless Discord put it off.
    let webhook = format!("/webhooks/{}/token-3", fake::APPLICATION);
    stage.fake.upset(Method::POST, &webhook, 1, 429, json!({"retry_after": 0.05}));
    stage.fake.upset(Method::POST, &webhook, 1, 500, json!({}));
    stage.uses(3, STRANGER, &slash("问", &[("问题", "说长一点")]));
    stage.fake.wait(Method::POST, &webhook, 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(stage.fake.to(&Method::POST, &webhook).len(), 2);
    assert_calls_nobody(&stage.fake);
    stage.end().await.unwrap();
}

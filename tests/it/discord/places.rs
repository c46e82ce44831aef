//! Where something is said: in public, in direct messages, in tickets; and what is said there to whom.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_and_a_direct_message_are_answered_and_nothing_else_is() {
    let stage = Stage::real("").await;
    stage.fake.wait(Method::PUT, "/commands", 1).await;
    // Not for us: no mention, another bot, ourselves, a message of the system.
    stage.says(10, PUBLIC, STRANGER, "管局审核要多久");
    let mut bot = message(11, PUBLIC, 55, &format!("<@{ME}> 管局审核要多久"), true);
    bot["author"]["bot"] = json!(true);
    stage.fake.tell("MESSAGE_CREATE", bot);
    stage.says(12, DIRECT, ME, "管局审核要多久");
    let mut joined = message(13, PUBLIC, STRANGER, "", true);
    joined["type"] = json!(7);
    stage.fake.tell("MESSAGE_CREATE", joined);
    let mut hook = message(14, PUBLIC, STRANGER, &format!("<@{ME}> 管局审核要多久"), true);
    hook["webhook_id"] = json!("66");
    stage.fake.tell("MESSAGE_CREATE", hook);
    // For us; and the same delivered again.
    stage.says(20, PUBLIC, STRANGER, &format!("<@{ME}> 管局审核要多久？"));
    stage.says(20, PUBLIC, STRANGER, &format!("<@{ME}> 管局审核要多久？"));
    let answer = stage.fake.wait(Method::POST, "/channels/501/messages", 1).await;
    assert!(content(&answer).contains("工作日"), "{answer:?}");
    assert!(content(&answer).contains("\n-# 依据："), "{answer:?}");
    assert_eq!(answer.body["message_reference"]["message_id"], "20");
    assert_eq!(
        (answer.body["nonce"].as_str(), answer.body["enforce_nonce"].as_bool()),
        (Some("20-0"), Some(true))
    );
    // Feedback, and by whom: others' opinions are not theirs to give.
    let rows = answer.body["components"].as_array().unwrap().clone();
    let thumbs = rows.last().unwrap()["components"].as_array().unwrap().clone();
    assert_eq!((&thumbs[0]["label"], &thumbs[1]["label"]), (&json!("👍"), &json!("👎")));
    stage.says(30, DIRECT, STRANGER, "管局审核要多久？");
    let direct = stage.fake.wait(Method::POST, &format!("/channels/{DIRECT}/messages"), 1).await;
    assert!(content(&direct).contains("工作日"), "{direct:?}");
    for (id, user, says) in [(41, OTHER, "没法评价"), (42, STRANGER, "谢谢")] {
        let data = json!({"custom_id": thumbs[1]["custom_id"], "component_type": 2});
        stage.clicks(id, user, "zh-CN", &answer.body["components"], &data);
        let told = stage.told(id).await;
        assert!(content(&told).contains(says), "{told:?}");
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(stage.in_public().len(), 1);
    assert_eq!(stage.fake.to(&Method::POST, &format!("/channels/{DIRECT}/messages")).len(), 1);
    assert_calls_nobody(&stage.fake);
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_rests_on_records_is_never_said_in_public() {
    let stage = Stage::real("").await;
    // By direct message, and in public a line that says so.
    for (id, user) in [(50, LINKED), (60, AGENT)] {
        let before = stage.in_public().len();
        stage.says(id, PUBLIC, user, &format!("<@{ME}> 订单 {ORDER} 到哪一步了"));
        let line = stage.fake.wait(Method::POST, &format!("/channels/{PUBLIC}/messages"), before + 1).await;
        assert!(content(&line).contains("已私信回复你"), "{line:?}");
        assert_eq!(line.body["components"], json!([]));
    }
    let direct = stage.fake.to(&Method::POST, &format!("/channels/{DIRECT}/messages"));
    assert_eq!(direct.len(), 2);
    assert!(direct.iter().all(|call| content(call).contains(ORDER)), "{direct:?}");
    let opened = stage.fake.to(&Method::POST, "/users/@me/channels");
    assert_eq!(opened[0].body["recipient_id"], LINKED.to_string());
    // Closed direct messages: how to ask in private.
    stage.fake.upset(Method::POST, "/channels/777/messages", 1, 403, json!({"code": 50007, "message": "x"}));
    stage.says(70, PUBLIC, LINKED, &format!("<@{ME}> 我的订单还能撤回吗"));
    let line = stage.fake.wait(Method::POST, &format!("/channels/{PUBLIC}/messages"), 3).await;
    assert!(content(&line).contains("/问"), "{line:?}");
    // What is written there next goes on with what was asked in public.
    stage.says(71, PUBLIC, LINKED, &format!("<@{ME}> 我的服务器能备案吗"));
    let count = direct.len() + 2;
    let which = stage.fake.wait(Method::POST, "/channels/777/messages", count).await;
    assert!(content(&which).contains("哪台服务器"), "{which:?}");
    stage.fake.wait(Method::POST, &format!("/channels/{PUBLIC}/messages"), 4).await;
    stage.says(72, DIRECT, LINKED, "第一台");
    let server = stage.fake.wait(Method::POST, "/channels/777/messages", count + 1).await;
    assert!(content(&server).contains("i-") && !content(&server).contains("哪台"), "{server:?}");
    // A general question of a linked asker may be answered in public; a stranger learns nothing of the order.
    stage.says(80, PUBLIC, LINKED, &format!("<@{ME}> 管局审核要多久？"));
    let line = stage.fake.wait(Method::POST, &format!("/channels/{PUBLIC}/messages"), 5).await;
    assert!(content(&line).contains("工作日"), "{line:?}");
    stage.says(90, PUBLIC, STRANGER, &format!("<@{ME}> 订单 {ORDER} 到哪一步了"));
    let line = stage.fake.wait(Method::POST, &format!("/channels/{PUBLIC}/messages"), 6).await;
    let linking = line.body["components"].to_string();
    assert!(linking.contains("绑定账号"), "{line:?}");
    // In a command and on a click everything is for the asker alone.
    stage.uses(100, LINKED, &slash("订单进度", &[("订单号", ORDER)]));
    let told = stage.told(100).await;
    assert!(content(&told).contains(ORDER), "{told:?}");
    let first = stage.fake.to(&Method::POST, "/interactions/100/token-100/callback");
    assert_eq!(first[0].body, json!({"type": 5, "data": {"flags": 64}}));
    for call in stage.in_public() {
        let said = call.body.to_string();
        for secret in ["人脸", "demo-account", "青禾"] {
            assert!(!said.contains(secret), "{call:?}");
        }
        assert!(content(&call) == content(&line) || !said.contains(ORDER), "{call:?}");
    }
    assert_calls_nobody(&stage.fake);
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_in_a_ticket_forum_is_a_ticket() {
    let stage = Stage::real("ticket_forums = [\"600\"]").await;
    let post = |parent: &str, title: &str| json!({"id": "610", "type": 11, "parent_id": parent, "name": title, "owner_id": STRANGER.to_string(), "thread_metadata": {}});
    stage.fake.has_channel(610, post("600", "备案要多久"));
    stage.fake.has_channel(620, post("601", "备案要多久"));
    // Without the privileged intent there is nothing in it but the title.
    stage.says(620, 620, STRANGER, "");
    stage.says(610, 610, STRANGER, "");
    let answer = stage.fake.wait(Method::POST, "/channels/610/messages", 1).await;
    assert!(content(&answer).contains("工作日") && content(&answer).contains("@我"), "{answer:?}");
    // The author goes on; who helps them is left alone, also by what they write to each other.
    stage.says(611, 610, OTHER, "我来看看");
    let mut to_other = message(612, 610, STRANGER, "谢谢，短信核验要做吗", true);
    to_other["mentions"] = json!([fake::person(OTHER)]);
    stage.fake.tell("MESSAGE_CREATE", to_other);
    stage.says(613, 610, STRANGER, "浙江要短信核验吗");
    let answer = stage.fake.wait(Method::POST, "/channels/610/messages", 2).await;
    assert!(content(&answer).contains("浙江"), "{answer:?}");
    assert_eq!(answer.body["message_reference"]["message_id"], "613");
    assert_eq!(stage.fake.to(&Method::POST, "/channels/620/messages").len(), 0);
    // Asked once for each channel.
    assert_eq!(stage.fake.to(&Method::GET, "/channels/610").len(), 1);
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attached_picture_is_judged_and_not_fetched() {
    let stage = Stage::real("").await;
    let file = |name: &str, size: u64| json!([{"id": "1", "filename": name, "size": size, "url": "http://127.0.0.1:9/x", "proxy_url": "http://127.0.0.1:9/x"}]);
    for (id, content_, name, size, says) in [
        (200, "", "a.png", 4 * 1024 * 1024 - 1, "可以"),
        (201, "", "a.png", 4 * 1024 * 1024, "4"),
        (202, "管局审核要多久", "a.bmp", 1000, "bmp"),
    ] {
        let mut message = message(id, DIRECT, STRANGER, content_, false);
        message["attachments"] = file(name, size);
        stage.fake.tell("MESSAGE_CREATE", message);
        let count = usize::try_from(id - 199).unwrap();
        let answer = stage.fake.wait(Method::POST, &format!("/channels/{DIRECT}/messages"), count).await;
        assert!(content(&answer).to_lowercase().contains(says), "{answer:?}");
        assert_eq!(content(&answer).contains("工作日"), !content_.is_empty(), "{answer:?}");
    }
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_human_speaks_nothing_is_said() {
    let stage = Stage::real("").await;
    stage.says(300, DIRECT, STRANGER, "转人工");
    let answer = stage.fake.wait(Method::POST, &format!("/channels/{DIRECT}/messages"), 1).await;
    assert!(content(&answer).contains("人工"), "{answer:?}");
    stage.uses(301, STRANGER, &slash("人工", &[]));
    stage.told(301).await;
    let assistant = Assistant::new(MIND.clone(), stage.store.clone(), fixed()).keeping(stage.store.clone());
    for handover in assistant.handovers().unwrap() {
        assistant.take_over(handover.number, "agent-3").unwrap().unwrap();
    }
    stage.says(302, DIRECT, STRANGER, "管局审核要多久");
    stage.uses(303, STRANGER, &slash("问", &[("问题", "管局审核要多久")]));
    // What the acknowledgement promised is taken back.
    stage.fake.wait(Method::DELETE, "/token-303/messages/@original", 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(stage.fake.to(&Method::POST, &format!("/channels/{DIRECT}/messages")).len(), 1);
    assert!(stage.fake.to(&Method::PATCH, "/token-303/").is_empty());
    stage.end().await.unwrap();
}

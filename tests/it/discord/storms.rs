//! When Discord is slow, broken or says no.

use std::time::Duration;

use super::*;

fn parrot(incoming: &Incoming) -> Reply {
    assert_ne!(incoming.text, "fall over", "asked to");
    Reply::new(Kind::Answer, format!("问的是：{}", incoming.text))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_connection_is_resumed() {
    let stage = Stage::scripted(parrot).await;
    stage.says(1, DIRECT, STRANGER, "一");
    stage.fake.wait(Method::POST, "/messages", 1).await;
    stage.fake.drop_connection();
    stage.says(1, DIRECT, STRANGER, "一");
    stage.says(2, DIRECT, STRANGER, "二");
    let answer = stage.fake.wait(Method::POST, "/messages", 2).await;
    assert_eq!(content(&answer), "问的是：二");
    let frames = stage.fake.frames();
    assert_eq!((&frames[0]["op"], &frames[1]["op"]), (&json!(2), &json!(6)), "{frames:?}");
    assert_eq!(frames[0]["d"]["token"], "Bot s3cret");
    assert_eq!(frames[1]["d"]["session_id"], "session-1");
    // Servers, their messages and direct messages: nothing privileged.
    assert_eq!(frames[0]["d"]["intents"], (1 << 0) | (1 << 9) | (1 << 12));
    stage.fake.close(4000);
    stage.says(3, DIRECT, STRANGER, "三");
    stage.fake.wait(Method::POST, "/messages", 3).await;
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_off_or_broken_is_done_once_more_where_that_is_harmless() {
    let stage = Stage::scripted(parrot).await;
    let slow = json!({"message": "You are being rate limited.", "retry_after": 0.3, "global": false});
    stage.fake.upset(Method::POST, "/channels/777/messages", 2, 429, slow.clone());
    stage.says(1, DIRECT, STRANGER, "一");
    let third = stage.fake.wait(Method::POST, "/channels/777/messages", 3).await;
    assert_eq!(third.body["nonce"], "1-0");
    stage.fake.upset(Method::POST, "/channels/777/messages", 1, 500, json!({}));
    stage.says(2, DIRECT, STRANGER, "二");
    let again = stage.fake.wait(Method::POST, "/channels/777/messages", 5).await;
    assert_eq!(again.body["nonce"], "2-0");
    // Twice broken is broken; the next is answered.
    stage.fake.upset(Method::POST, "/channels/777/messages", 2, 502, json!({}));
    stage.says(3, DIRECT, STRANGER, "三");
    stage.fake.wait(Method::POST, "/channels/777/messages", 7).await;
    stage.says(4, DIRECT, STRANGER, "四");
    let next = stage.fake.wait(Method::POST, "/channels/777/messages", 8).await;
    assert_eq!(content(&next), "问的是：四");
    // Acknowledged in the end, and the answer edited in once more; what Discord minds below a text is left out.
    stage.fake.upset(Method::POST, "/token-5/callback", 1, 429, slow);
    stage.fake.upset(Method::PATCH, "/token-5/", 1, 503, json!({}));
    stage.fake.upset(Method::PATCH, "/token-6/", 1, 400, json!({"code": 50035}));
    stage.uses(5, STRANGER, &slash("问", &[("问题", "五")]));
    stage.fake.wait(Method::POST, "/token-5/callback", 2).await;
    stage.fake.wait(Method::PATCH, "/token-5/", 2).await;
    stage.uses(6, STRANGER, &slash("问", &[("问题", "六")]));
    let plain = stage.fake.wait(Method::PATCH, "/token-6/", 2).await;
    assert_eq!((content(&plain), &plain.body["components"]), ("问的是：六", &json!([])));
    // An interaction that is gone is not asked about.
    stage.fake.upset(Method::POST, "/token-7/callback", 1, 404, json!({"code": 10062}));
    stage.uses(7, STRANGER, &slash("问", &[("问题", "七")]));
    stage.fake.wait(Method::POST, "/token-7/callback", 1).await;
    // What falls over is excused.
    stage.uses(8, STRANGER, &slash("问", &[("问题", "fall over")]));
    assert!(content(&stage.told(8).await).contains("过一会儿再问"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(stage.fake.to(&Method::PATCH, "/token-7/").is_empty());
    assert_eq!(stage.fake.to(&Method::POST, "/channels/777/messages").len(), 8);
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_intent_and_a_bad_token_end_the_bot_with_the_mend() {
    for (code, toml, mends) in [
        (4014, "message_content = true", ["4014", "message_content to false"]),
        (4004, "", ["channels.discord.token", "BEIAN_DISCORD_TOKEN"]),
    ] {
        let fake = Fake::start().await;
        fake.refuse(code);
        let stage = Stage::with(toml, Arc::new(Script(parrot)), store(), fake);
        let error = tokio::time::timeout(Duration::from_secs(20), stage.ended).await.unwrap().unwrap();
        let error = format!("{:#}", error.unwrap_err());
        assert!(mends.iter().all(|mend| error.contains(mend)) && !error.contains("s3cret"), "{error}");
        let asked = stage.fake.frames()[0]["d"]["intents"].as_u64().unwrap();
        assert_eq!(asked & (1 << 15) != 0, code == 4014);
    }
    let fake = Fake::start().await;
    fake.upset(Method::GET, "/gateway/bot", 1, 401, json!({"code": 0, "message": "401: Unauthorized"}));
    let stage = Stage::with("", Arc::new(Script(parrot)), store(), fake);
    let error = tokio::time::timeout(Duration::from_secs(20), stage.ended).await.unwrap().unwrap();
    assert!(error.unwrap_err().to_string().contains("BEIAN_DISCORD_TOKEN"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_says_in_a_row_is_answered_in_a_row_and_others_dont_wait() {
    let stage = Stage::scripted(|incoming| {
        if incoming.text == "慢" {
            std::thread::sleep(Duration::from_millis(800));
        }
        parrot(incoming)
    })
    .await;
    for (id, user, text) in [(1, STRANGER, "慢"), (2, STRANGER, "二"), (3, OTHER, "三")] {
        stage.says(id, DIRECT, user, text);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stage.fake.wait(Method::POST, "/channels/777/messages", 3).await;
    let sent = stage.fake.to(&Method::POST, "/channels/777/messages");
    let said: Vec<&str> = sent.iter().map(content).collect();
    assert_eq!(said, ["问的是：三", "问的是：慢", "问的是：二"]);
    stage.end().await.unwrap();
}

/// Takes what is logged.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One thread, so that all of it is logged here.
#[tokio::test]
async fn neither_what_users_say_nor_the_token_is_in_any_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(beian::cli::log_filter("debug").unwrap())
        .with_writer(move || writer.clone())
        .finish();
    let _here = tracing::subscriber::set_default(subscriber);
    let stage = Stage::scripted(parrot).await;
    stage.says(1, DIRECT, STRANGER, "我的身份证号");
    stage.fake.wait(Method::POST, "/channels/777/messages", 1).await;
    // An event that serenity can't read, and an answer that Discord refuses.
    stage.fake.tell("MESSAGE_CREATE", json!({"id": {}, "content": "我的身份证号"}));
    stage.fake.upset(
        Method::POST,
        "/channels/777/messages",
        1,
        403,
        json!({"code": 50007, "message": "我的身份证号"}),
    );
    stage.says(2, DIRECT, STRANGER, "我的身份证号");
    stage.fake.wait(Method::POST, "/channels/777/messages", 2).await;
    stage.fake.upset(Method::POST, "/token-3/callback", 1, 404, json!({"code": 10062}));
    stage.uses(3, STRANGER, &slash("问", &[("问题", "我的身份证号")]));
    stage.fake.wait(Method::POST, "/token-3/callback", 1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    stage.end().await.unwrap();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("connected") && log.contains("may the bot write"), "{log}");
    for secret in ["身份证", "s3cret", "token-3"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_waits_for_discord_and_stops_when_told() {
    let fake = Fake::start().await;
    fake.upset(Method::GET, "/gateway/bot", 2, 503, json!({}));
    let stage = Stage::with("", Arc::new(Script(parrot)), store(), fake);
    stage.says(1, DIRECT, STRANGER, "一");
    stage.fake.wait(Method::POST, "/messages", 1).await;
    stage.end().await.unwrap();
    // Told before Discord was ever reached.
    let fake = Fake::start().await;
    fake.upset(Method::GET, "/gateway/bot", 1000, 503, json!({}));
    let stage = Stage::with("", Arc::new(Script(parrot)), store(), fake);
    stage.fake.wait(Method::GET, "/gateway/bot", 1).await;
    stage.end().await.unwrap();
}

//! The form for a link code, and what of one's own is offered before and after.

use beian::channels::Linking;

use super::*;

async fn offered(stage: &Stage, id: u64, user: u64, command: &str, option: &str, typed: &str) -> Vec<String> {
    let data = json!({"id": "1", "name": command, "type": 1,
        "options": [{"name": option, "type": 3, "value": typed, "focused": true}]});
    stage.fake.tell("INTERACTION_CREATE", interaction(id, 4, user, "zh-CN", &data));
    let call = stage.fake.wait(Method::POST, &format!("/token-{id}/callback"), 1).await;
    assert_eq!(call.body["type"], 8);
    let choices = call.body["data"]["choices"].as_array().unwrap();
    choices.iter().map(|choice| choice["value"].as_str().unwrap().to_owned()).collect()
}

async fn enters(stage: &Stage, id: u64, user: u64, code: &str) -> String {
    let data = json!({"custom_id": "link", "components": [{"type": 1, "components": [
        {"type": 4, "custom_id": "code", "value": code}]}]});
    stage.fake.tell("INTERACTION_CREATE", interaction(id, 5, user, "zh-CN", &data));
    let told = stage.told(id).await;
    let first = stage.fake.to(&Method::POST, &format!("/token-{id}/callback"));
    assert_eq!(first[0].body["data"]["flags"], 64);
    content(&told).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_code_links_and_a_wrong_one_does_five_times_at_most() {
    let stage = Stage::real("").await;
    assert!(offered(&stage, 1, STRANGER, "订单进度", "订单号", "").await.is_empty());
    stage.uses(2, STRANGER, &slash("绑定", &[]));
    let form = stage.fake.wait(Method::POST, "/token-2/callback", 1).await;
    assert_eq!((&form.body["type"], &form.body["data"]["custom_id"]), (&json!(9), &json!("link")));
    let linking = Linking::new(stage.reception.clone());
    let (code, _) = linking.issue("demo-account-1".to_owned(), "web:agent".to_owned()).await.unwrap();
    let code = code.to_string();
    // Same handle, other secret.
    let mut wrong = code.clone();
    let last = wrong.pop().unwrap();
    wrong.push(if last == '2' { '3' } else { '2' });
    assert!(enters(&stage, 3, STRANGER, &wrong).await.contains("还可以试 4 次"));
    assert!(enters(&stage, 4, STRANGER, "什么码").await.contains("没有这个绑定码"));
    assert!(enters(&stage, 5, STRANGER, &format!(" {} ", code.to_lowercase())).await.contains("绑定好了"));
    assert_eq!(offered(&stage, 6, STRANGER, "订单进度", "订单号", "").await, [ORDER, "20260928001"]);
    // It is spent; and one that is tried too often is gone.
    assert!(enters(&stage, 7, 4005, &code).await.contains("没有这个绑定码"));
    let (code, _) = linking.issue("demo-account-2".to_owned(), "web:agent".to_owned()).await.unwrap();
    let code = code.to_string();
    let mut wrong = code.clone();
    let last = wrong.pop().unwrap();
    wrong.push(if last == '2' { '3' } else { '2' });
    for (id, says) in [(11, "4 次"), (12, "3 次"), (13, "2 次"), (14, "1 次"), (15, "没有这个")] {
        let told = enters(&stage, id, 4005, &wrong).await;
        assert!(told.contains(says), "{id}: {told}");
    }
    assert!(enters(&stage, 16, 4005, &code).await.contains("没有这个绑定码"));
    assert!(enters(&stage, 17, AGENT, &code).await.contains("没有这个绑定码"));
    assert_calls_nobody(&stage.fake);
    stage.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_ones_own_records_are_offered() {
    let stage = Stage::real("").await;
    let own = offered(&stage, 1, LINKED, "检查服务器", "实例", "").await;
    assert!(own.len() >= 2 && own.iter().all(|id| id.starts_with("i-")), "{own:?}");
    let others = offered(&stage, 2, OTHER, "检查服务器", "实例", "").await;
    assert!(!others.is_empty() && others.iter().all(|id| !own.contains(id)), "{others:?}");
    assert_eq!(
        offered(&stage, 3, LINKED, "检查服务器", "实例", &own[1].to_uppercase()).await,
        [own[1].clone()]
    );
    assert_eq!(offered(&stage, 4, LINKED, "短信核验", "省份", " 浙").await, ["浙江"]);
    assert!(!offered(&stage, 5, LINKED, "检查域名", "域名", "").await.is_empty());
    for (id, user) in [(6, STRANGER), (7, AGENT)] {
        assert!(offered(&stage, id, user, "检查域名", "域名", "").await.is_empty());
    }
    assert!(offered(&stage, 8, LINKED, "网站名称", "名称", "").await.is_empty());
    assert!(offered(&stage, 9, LINKED, "没有这个命令", "订单号", "").await.is_empty());
    stage.end().await.unwrap();
}

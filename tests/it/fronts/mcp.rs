//! The Model Context Protocol, over HTTP and over standard input and output.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::{Fronts, program, with_python};
use crate::http::server::{Answered, exchange};

const HEADERS: &str = "content-type: application/json\r\naccept: application/json, text/event-stream\r\n";

fn call(number: u64, tool: &str, arguments: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

fn post(fronts: &Fronts, key: Option<&str>, headers: &str, message: &Value) -> Answered {
    fronts.send("POST", "/mcp", key, &format!("{HEADERS}{headers}"), &message.to_string())
}

/// What a tool gave over HTTP.
fn used(fronts: &Fronts, key: &str, tool: &str, arguments: &Value) -> Value {
    let answered = post(fronts, Some(key), "", &call(1, tool, arguments));
    assert_eq!(answered.status, 200, "{answered:?}");
    answered.json()["result"].clone()
}

#[test]
fn the_official_client_gets_along() {
    let fronts = Fronts::start();
    let address = format!("http://{}/mcp", fronts.program.addr);
    with_python("mcp", "mcp_client.py", &["http", &address, &fronts.bound]);
    let data = fronts.folder.path().to_str().unwrap();
    let binary = env!("CARGO_BIN_EXE_beian");
    with_python("mcp", "mcp_client.py", &["stdio", binary, "--data", data, "mcp", "--as", "shop:lin"]);
}

#[test]
fn whose_records_are_seen_is_said_by_the_key() {
    let fronts = Fronts::start();
    let own = used(&fronts, &fronts.bound, "can_cancel_order", &json!({}));
    assert_eq!(own["structuredContent"]["outcome"]["allowed"], true, "{own}");
    assert!(own["content"][0]["text"].as_str().unwrap().contains("20190812001"));
    // Nobody is linked to the other key: the rule in general, and nothing of a record that is named.
    let general = used(&fronts, &fronts.free, "can_cancel_order", &json!({}));
    assert_eq!(general["structuredContent"]["kind"], "answer", "{general}");
    let named =
        used(&fronts, &fronts.free, "can_cancel_order", &json!({"order": "20190812001", "account": "a-1"}));
    assert_eq!(named["structuredContent"]["outcome"], json!({"error": "not_linked"}));
    // No argument names somebody.
    let wrong = used(&fronts, &fronts.free, "can_cancel_order", &json!({"user": "lin"}));
    assert_eq!(wrong["isError"], true);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    assert_eq!(post(&fronts, None, "", &list).error(), (401, "key_missing".to_owned()));
    assert_eq!(post(&fronts, Some("bk_x"), "", &list).status, 401);
    assert_eq!(post(&fronts, Some(&fronts.agent), "", &list).status, 403);
    fronts.revoke(&fronts.bound);
    assert_eq!(post(&fronts, Some(&fronts.bound), "", &list).status, 401);
}

#[test]
fn over_http_each_request_stands_for_itself() {
    let fronts = Fronts::start();
    let list =
        post(&fronts, Some(&fronts.bound), "", &json!({"jsonrpc": "2.0", "id": 7, "method": "tools/list"}));
    let tools = list.json()["result"]["tools"].as_array().unwrap().clone();
    assert_eq!(tools.len(), 2 + beian::assistant::actions::REGISTRY.len());
    for tool in &tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        // A newcomer runs each without arguments: a verdict, a question back or a line on what is missing.
        let name = tool["name"].as_str().unwrap();
        let result = used(&fronts, &fronts.bound, name, &json!({}));
        assert!(!result["content"][0]["text"].as_str().unwrap().is_empty(), "{name}: {result}");
    }
    // Under another name than its own the server isn't there, so no web page can reach it.
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let request = |host: &str| {
        format!(
            "POST /mcp HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nauthorization: Bearer {}\r\n{HEADERS}content-length: {}\r\n\r\n{list}",
            fronts.bound,
            list.len()
        )
    };
    assert_eq!(exchange(fronts.program.addr, request("localhost:8080")).status, 200);
    assert_eq!(exchange(fronts.program.addr, request("evil.example")).status, 403);
    for body in ["", "x", "[]", "{}", "{\"jsonrpc\": \"2.0\"}"] {
        let answered = fronts.send("POST", "/mcp", Some(&fronts.bound), HEADERS, body);
        assert!((400..500).contains(&answered.status), "{body}: {answered:?}");
    }
    assert!(
        (400..500)
            .contains(&fronts.send("POST", "/mcp", Some(&fronts.bound), HEADERS, &"x".repeat(70_000)).status)
    );
}

#[test]
fn what_a_tool_is_given_is_taken_in_the_forms_that_people_write() {
    let fronts = Fronts::start();
    let outcome = |tool: &str, arguments: Value| {
        used(&fronts, &fronts.free, tool, &arguments)["structuredContent"]["outcome"].clone()
    };
    assert_eq!(outcome("sms_required", json!({"province": "浙江省"}))["province"], "浙江");
    assert_eq!(
        outcome("check_domain", json!({"domain": "HTTPS://www.Example.ORG/x"}))["domain"],
        "example.org"
    );
    let picture = outcome("upload_check", json!({"format": "png", "size": 5_000_000}));
    assert_eq!((&picture["accepted"], &picture["problems"]), (&json!(false), &json!(["size"])));
    assert_eq!(outcome("website_name_check", json!({"name": "12345"}))["violations"], json!(["only_digits"]));
    assert_eq!(outcome("need_filing", json!({"product": "ecs", "region": "hongkong"}))["needed"], false);
    assert_eq!(outcome("need_filing", json!({"product": "ecs", "region": "mainland"}))["needed"], true);
    assert_eq!(outcome("can_change", json!({"field": "province"}))["field"], "province");
    // A question back has what may be given.
    let asked = used(&fronts, &fronts.free, "can_change", &json!({}));
    assert_eq!(asked["structuredContent"]["kind"], "clarify");
    let english = used(&fronts, &fronts.free, "sms_required", &json!({"province": "浙江", "language": "en"}));
    assert!(english["content"][0]["text"].as_str().unwrap().contains("SMS"), "{english}");
    for (tool, arguments) in [
        ("sms_required", json!({"province": ["浙江"]})),
        ("sms_required", json!({"language": "fr"})),
        ("search", json!({})),
        ("search", json!({"query": "备案", "limit": 0})),
        ("ask", json!({"text": "备".repeat(9000)})),
        ("ask", json!({"text": ""})),
    ] {
        assert_eq!(used(&fronts, &fronts.free, tool, &arguments)["isError"], true, "{tool} {arguments}");
    }
}

/// The program, spoken to line by line.
struct Spoken {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Spoken {
    fn start(fronts: &Fronts, arguments: &[&str]) -> Self {
        let mut command = program(fronts.folder.path(), &[&["mcp"], arguments].concat());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut spoken = Self { child, input, output };
        let hello = json!({
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
        });
        let told = spoken.says(&hello);
        assert_eq!(told["result"]["serverInfo"]["name"], "beian", "{told}");
        spoken.tell(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        spoken
    }

    fn tell(&mut self, message: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{message}").unwrap();
    }

    /// Every line of output is a message of the protocol.
    fn says(&mut self, message: &Value) -> Value {
        self.tell(message);
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert_eq!((&told["jsonrpc"], &told["id"]), (&json!("2.0"), &message["id"]));
        told
    }
}

impl Drop for Spoken {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn over_standard_input_it_is_one_conversation_of_who_started_it() {
    let fronts = Fronts::start();
    let mut lin = Spoken::start(&fronts, &["--as", "shop:lin"]);
    let asked = lin.says(&call(1, "ask", &json!({"text": "我的订单到哪了"})));
    assert_eq!(asked["result"]["structuredContent"]["outcome"]["state"], "provider_review", "{asked}");
    let follow = lin.says(&call(2, "ask", &json!({"text": "那还能撤吗"})));
    assert_eq!(follow["result"]["structuredContent"]["intent"], "can_cancel_order", "{follow}");
    assert!(lin.says(&call(3, "no_such_tool", &json!({})))["error"]["code"].is_number());
    // An agent says whose records are meant.
    let mut agent = Spoken::start(&fronts, &["--as", "ticket:agent-3"]);
    let status = agent.says(&call(1, "order_status", &json!({"account": "a-1"})));
    assert_eq!(status["result"]["structuredContent"]["outcome"]["state"], "provider_review", "{status}");
    let mut nobody = Spoken::start(&fronts, &[]);
    let general = nobody.says(&call(1, "order_status", &json!({})));
    assert_eq!(general["result"]["structuredContent"]["kind"], "answer", "{general}");
    // The end of the input is the end of the program, in good order.
    drop(lin.input.take());
    assert!(lin.child.wait().unwrap().success());
}

//! What tools there are: two of our own and one for each action of the registry, described from it.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::assistant::MOST_FOUND;
use crate::assistant::actions::{Action, REGISTRY};

/// Looks sections up.
pub const SEARCH: &str = "search";
/// Asks in words.
pub const ASK: &str = "ask";

/// How many sections a search gives unless told otherwise.
pub const FOUND: usize = 5;

/// All tools, our own first.
pub fn all() -> Vec<Tool> {
    let mut tools = vec![search(), ask()];
    tools.extend(REGISTRY.iter().map(|action| of_action(*action)));
    tools
}

fn search() -> Tool {
    let input = json!({
        "type": "object",
        "properties": {
            "query": {"type": "string", "minLength": 1, "description": "要找的内容，一句话或几个词 · what to look for"},
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST_FOUND, "description": "最多几节，默认 5 · at most so many sections"},
        },
        "required": ["query"], "additionalProperties": false,
    });
    let output = json!({
        "type": "object",
        "properties": {"sections": {"type": "array", "items": {
            "type": "object",
            "properties": {
                "doc": {"type": "string"}, "heading": {"type": "string"},
                "anchor": {"type": ["string", "null"]}, "as_of": {"type": ["string", "null"]},
                "text": {"type": "string"}, "score": {"type": "number"},
            },
            "required": ["doc", "heading", "text"],
        }}},
        "required": ["sections"],
    });
    tool(
        SEARCH,
        "查备案知识库",
        "在备案知识库里查原文，返回最相关的几节。Finds the sections of the ICP filing knowledge base that are nearest to a text; nobody's records are looked at.",
        input,
        output,
    )
}

fn ask() -> Tool {
    let input = json!({
        "type": "object",
        "properties": {
            "text": {"type": "string", "minLength": 1, "description": "要问的话，原样 · the question as it was put"},
            "conversation": {
                "type": "string", "minLength": 1, "maxLength": 128,
                "description": "同一个名字的提问前后相连；不给就单独回答 · questions of one name belong together",
            },
        },
        "required": ["text"], "additionalProperties": false,
    });
    tool(
        ASK,
        "问备案助手",
        "用自己的话问备案助手，得到一个完整回答：知识库的答案、对订单和服务器的判断，或者一个反问。Asks the ICP filing assistant in words: an answer from the knowledge base, a verdict on the asker's orders and servers, or a question back.",
        input,
        reply_schema(),
    )
}

/// The tool of an action: what it can be given are the slots that it has.
fn of_action(action: &'static dyn Action) -> Tool {
    let mut properties = Map::new();
    for slot in action.slots() {
        properties.insert((*slot).to_owned(), slot_schema(slot));
    }
    // An agent says whose records are meant.
    if action.needs_record() && !properties.contains_key("account") {
        properties.insert("account".to_owned(), slot_schema("account"));
    }
    properties.insert(
        "text".to_owned(),
        json!({"type": "string", "description": "其他情况，用话说 · circumstances in words, such as 已取消接入"}),
    );
    properties.insert(
        "language".to_owned(),
        json!({"type": "string", "enum": ["zh", "en"], "description": "回答的语言，默认 zh · language of the text"}),
    );
    let input = json!({"type": "object", "properties": properties, "additionalProperties": false});
    let (title, description) = described(action.intent());
    tool(action.intent(), title, description, input, reply_schema())
}

fn tool(name: &'static str, title: &str, description: &'static str, input: Value, output: Value) -> Tool {
    let hints = ToolAnnotations::with_title(title).read_only(true).idempotent(true).open_world(false);
    Tool::new(name, description, object(input))
        .with_title(title)
        .with_raw_output_schema(Arc::new(object(output)))
        .with_annotations(hints)
}

fn object(schema: Value) -> JsonObject {
    match schema {
        Value::Object(fields) => fields,
        _ => JsonObject::new(),
    }
}

/// The form of a reply, as far as tools promise it.
fn reply_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["answer", "action", "clarify", "no_answer", "handoff", "chitchat", "error"]},
            "text": {"type": "string"},
            "intent": {"type": ["string", "null"]},
            "outcome": {"type": ["object", "null"]},
            "confidence": {"type": "number"},
            "citations": {"type": "array"},
            "slots": {"type": "object"},
            "suggestions": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["kind", "text", "intent", "outcome"],
    })
}

fn slot_schema(slot: &str) -> Value {
    let description = match slot {
        "order" => "备案订单号；只有一个就不用给 · order id; leave it out where there is one",
        "instance" => "实例 ID（i- 开头）；只有一台就不用给 · instance id; leave it out where there is one",
        "domain" => "域名，如 example.cn · domain name",
        "province" => "省、自治区或直辖市，如 浙江 · province in Chinese",
        "city" => "城市，如 青岛 · city in Chinese",
        "date" => "日期 YYYY-MM-DD · date",
        "name" => "网站名称，原样 · the website's name as it is",
        "product" => "产品，如 ecs、virtual_host、light_server、oss、cdn · product",
        "account" => "账号；只有客服用 · account; for agents",
        "field" => {
            return json!({
                "type": "string",
                "enum": ["domain", "province", "website_name", "entity_name", "entity_nature", "id_number", "person", "phone", "email", "address", "other"],
                "description": "要改的是什么 · what is to be changed",
            });
        }
        "region" => {
            return json!({
                "type": "string", "enum": ["mainland", "hongkong", "overseas"],
                "description": "服务器在哪里 · where the server stands",
            });
        }
        "format" => "图片格式，如 jpg · picture format",
        "size" => {
            return json!({"type": "integer", "minimum": 0, "description": "图片大小，字节 · size in bytes"});
        }
        _ => "",
    };
    json!({"type": "string", "description": description})
}

/// What an action tells, as title and description.
fn described(intent: &str) -> (&'static str, &'static str) {
    match intent {
        "check_domain" => (
            "检查域名",
            "域名能不能备案：后缀、注册商、有效期、实名、持有者逐项检查。Whether a domain can be filed, check by check.",
        ),
        "why_rejected" => {
            ("驳回原因", "订单为什么被驳回、怎么改。Why an order was rejected and the mend of each reason.")
        }
        "can_cancel_order" => {
            ("能否撤回", "订单还能不能撤回或放弃。Whether an order can still be withdrawn or abandoned.")
        }
        "order_status" => {
            ("订单进度", "订单到哪一步、下一步、预计日期。Where an order is, what comes next and when.")
        }
        "service_numbers_left" => {
            ("服务号余量", "还剩几个备案服务号。How many service numbers are left, instance by instance.")
        }
        "check_server" => (
            "检查服务器",
            "服务器能不能用来备案，差什么。Whether a server can be used for a filing and what stands in the way.",
        ),
        "gift_time" => {
            ("赠送时长", "备案送多少天服务器时长。How many days of server time a filing gives back.")
        }
        "filing_type" => ("备案类型", "该办哪种备案。Which kind of filing is needed."),
        "can_start_order" => (
            "能否发起",
            "现在能不能发起变更、注销、恢复接入等，为什么没有按钮。Whether a change, deregistration or resumption can be started now.",
        ),
        "can_transfer" => (
            "能否转移",
            "备案能不能转到另一个账号。Whether a filing can be moved to another account (account: the target).",
        ),
        "cancel_access_effects" => ("取消接入的后果", "取消接入会怎样。What happens if access is cancelled."),
        "deregister_effects" => {
            ("注销的后果", "注销网站或主体会怎样。What happens if a website or entity is deregistered.")
        }
        "shell_site_check" => ("空壳检查", "网站是不是空壳网站。Whether a site is a shell site."),
        "need_filing" => {
            ("要不要备案", "这种情况要不要备案、在哪里备。Whether a filing is needed, and where.")
        }
        "legacy_record_path" => (
            "老备案怎么办",
            "某个日期以前的老备案现在走哪条路。What to do with an old record of a date: claim, import or nothing.",
        ),
        "can_change" => ("能否变更", "某项信息能不能改。Whether a part of a filing can be changed."),
        "website_name_check" => ("网站名称", "网站名称合不合规。Whether a website's name is allowed."),
        "upload_check" => {
            ("图片检查", "图片的格式和大小能不能上传。Whether a picture's format and size are accepted.")
        }
        "sms_required" => ("短信核验", "这个省要不要短信核验。Whether a province verifies by SMS."),
        "app_verification" => {
            ("App 核验", "这个省支不支持 App 人脸核验。Whether a province can be verified by app.")
        }
        "domains_per_website" => {
            ("每站域名数", "这个省一个网站能备几个域名。How many domains one website may file in a province.")
        }
        "commercial_ip_rule" => (
            "经营性备案的 IP 规定",
            "办经营性许可证对 IP 的要求。The rules on IP addresses for the commercial licence in a province.",
        ),
        "public_security_code" => {
            ("联网备案编号", "城市的公安联网备案代码。The public-security code of a city.")
        }
        _ => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_a_tool_with_words_and_slots_of_its_own() {
        let tools = all();
        assert_eq!(tools.len(), REGISTRY.len() + 2);
        for action in REGISTRY {
            let (title, description) = described(action.intent());
            assert!(
                !title.is_empty() && description.is_ascii() || description.contains('。'),
                "{}",
                action.intent()
            );
            for slot in action.slots() {
                let schema = slot_schema(slot);
                assert_ne!(schema["description"], "", "the slot {slot} of {}", action.intent());
            }
        }
        for tool in &tools {
            let hints = tool.annotations.as_ref().unwrap();
            assert_eq!(hints.read_only_hint, Some(true), "{}", tool.name);
            assert!(
                tool.output_schema.is_some() && tool.description.as_ref().is_some_and(|text| text.len() > 20)
            );
        }
    }
}

//! That `/openapi.json` says what is so: every operation is answered, and what comes back is as it is described.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Shop, call, parrot, with_key};

/// What in a value isn't as a schema describes it.
fn breaches(description: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema =
            description.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} leads nowhere"));
        return breaches(description, schema, value, at, found);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        let fits = |schema: &&Value| {
            let mut inside = Vec::new();
            breaches(description, schema, value, at, &mut inside);
            inside.is_empty()
        };
        if either.iter().filter(fits).count() != 1 {
            found.push(format!("{at}: fits not exactly one of {}", schema["oneOf"]));
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
    if !kinds.is_empty() && !fits {
        found.push(format!("{at}: {kind}, described as {kinds:?}"));
    }
    if let Some(all) = schema["enum"].as_array().filter(|all| !all.contains(value)) {
        found.push(format!("{at}: {value} is none of {all:?}"));
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                found.push(format!("{at}.{name}: missing"));
            }
        }
        for (name, value) in object {
            let at = format!("{at}.{name}");
            match schema["properties"].get(name) {
                Some(schema) => breaches(description, schema, value, &at, found),
                // A map of anything, or of things of a kind.
                None if schema["properties"].is_null() && schema["additionalProperties"] != false => {
                    breaches(description, &schema["additionalProperties"], value, &at, found);
                }
                None => found.push(format!("{at}: not described")),
            }
        }
    }
    for (number, value) in value.as_array().into_iter().flatten().enumerate() {
        breaches(description, &schema["items"], value, &format!("{at}[{number}]"), found);
    }
}

/// The operations that are described, as `GET /healthz`.
fn operations(description: &Value) -> BTreeSet<String> {
    let paths = description["paths"].as_object().unwrap();
    let of_path = |(path, operations): (&String, &Value)| {
        let methods: Vec<String> =
            operations.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        methods.into_iter().map(|method| format!("{method} {path}")).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn every_operation_that_is_described_is_answered_and_listed_in_the_document() {
    let (_, server) = parrot();
    let description = server.get("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let described = operations(&description);
    assert!(described.len() >= 18, "{described:?}");
    for operation in &described {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{number}", "1").replace("{id}", "x");
        let answered = call(&server, method, &path, &[], &Value::Null);
        let code = answered.json_or_null()["error"]["code"].clone();
        assert!(answered.status != 405 && code != "not_found", "{operation}: {answered:?}");
        // And no other way to ask is taken.
        let other = if method == "POST" { "PUT" } else { "PATCH" };
        assert_eq!(call(&server, other, &path, &[], &Value::Null).status, 405, "{other} {path}");
    }
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/http.md")).unwrap();
    let listed: BTreeSet<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|cell| cell.starts_with("GET /") || cell.starts_with("POST /"))
        .map(str::to_owned)
        // Pages for people are listed too.
        .filter(|cell| {
            !["GET /", "GET /docs", "GET /widget.js", "GET /agents", "GET /agents/report"]
                .contains(&cell.as_str())
        })
        .collect();
    assert_eq!(listed, described);
}

#[test]
fn what_comes_back_is_as_it_is_described() {
    let shop = Shop::open();
    let description = shop.server.get("/openapi.json").json();
    let message = json!({"text": "备案要多久", "user": "u-1", "conversation": "c1"});
    let id = shop.post(&shop.admin, "/v1/messages", &message).json()["id"].as_str().unwrap().to_owned();
    let human = json!({"text": "转人工", "user": "u-1", "conversation": "c1"});
    let opinion = json!({"id": id, "good": false, "user": "u-1", "conversation": "c1"});
    let asked: [(&str, &str, &str, Value); 17] = [
        ("POST", "/v1/messages", "/v1/messages", message.clone()),
        ("POST", "/v1/messages", "/v1/messages", human),
        ("POST", "/v1/search", "/v1/search", json!({"query": "备案要多久"})),
        ("POST", "/v1/feedback", "/v1/feedback", opinion),
        ("GET", "/v1/replies/{id}", &format!("/v1/replies/{id}"), Value::Null),
        ("GET", "/v1/report", "/v1/report?days=30", Value::Null),
        ("GET", "/v1/handovers", "/v1/handovers", Value::Null),
        ("POST", "/v1/handovers/{number}/take", "/v1/handovers/1/take", Value::Null),
        ("POST", "/v1/messages", "/v1/messages", message),
        ("POST", "/v1/handovers/{number}/give_back", "/v1/handovers/1/give_back", Value::Null),
        ("GET", "/v1/conversations/{id}", "/v1/conversations/c1", Value::Null),
        ("GET", "/v1/records", "/v1/records", Value::Null),
        ("GET", "/v1/records/accounts/{id}", "/v1/records/accounts/demo-account-2", Value::Null),
        ("POST", "/v1/records", "/v1/records", shop.get(&shop.admin, "/v1/records").json()),
        ("POST", "/v1/link_codes", "/v1/link_codes", json!({"account": "demo-account-1"})),
        ("GET", "/healthz", "/healthz", Value::Null),
        ("GET", "/readyz", "/readyz", Value::Null),
    ];
    let mut found = Vec::new();
    for (method, operation, path, body) in &asked {
        let described = &description["paths"][operation][method.to_lowercase()];
        if !body.is_null() {
            let schema = &described["requestBody"]["content"]["application/json"]["schema"];
            breaches(&description, schema, body, &format!("{method} {path}, body"), &mut found);
        }
        let answered = with_key(&shop.server, &shop.admin, method, path, body);
        assert_eq!(answered.status, 200, "{method} {path}: {answered:?}");
        let schema = &described["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {operation} describes no answer");
        breaches(&description, schema, &answered.json(), &format!("{method} {path}"), &mut found);
    }
    let refused = call(&shop.server, "GET", "/v1/handovers", &[], &Value::Null).json();
    breaches(&description, &json!({"$ref": "#/components/schemas/Failed"}), &refused, "refused", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_check_of_descriptions_can_bark() {
    let schema =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": ["string", "null"]}}});
    let found = |value: Value| {
        let mut found = Vec::new();
        breaches(&Value::Null, &schema, &value, "it", &mut found);
        found
    };
    assert!(found(json!({"a": "b"})).is_empty() && found(json!({"a": null})).is_empty());
    for wrong in [json!({}), json!({"a": 1}), json!({"a": "b", "c": 1}), json!([])] {
        assert_eq!(found(wrong.clone()).len(), 1, "{wrong}");
    }
}

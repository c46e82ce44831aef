//! Runs the tools. What goes wrong with a call is told to the model that made it; what goes wrong here is not its business.

use std::sync::Arc;

use axum::http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::arguments::{Arguments, Wrong};
use super::tools::{self, ASK, FOUND, SEARCH};
use crate::assistant::actions::{self, Action};
use crate::assistant::{Call, Heard, Incoming, MOST_FOUND};
use crate::channels::hex::hex;
use crate::channels::http::caller::Caller;
use crate::channels::reception::{Busy, Reception};
use crate::channels::wording::whole;
use crate::domain::reply::Reply;

const INSTRUCTIONS: &str = "备案（ICP filing）助手的工具，都是只读的。一般性问题用 search 或 ask；要对某个订单、域名、服务器下判断，用同名的工具，\
结果在 structuredContent.outcome 里。看谁的记录由密钥决定，不能在参数里指定。\n\
Tools of an assistant for ICP filings in mainland China, all of them read-only. Use search or ask for general questions, and the tool of a \
check for a verdict on an order, domain or server: structuredContent.outcome has it as data. Whose records are seen is decided by the key.";

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub channel: String,
    pub user: Option<String>,
}

/// The tools, for one who asks or for whoever has a key.
#[derive(Clone)]
pub struct Toolbox {
    reception: Arc<Reception>,
    /// `None`: each request has a key.
    person: Option<Person>,
    /// The conversation of questions that name none, where one process is one conversation.
    conversation: Option<String>,
}

/// Why a tool gave nothing.
enum Trouble {
    /// The model can mend it.
    Theirs(Wrong),
    Ours(Busy),
}

impl From<Wrong> for Trouble {
    fn from(wrong: Wrong) -> Self {
        Self::Theirs(wrong)
    }
}

impl From<Busy> for Trouble {
    fn from(busy: Busy) -> Self {
        Self::Ours(busy)
    }
}

impl Toolbox {
    pub fn of_keys(reception: Arc<Reception>) -> Self {
        Self { reception, person: None, conversation: None }
    }

    pub fn of_person(reception: Arc<Reception>, person: Person) -> Self {
        Self { reception, person: Some(person), conversation: Some(random_name()) }
    }

    /// Who asks in a request, and what keeps keys apart.
    fn asker(&self, context: &RequestContext<RoleServer>) -> Result<(Person, String), ErrorData> {
        if let Some(person) = &self.person {
            return Ok((person.clone(), String::new()));
        }
        let parts = context.extensions.get::<Parts>();
        let caller = parts.and_then(|parts| parts.extensions.get::<Caller>());
        let caller =
            caller.ok_or_else(|| ErrorData::internal_error("no key was found in the request", None))?;
        let person = Person { channel: caller.channel.clone(), user: caller.bound_to.clone() };
        Ok((person, caller.handle.clone()))
    }

    async fn search(&self, arguments: &Arguments) -> Result<CallToolResult, Trouble> {
        let query = arguments.text("query")?.ok_or(Wrong::Missing("query"))?;
        let limit = arguments.number("limit", MOST_FOUND)?.unwrap_or(FOUND);
        let answer = Arc::clone(&self.reception.answer);
        let found = self.reception.work(move || answer.search(&query, limit)).await?;
        let text: Vec<String> = found
            .iter()
            .map(|section| {
                format!("## {} ({})\n\n{}", section.place.heading, section.place.doc, section.text)
            })
            .collect();
        let text =
            if text.is_empty() { "没有找到。Nothing was found.".to_owned() } else { text.join("\n\n") };
        Ok(told(text, json!({"sections": found})))
    }

    async fn ask(&self, arguments: &Arguments, person: Person, key: &str) -> Result<CallToolResult, Trouble> {
        let text = arguments.text("text")?.ok_or(Wrong::Missing("text"))?;
        let conversation = match arguments.short("conversation", 128)? {
            Some(name) => named(key, &name),
            None => self.conversation.clone().unwrap_or_else(random_name),
        };
        let Person { channel, user } = person;
        let incoming = Incoming { channel, user, conversation, text };
        Ok(match self.reception.hear(incoming, None).await? {
            Heard::Reply(reply) => of_reply(&reply),
            Heard::Human => told(
                "人工客服正在处理这个会话。A human has this conversation.".to_owned(),
                json!({"kind": "handoff", "text": "", "intent": null, "outcome": null}),
            ),
        })
    }

    async fn act(
        &self,
        action: &'static dyn Action,
        arguments: &Arguments,
        person: Person,
    ) -> Result<CallToolResult, Trouble> {
        let language = arguments.short("language", 2)?;
        if language.as_deref().is_some_and(|language| !matches!(language, "zh" | "en")) {
            return Err(Wrong::Form("language".to_owned(), "zh or en".to_owned()).into());
        }
        let mut slots = action.slots().to_vec();
        slots.push("account");
        let call = Call {
            channel: person.channel,
            user: person.user,
            intent: action.intent().to_owned(),
            given: arguments.slots(&slots)?,
            text: arguments.text("text")?,
            english: language.as_deref() == Some("en"),
        };
        let answer = Arc::clone(&self.reception.answer);
        let reply = self.reception.work(move || answer.run(&call)).await?;
        Ok(of_reply(&reply.ok_or(Busy::Failed)?))
    }

    async fn run(
        &self,
        tool: &Tool,
        given: Option<rmcp::model::JsonObject>,
        person: Person,
        key: &str,
    ) -> Result<CallToolResult, Trouble> {
        let known: Vec<&str> = tool
            .input_schema
            .get("properties")
            .and_then(Value::as_object)
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let arguments = Arguments::of(given, &known)?;
        match tool.name.as_ref() {
            SEARCH => self.search(&arguments).await,
            ASK => self.ask(&arguments, person, key).await,
            name => match actions::find(name) {
                Some(action) => self.act(action, &arguments, person).await,
                None => Err(Busy::Failed.into()),
            },
        }
    }
}

impl ServerHandler for Toolbox {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("beian", env!("CARGO_PKG_VERSION")).with_title("备案助手");
        info.instructions = Some(INSTRUCTIONS.to_owned());
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let all = tools::all();
        let Some(tool) = all.iter().find(|tool| tool.name == request.name) else {
            return Err(ErrorData::invalid_params("there is no such tool; tools/list names them", None));
        };
        let (person, key) = self.asker(&context)?;
        match self.run(tool, request.arguments, person, &key).await {
            Ok(result) => Ok(result.into()),
            Err(Trouble::Theirs(wrong)) => {
                Ok(CallToolResult::error(vec![ContentBlock::text(wrong.to_string())]).into())
            }
            Err(Trouble::Ours(Busy::Waiting)) => Ok(CallToolResult::error(vec![ContentBlock::text(
                "too many questions are waiting; try again in a moment",
            )])
            .into()),
            Err(Trouble::Ours(Busy::Failed)) => {
                Err(ErrorData::internal_error("the answer could not be worked out", None))
            }
        }
    }
}

fn of_reply(reply: &Reply) -> CallToolResult {
    told(whole(reply), json!(reply))
}

/// A text for people and models, and the same as data.
fn told(text: String, data: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(data);
    result
}

/// The conversation of a name that a program gave: another key's of the same name is another.
fn named(key: &str, name: &str) -> String {
    let hash =
        Sha256::new().chain_update("mcp\0").chain_update(key).chain_update([0]).chain_update(name).finalize();
    format!("mcp-{}", hex(&hash[..16]))
}

/// A conversation that nobody has named. Without randomness all such questions would be one: that mixes what was said before, and shows
/// nobody's records to anybody else.
fn random_name() -> String {
    let mut bytes = [0_u8; 12];
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "the system gives no random numbers");
    }
    format!("mcp-{}", hex(&bytes))
}

//! The table of all operations: the router and the description of the interface are both made of it, so that they can't differ.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::handler::Handler;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, ResponseBuilder,
    schema::Schema,
};
use utoipa::{__dev::SchemaReferences, PartialSchema, Path, ToSchema};

use super::{
    Site, agents, desk, feedback, handovers, health, link_codes, listening, messages, people, records,
    search, session, shapes,
};

/// One operation: how it is described, and what answers.
struct Entry {
    path: String,
    method: HttpMethod,
    described: Operation,
    schemas: Vec<(String, RefOr<Schema>)>,
    answers: MethodRouter<Arc<Site>>,
}

/// An operation of a handler and of what `utoipa::path` has made beside it.
fn entry<Described, Answering, Arguments>(_: Described, handler: Answering) -> Entry
where
    Described: Path + SchemaReferences,
    Answering: Handler<Arguments, Arc<Site>>,
    Arguments: 'static,
{
    let mut schemas = Vec::new();
    Described::schemas(&mut schemas);
    // The attribute names one method each; a second would be an entry of its own.
    let method = Described::methods().into_iter().next().unwrap_or(HttpMethod::Get);
    let filter = match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Trace => MethodFilter::TRACE,
    };
    Entry {
        path: Described::path(),
        method,
        described: Described::operation(),
        schemas,
        answers: on(filter, handler),
    }
}

/// Every operation.
fn entries() -> Vec<Entry> {
    vec![
        entry(messages::__path_take, messages::take),
        entry(search::__path_find, search::find),
        entry(listening::__path_listen, listening::listen),
        entry(feedback::__path_take, feedback::take),
        entry(agents::__path_explain, agents::explain),
        entry(desk::__path_propose, desk::propose),
        entry(agents::__path_figures, agents::figures),
        entry(desk::__path_show, desk::show),
        entry(handovers::__path_list, handovers::list),
        entry(handovers::__path_take_over, handovers::take_over),
        entry(handovers::__path_give_back, handovers::give_back),
        entry(desk::__path_answer, desk::answer),
        entry(handovers::__path_conversation, handovers::conversation),
        entry(records::__path_case_file, records::case_file),
        entry(records::__path_export, records::export),
        entry(records::__path_import, records::import),
        entry(link_codes::__path_issue, link_codes::issue),
        entry(session::__path_show, session::show),
        entry(session::__path_link_code, session::link_code),
        entry(people::__path_list, people::list),
        entry(health::__path_alive, health::alive),
        entry(health::__path_ready, health::ready),
        entry(health::__path_figures, health::figures),
        entry(__path_description, description),
    ]
}

/// The routes of all operations.
pub(super) fn routes() -> Router<Arc<Site>> {
    entries().into_iter().fold(Router::new(), |router, entry| router.route(&entry.path, entry.answers))
}

/// The description of all operations, OpenAPI 3.1.
pub(super) fn described() -> OpenApi {
    let mut paths = Paths::new();
    let mut components = Components::new();
    let mut schemas = BTreeMap::new();
    schemas.insert("Failed".to_owned(), shapes::Failed::schema());
    let mut below = Vec::new();
    shapes::Failed::schemas(&mut below);
    for mut entry in entries() {
        refusals(&mut entry.described);
        below.append(&mut entry.schemas);
        paths.add_path_operation(&entry.path, vec![entry.method], entry.described);
    }
    schemas.extend(below);
    components.schemas = schemas;
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("bk_HANDLE_SECRET")
        .description(Some("A key that `beian key create` has made on the server"))
        .build();
    components.add_security_scheme("key", SecurityScheme::Http(key));
    let session = "`Beian-Session TOKEN`: whom a site that shows the chat has signed in, see docs/web.md";
    let session = ApiKey::Header(ApiKeyValue::with_description("Authorization", session));
    components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("beian")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("备案助手的接口 · The HTTP interface of a support assistant for ICP filings in mainland China"))
                .license(Some(utoipa::openapi::License::new("MIT OR Apache-2.0")))
                .build(),
        )
        .paths(paths)
        .components(Some(components))
        .build()
}

/// Adds the refusals that operations of a kind have in common; each names those of its own beside its handler.
fn refusals(operation: &mut Operation) {
    let mut add = |status: &str, why: &str| {
        let refusal = ResponseBuilder::new()
            .description(why)
            .content(
                "application/json",
                ContentBuilder::new().schema(Some(Ref::from_schema_name("Failed"))).build(),
            )
            .build();
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| refusal.into());
    };
    if operation.request_body.is_some() {
        add("400", "The body can't be used");
        add("408", "The body did not arrive in time");
        add("413", "The body is too large");
        add("415", "The body is not JSON");
    }
    if operation.security.is_some() {
        add("401", "The key or the session is missing, or no good");
        add("403", "Whoever asks may not do this");
        add("429", "More was asked in a minute than is allowed; Retry-After says when to come back");
    }
    add("414", "The address is too long");
    add("500", "Something broke; the server's log has the cause under x-request-id");
    add("503", "Busy, or the answer took too long; Retry-After says when to come back");
}

static DESCRIPTION: LazyLock<Result<String, String>> =
    LazyLock::new(|| described().to_pretty_json().map_err(|error| error.to_string()));

/// This description
///
/// OpenAPI 3.1, made from the code. `/docs` is a page to try it.
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses((status = 200, description = "The description", body = Object)))]
async fn description() -> Response {
    match DESCRIPTION.as_deref() {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => {
            tracing::error!(error, "the description could not be written");
            super::failure::Failure::internal().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_operation_is_there_twice_or_without_words() {
        let mut seen = BTreeSet::new();
        let mut names = BTreeSet::new();
        for entry in entries() {
            let method = serde_json::to_string(&entry.method).unwrap();
            assert!(seen.insert((entry.path.clone(), method)), "{} twice", entry.path);
            let summary = entry.described.summary.unwrap_or_default();
            assert!(!summary.is_empty() && !summary.ends_with('.'), "{}: {summary}", entry.path);
            let name = entry.described.operation_id.unwrap();
            assert!(names.insert(name.clone()), "two operations are called {name}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = described().to_json().unwrap();
        let description: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(description["openapi"], "3.1.0");
        let mut references = 0;
        for part in text.split("\"$ref\":\"#").skip(1) {
            let pointer = part.split('"').next().unwrap();
            assert!(description.pointer(pointer).is_some(), "{pointer}");
            references += 1;
        }
        assert!(references > 50, "only {references} references");
    }
}

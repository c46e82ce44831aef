//! What every request gets: a request id, a limit of time, one line in the log, a place in the figures, and the headers that keep the page safe.
//!
//! The line carries neither the text of a message nor anything of the person: not the address, not the query, and
//! of the path only the route that it matched.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::caller::Gate;
use super::failure::Failure;
use super::origin::Origin;
use super::widget::FramedBy;
use super::{ADDRESS_LIMIT, Site};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken over from a proxy.
const REQUEST_ID_LIMIT: usize = 64;

/// Only our own files, no inline script or style, no frame around us; and no script may turn text into markup.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
];

pub(super) async fn wrap(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id(&request).unwrap_or_else(|| site.names.request());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let origin = Origin::of(request.extensions(), request.headers(), site.limits.trusts_forwarded_for());
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(Gate {
        reception: site.reception(),
        limits: Arc::clone(&site.limits),
        site: Arc::clone(&site),
    });
    let path = request.uri().path().to_owned();
    let length = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let mut response = if length > ADDRESS_LIMIT {
        Failure::address_too_long().for_path(&path)
    } else {
        match tokio::time::timeout(site.time_limit, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Failure::too_slow().for_path(&path),
        }
    };
    let name = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    site.reception.metrics.request(method.as_str(), name, status, start.elapsed().as_secs_f64());
    tracing::info!(
        id,
        %method,
        route = name,
        status,
        elapsed_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    let framed_by = response.extensions_mut().remove::<FramedBy>();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if let Some(FramedBy(sites)) = framed_by {
        // The older header knows no list of sites.
        headers.remove(header::X_FRAME_OPTIONS);
        let policy =
            CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", &format!("frame-ancestors {sites}"));
        // Sites were checked when the configuration was read; if one can't stand in a header, nobody may frame the page.
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// The id that a proxy gave the request, if it is one that may stand in a log.
fn request_id(request: &Request) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let fits = !id.is_empty() && id.len() <= REQUEST_ID_LIMIT;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (fits && plain).then(|| id.to_owned())
}

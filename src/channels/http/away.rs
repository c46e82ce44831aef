//! What a request gets when the store did not do what it needed: 503 and when to come back while the store is away or busy, 500
//! where coming back won't help.

use super::failure::Failure;
use crate::store::StoreError;

impl Failure {
    /// Logs why the store failed, once, and says no more than whether to come back. `what` is what the log says could not be done.
    pub(in crate::channels) fn of_store(error: &StoreError, what: &'static str) -> Self {
        tracing::error!(%error, "{what}");
        if error.may_pass() { Self::store_away() } else { Self::internal() }
    }

    /// Nothing is wrong with the request: the same will do once the store is back.
    pub(super) fn store_away() -> Self {
        Self::not_ready("the store does not answer")
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn only_what_may_pass_is_worth_coming_back_for() {
        let answered = |error: &StoreError| {
            let response = Failure::of_store(error, "a test").into_response();
            (response.status(), response.headers().contains_key(header::RETRY_AFTER))
        };
        let away = StoreError::Unreachable { place: "there".to_owned(), reason: "refused".to_owned() };
        assert_eq!(answered(&away), (StatusCode::SERVICE_UNAVAILABLE, true));
        let damaged = StoreError::Damaged { what: "a date", value: "x".to_owned() };
        assert_eq!(answered(&damaged), (StatusCode::INTERNAL_SERVER_ERROR, false));
    }
}

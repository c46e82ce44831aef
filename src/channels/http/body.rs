//! Reads a request's body within limits of size and time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};

use super::BODY_LIMIT;
use super::failure::Failure;

/// A body that takes longer is given up, so that slow senders cannot hold connections for ever.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What is read and thrown away of a body that is too large: a sender that is still writing when the connection
/// closes gets a reset instead of our answer, so up to this much we hear it out.
const HEARD_OUT: usize = 4 * 1024 * 1024;

/// The whole body, at most [`BODY_LIMIT`] bytes.
pub(in crate::channels) async fn read(body: Body) -> Result<Vec<u8>, Failure> {
    read_up_to(body, BODY_LIMIT).await
}

/// The whole body, at most `limit` bytes.
pub(in crate::channels) async fn read_up_to(body: Body, limit: usize) -> Result<Vec<u8>, Failure> {
    match tokio::time::timeout(TIME_LIMIT, collect(body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(Failure::body_too_slow()),
    }
}

async fn collect(mut body: Body, limit: usize) -> Result<Vec<u8>, Failure> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit + HEARD_OUT {
        return Err(Failure::body_too_large(limit));
    }
    let mut bytes = Vec::with_capacity(announced.min(limit));
    let mut length: usize = 0;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| Failure::body_broken())?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(&data);
        } else if length > limit + HEARD_OUT {
            break;
        }
    }
    if length > limit { Err(Failure::body_too_large(limit)) } else { Ok(bytes) }
}

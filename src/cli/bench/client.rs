//! One who asks: a connection that is kept, a question at a time, the next as soon as the reply is there. No more of HTTP than that
//! takes.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::latency::Latency;

/// How many messages one conversation has.
const LENGTH_OF_CONVERSATION: usize = 6;

/// How long a reply may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before connecting again.
const PAUSE: Duration = Duration::from_millis(20);

/// The largest reply that is read.
const LARGEST: usize = 1024 * 1024;

/// What came of a run, for one who asked or for all.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub latency: Latency,
    /// Replies that were none: another status than 200, or a connection that broke.
    pub errors: u64,
    /// What the first of them was.
    pub first_error: Option<String>,
}

impl Tally {
    pub fn merge(&mut self, other: Self) {
        self.latency.merge(&other.latency);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

/// Who asks what, where, and how long.
pub struct Asking {
    pub addr: SocketAddr,
    /// Unlike that of any other: conversations are named after it.
    pub name: String,
    pub messages: &'static [&'static str],
    /// At which of the messages to begin.
    pub first: usize,
    /// From when on replies count, and when to stop.
    pub counts_from: Instant,
    pub until: Instant,
}

/// Asks until it is time to stop.
pub async fn ask(asking: Asking) -> Tally {
    let mut tally = Tally::default();
    let mut connection = None;
    let mut asked = 0;
    while Instant::now() < asking.until {
        let text = asking.messages[(asking.first + asked) % asking.messages.len()];
        let conversation = format!("{}-{}", asking.name, asked / LENGTH_OF_CONVERSATION);
        asked += 1;
        let request = request(asking.addr, &conversation, text);
        let began = Instant::now();
        let done = tokio::time::timeout(PATIENCE, exchange(&mut connection, asking.addr, &request)).await;
        let ended = Instant::now();
        let failed = match done {
            Ok(Ok(200)) => None,
            Ok(Ok(status)) => Some(format!("status {status}")),
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no reply within {} s", PATIENCE.as_secs())),
        };
        if ended < asking.counts_from {
            continue;
        }
        match failed {
            None => tally.latency.add(u64::try_from((ended - began).as_micros()).unwrap_or(u64::MAX)),
            Some(error) => {
                connection = None;
                tally.errors += 1;
                tally.first_error.get_or_insert(error);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    tally
}

fn request(addr: SocketAddr, conversation: &str, text: &str) -> Vec<u8> {
    let body = serde_json::json!({"text": text, "conversation": conversation}).to_string();
    format!(
        "POST /v1/messages HTTP/1.1\r\nhost: {addr}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends a request and reads the reply to it; gives the status. A broken connection is not kept.
async fn exchange(kept: &mut Option<TcpStream>, addr: SocketAddr, request: &[u8]) -> io::Result<u16> {
    let stream = match kept.take() {
        Some(stream) => stream,
        None => TcpStream::connect(addr).await?,
    };
    stream.set_nodelay(true)?;
    send(&stream, request).await?;
    let status = receive(&stream).await?;
    *kept = Some(stream);
    Ok(status)
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn receive(stream: &TcpStream) -> io::Result<u16> {
    let mut bytes = Vec::with_capacity(8 * 1024);
    loop {
        if let Some((status, end)) = head(&bytes)? {
            if bytes.len() >= end {
                return Ok(status);
            }
            bytes.reserve(end - bytes.len());
        }
        stream.readable().await?;
        match stream.try_read_buf(&mut bytes) {
            Ok(0) => return Err(io::Error::other("the server closed the connection")),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// The status of a response and where it ends, as soon as its head is there.
fn head(bytes: &[u8]) -> io::Result<Option<(u16, usize)>> {
    let odd = || io::Error::other("this is no reply of HTTP/1.1 with a length");
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() > LARGEST { Err(odd()) } else { Ok(None) };
    };
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| odd())?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok())
        .filter(|length| *length <= LARGEST);
    match (status, length) {
        (Some(status), Some(length)) => Ok(Some((status, end + 4 + length))),
        _ => Err(odd()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_where_the_response_ends() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\nContent-Le").unwrap(), None);
        let whole = b"HTTP/1.1 503 Busy\r\na: b\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(head(whole).unwrap(), Some((503, whole.len())));
        for odd in [
            &b"HTTP/1.1 200 OK\r\n\r\n"[..],
            b"SSH-2.0-x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            b"HTTP/1.1 2\xff0 OK\r\n\r\n",
        ] {
            assert!(head(odd).is_err(), "{odd:?}");
        }
    }
}

//! Figures for Prometheus: requests, how long they took, replies of all channels, what waits in queues, how long the process runs.
//!
//! No label says anything of a person: routes as they are written in the code, codes, kinds, names of channels.

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::store::queue::Backlog;

/// Upper bounds of the classes of times, in seconds: answers take milliseconds, a busy server seconds.
const TIMES: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Said {
    channel: String,
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    queue: String,
}

fn classes() -> Histogram {
    Histogram::new(TIMES)
}

/// What is counted from the start on.
pub struct Metrics {
    registry: Registry,
    started_at: Timestamp,
    requests: Family<Request, Counter>,
    times: Family<Route, Histogram>,
    replies: Family<Said, Counter>,
    waiting: Family<Queue, Gauge>,
    dead: Family<Queue, Gauge>,
    uptime: Gauge,
}

impl Metrics {
    /// Counts from now on.
    pub fn new(now: Timestamp) -> Self {
        let mut registry = Registry::with_prefix("beian");
        let requests = Family::default();
        registry.register("http_requests", "Requests by route and status", requests.clone());
        let times = Family::new_with_constructor(classes as fn() -> Histogram);
        let what = "From request to the head of the answer";
        registry.register_with_unit("http_request_duration", what, Unit::Seconds, times.clone());
        let replies = Family::default();
        registry.register("replies", "Replies by channel and kind; human: left to a human", replies.clone());
        let waiting = Family::default();
        registry.register("queue_waiting", "Deliveries that wait to be worked off", waiting.clone());
        let dead = Family::default();
        registry.register("queue_dead", "Deliveries that were given up", dead.clone());
        let uptime = Gauge::default();
        registry.register_with_unit("uptime", "Since the process started", Unit::Seconds, uptime.clone());
        Self { registry, started_at: now, requests, times, replies, waiting, dead, uptime }
    }

    /// Counts a request that was answered. A method that no route has is `other`, since anybody may invent one.
    pub fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = if known.contains(&method) { method } else { "other" };
        let request = Request { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&request).inc();
        self.times.get_or_create(&Route { route: route.to_owned() }).observe(seconds);
    }

    /// Counts what came of a message.
    pub fn reply(&self, channel: &str, kind: &'static str) {
        self.replies.get_or_create(&Said { channel: channel.to_owned(), kind }).inc();
    }

    /// All figures as text, in the form of OpenMetrics.
    pub fn text(&self, now: Timestamp, backlogs: &[Backlog]) -> Result<String, std::fmt::Error> {
        self.uptime.set(now.duration_since(self.started_at).as_secs());
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        for backlog in backlogs {
            let queue = Queue { queue: backlog.queue.clone() };
            self.waiting.get_or_create(&queue).set(number(backlog.waiting));
            self.dead.get_or_create(&queue).set(number(backlog.dead));
        }
        let mut written = String::new();
        text::encode(&mut written, &self.registry)?;
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_written() {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let metrics = Metrics::new(start);
        metrics.request("GET", "/healthz", 200, 0.002);
        metrics.request("BREW", "/healthz", 405, 0.002);
        metrics.reply("web", "answer");
        let backlog = Backlog { queue: "zammad".to_owned(), waiting: 3, dead: 1, oldest_waiting_since: None };
        let later = "2026-11-22T10:01:00Z".parse().unwrap();
        let text = metrics.text(later, &[backlog]).unwrap();
        for line in [
            "beian_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
            "beian_http_requests_total{method=\"other\",route=\"/healthz\",status=\"405\"} 1",
            "beian_http_request_duration_seconds_count{route=\"/healthz\"} 2",
            "beian_replies_total{channel=\"web\",kind=\"answer\"} 1",
            "beian_queue_waiting{queue=\"zammad\"} 3",
            "beian_queue_dead{queue=\"zammad\"} 1",
            "beian_uptime_seconds 60",
            "# EOF",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
    }
}

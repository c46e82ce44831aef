//! A question that went wrong, with what was shown instead.

use std::fmt;

use serde::Serialize;

use crate::cli::columns::cut;
use crate::domain::reply::{Kind, Reply};
use crate::evaluation::{Fate, Judged, Question, Utterance, scope};

/// One failure, for people and for programs.
#[derive(Debug, Serialize)]
pub struct Failure {
    file: String,
    line: usize,
    id: Option<String>,
    text: String,
    /// What went wrong: `wrong`, `refused`, `asked_back`, `answered` (an uncovered question), `not_cited`, `intent`.
    #[serde(rename = "failure")]
    what: &'static str,
    /// The intent that was meant, in an intent set.
    meant: Option<String>,
    kind: Kind,
    intent: Option<String>,
    confidence: f64,
    /// The first citation.
    citation: Option<String>,
    /// The first line of what was shown.
    shown: String,
}

impl Failure {
    fn new(file: &str, line: usize, text: &str, failure: &'static str, reply: &Reply) -> Self {
        Self {
            file: file.to_owned(),
            line,
            id: None,
            text: text.to_owned(),
            what: failure,
            meant: None,
            kind: reply.kind,
            intent: reply.intent.clone(),
            confidence: reply.confidence,
            citation: reply
                .citations
                .first()
                .map(|citation| format!("{} · {}", citation.doc, citation.heading)),
            shown: reply
                .text
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty())
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// What went wrong with a question; `None` when nothing did.
    pub fn of_question(file: &str, question: &Question, reply: &Reply, judged: Judged) -> Option<Self> {
        let failure = match judged.fate {
            Fate::Right => return None,
            Fate::Shown if judged.rank == Some(1) || !judged.comparable => return None,
            Fate::Shown => "not_cited",
            Fate::Wrong if question.expected == crate::evaluation::Expected::Refusal => "answered",
            Fate::Wrong => "wrong",
            Fate::Refused => "refused",
            Fate::AskedBack => "asked_back",
        };
        let id = question.id.clone();
        Some(Self { id, ..Self::new(file, question.line, &question.text, failure, reply) })
    }

    /// An utterance that was taken for something else.
    pub fn of_utterance(file: &str, meant: &Utterance, reply: &Reply) -> Option<Self> {
        (scope(Some(&meant.intent)) != scope(reply.intent.as_deref())).then(|| Self {
            meant: Some(meant.intent.clone()),
            ..Self::new(file, meant.line, &meant.text, "intent", reply)
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = serde_json::to_value(self.kind).ok();
        let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
        let id = self.id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
        writeln!(
            f,
            "{}:{}{id} {}: {}",
            self.file,
            self.line,
            self.what.replace('_', " "),
            cut(&self.text, 90)
        )?;
        if let Some(meant) = &self.meant {
            writeln!(f, "    {meant} taken for {}", self.intent.as_deref().unwrap_or("nothing"))?;
        }
        let intent = self.intent.as_ref().map(|intent| format!(" {intent}")).unwrap_or_default();
        let citation = self.citation.as_ref().map(|citation| format!(" · {citation}")).unwrap_or_default();
        writeln!(f, "    {kind}{intent} {:.2}{}", self.confidence, cut(&citation, 90))?;
        writeln!(f, "    {}\n", cut(&self.shown, 100))
    }
}

//! `beian eval`: asks sets of questions and utterances, and prints how good the answers are.
//!
//! Counting is the business of the evaluation room; here are the files, the tables and the JSON.

mod failures;
mod table;

pub use self::table::intents as intents_table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use self::failures::Failure;
use super::wiring;
use crate::assistant::Assistant;
use crate::config::Settings;
use crate::domain::reply::Reply;
use crate::evaluation::{
    Figures, IntentFigures, Judged, Question, Set, Utterance, ask_each, judge, parse, scope,
};

/// Asks question sets and intent sets, and prints accuracy figures
///
/// A question set is JSON Lines: {"question", "must": [regular expressions on the reply's text], "any", "must_not",
/// "source": [{"doc", "heading"}], "uncovered": true, "kind", "style", "category"}. An intent set is Rasa training data
/// (.yml) or JSON Lines {"text", "intent"}, "oos" for out of scope; its intents are those of --intents.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  beian eval tests/eval/questions-tune.jsonl tests/eval/uncovered-tune.jsonl\n  beian --intents banking eval --json --failures 0 banking-test.jsonl"
)]
pub struct Command {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// How many failures to list for each file
    #[arg(long, value_name = "N", default_value_t = 20)]
    failures: usize,
    /// Question sets and intent sets
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A set that was asked.
struct Asked {
    file: String,
    set: Set,
    replies: Vec<Reply>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        // Every file is read before the first question: a mistake in the last one shows at once.
        let sets: Vec<(String, Set)> = self.files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
        let mind = Arc::new(wiring::mind(settings)?);
        mind.warm();
        let store = wiring::store(settings)?;
        let asked: Vec<Asked> = sets
            .into_iter()
            .map(|(file, set)| {
                // One that has heard nothing yet: what another file asked must not be taken for what was said before.
                let assistant = Assistant::new(mind.clone(), store.clone(), wiring::clock(settings.now));
                let replies = ask_each(&assistant, &texts(&set));
                Asked { file, set, replies }
            })
            .collect();
        let out = std::io::BufWriter::new(std::io::stdout().lock());
        if self.json {
            self.print_json(&asked, out)?;
        } else {
            self.print_tables(&asked, out)?;
        }
        Ok(0)
    }

    fn print_json(&self, asked: &[Asked], mut out: impl std::io::Write) -> anyhow::Result<()> {
        let files = asked.iter().map(|asked| {
            let failures: Vec<Failure> = asked.failures().into_iter().take(self.failures).collect();
            let (kind, figures) = match &asked.set {
                Set::Questions(_) => ("questions", json!(Figures::of(&asked.questions()))),
                Set::Utterances(_) => ("intents", json!(IntentFigures::of(&asked.intents()))),
            };
            json!({"file": asked.file, "kind": kind, "figures": figures, "failures": failures})
        });
        let files: Vec<Value> = files.collect();
        let (questions, intents) = together(asked);
        let all = json!({
            "questions": (!questions.is_empty()).then(|| Figures::of(&questions)),
            "intents": (!intents.is_empty()).then(|| IntentFigures::of(&intents)),
        });
        serde_json::to_writer(&mut out, &json!({"files": files, "all": all}))?;
        writeln!(out)?;
        Ok(())
    }

    fn print_tables(&self, asked: &[Asked], mut out: impl std::io::Write) -> anyhow::Result<()> {
        for asked in asked {
            let all = asked.failures();
            for failure in all.iter().take(self.failures) {
                write!(out, "{failure}")?;
            }
            if all.len() > self.failures && self.failures > 0 {
                writeln!(out, "… and {} more: --failures {}\n", all.len() - self.failures, all.len())?;
            }
            match &asked.set {
                Set::Questions(_) => {
                    write!(out, "{}", table::questions(&asked.file, &Figures::of(&asked.questions())))?;
                }
                Set::Utterances(_) => {
                    write!(out, "{}", table::intents(&asked.file, &IntentFigures::of(&asked.intents())))?;
                }
            }
        }
        let (questions, intents) = together(asked);
        let files = |wanted: fn(&Set) -> bool| asked.iter().filter(|asked| wanted(&asked.set)).count();
        if files(|set| matches!(set, Set::Questions(_))) > 1 {
            write!(out, "{}", table::questions("all", &Figures::of(&questions)))?;
        }
        if files(|set| matches!(set, Set::Utterances(_))) > 1 {
            write!(out, "{}", table::intents("all", &IntentFigures::of(&intents)))?;
        }
        out.flush()?;
        Ok(())
    }
}

/// A question with its reply and the judgement on it.
type Case<'a> = (&'a Question, &'a Reply, Judged);

impl Asked {
    fn questions(&self) -> Vec<Case<'_>> {
        let Set::Questions(questions) = &self.set else { return Vec::new() };
        questions
            .iter()
            .zip(&self.replies)
            .map(|(asked, reply)| (asked, reply, judge(asked, reply)))
            .collect()
    }

    /// What was meant and what was understood.
    fn intents(&self) -> Vec<(&str, &str)> {
        self.utterances()
            .map(|(meant, reply)| (scope(Some(&meant.intent)), scope(reply.intent.as_deref())))
            .collect()
    }

    fn utterances(&self) -> impl Iterator<Item = (&Utterance, &Reply)> {
        let utterances = match &self.set {
            Set::Utterances(utterances) => utterances.as_slice(),
            Set::Questions(_) => &[],
        };
        utterances.iter().zip(&self.replies)
    }

    fn failures(&self) -> Vec<Failure> {
        let questions = self.questions().into_iter().filter_map(|(question, reply, judged)| {
            Failure::of_question(&self.file, question, reply, judged)
        });
        let utterances =
            self.utterances().filter_map(|(meant, reply)| Failure::of_utterance(&self.file, meant, reply));
        questions.chain(utterances).collect()
    }
}

/// What all files hold together.
fn together(asked: &[Asked]) -> (Vec<Case<'_>>, Vec<(&str, &str)>) {
    (asked.iter().flat_map(Asked::questions).collect(), asked.iter().flat_map(Asked::intents).collect())
}

fn texts(set: &Set) -> Vec<&str> {
    match set {
        Set::Questions(questions) => questions.iter().map(|question| question.text.as_str()).collect(),
        Set::Utterances(utterances) => utterances.iter().map(|said| said.text.as_str()).collect(),
    }
}

fn read(path: &Path) -> anyhow::Result<(String, Set)> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        anyhow::anyhow!("{file}: can't be read: {error}; give a file of JSON Lines or Rasa YAML")
    })?;
    let set = parse(&file, &text)?;
    Ok((file, set))
}

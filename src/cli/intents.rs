//! `beian intents`: whether training data can tell its intents apart.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::eval::intents_table;
use super::wiring;
use crate::assistant::intent_reader::{IntentReader, recogniser};
use crate::config::Settings;
use crate::evaluation::{IntentFigures, cross_validate, in_two_intents, scope};
use crate::understand::intents::Example;

/// Checks training data of intents
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian intents check intents")]
pub struct Command {
    #[command(subcommand)]
    command: Intents,
}

#[derive(Subcommand, Debug)]
enum Intents {
    /// Cross-validates in five rounds: accuracy, worst intents, confused pairs; exit code 1 if an utterance is in two intents
    #[command(after_help = "Examples:\n  beian intents check\n  beian intents check my-intents --json")]
    Check {
        /// The folder; without it the folder of --intents, else the intents in the binary
        dir: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

const ROUNDS: usize = 5;
/// How many confused pairs are shown, each with two utterances.
const PAIRS: usize = 10;

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let Intents::Check { dir, json } = self.command;
        let folder = dir.as_deref().or(settings.intents.as_deref());
        let examples = wiring::training(folder)?.examples;
        anyhow::ensure!(
            !examples.is_empty(),
            "{}: no intent with examples; give a folder with Rasa 3.1 training data",
            folder.map_or_else(
                || "the intents in the binary".to_owned(),
                |folder| folder.display().to_string()
            )
        );
        let recogniser = recogniser(&wiring::rules(settings)?);
        let taken_for = cross_validate(&examples, ROUNDS, |train| {
            let reader = IntentReader::new(train, &recogniser);
            move |text: &str| reader.read(text)
        });
        let checked = Checked::of(&examples, &taken_for);
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        if json {
            serde_json::to_writer(&mut out, &checked.json())?;
            writeln!(out)?;
        } else {
            write!(out, "{}", checked.text())?;
        }
        out.flush()?;
        Ok(u8::from(!checked.twice.is_empty()))
    }
}

/// What the check found.
struct Checked<'a> {
    figures: IntentFigures,
    /// The utterances of each confused pair, by what was meant and what it was taken for.
    confused: BTreeMap<(&'a str, &'a str), Vec<&'a Example>>,
    twice: Vec<Vec<&'a Example>>,
}

impl<'a> Checked<'a> {
    fn of(examples: &'a [Example], taken_for: &'a [Option<String>]) -> Self {
        // Topics outside all come to the same refusal, so that they are one here: taking one for another costs nothing.
        let pairs: Vec<(&str, &str)> = examples
            .iter()
            .zip(taken_for)
            .map(|(example, intent)| (scope(Some(&example.intent)), scope(intent.as_deref())))
            .collect();
        let mut confused: BTreeMap<(&str, &str), Vec<&Example>> = BTreeMap::new();
        for (pair, example) in pairs.iter().zip(examples).filter(|((meant, intent), _)| meant != intent) {
            confused.entry(*pair).or_default().push(example);
        }
        Self { figures: IntentFigures::of(&pairs), confused, twice: in_two_intents(examples) }
    }

    /// Up to two utterances of a confused pair.
    fn samples(&self, meant: &str, understood: &str) -> &[&'a Example] {
        let pair = self.confused.iter().find(|(pair, _)| **pair == (meant, understood));
        let all = pair.map_or(&[][..], |(_, examples)| examples.as_slice());
        &all[..all.len().min(2)]
    }

    fn text(&self) -> String {
        let mut text = intents_table(&format!("{ROUNDS} rounds"), &self.figures);
        for pair in self.figures.confused.iter().take(PAIRS) {
            text.push_str(&format!("{} taken for {} ({})\n", pair.meant, pair.understood, pair.times));
            for example in self.samples(&pair.meant, &pair.understood) {
                text.push_str(&format!("    {}:{}: {}\n", example.file, example.line, example.text));
            }
        }
        for places in &self.twice {
            let named: Vec<String> = places
                .iter()
                .map(|example| format!("{}:{} ({})", example.file, example.line, example.intent))
                .collect();
            text.push_str(&format!(
                "error: “{}” is in two intents: {}; keep it in one\n",
                places[0].text,
                named.join(", ")
            ));
        }
        text
    }

    fn json(&self) -> Value {
        let placed = |example: &&Example| json!({"file": &*example.file, "line": example.line, "intent": example.intent, "text": example.text});
        let confused = self.figures.confused.iter().map(|pair| {
            let samples: Vec<Value> = self.samples(&pair.meant, &pair.understood).iter().map(placed).collect();
            json!({"meant": pair.meant, "understood": pair.understood, "times": pair.times, "examples": samples})
        });
        let twice = self.twice.iter().map(|places| places.iter().map(placed).collect::<Vec<_>>());
        json!({
            "rounds": ROUNDS,
            "figures": self.figures,
            "confused": confused.collect::<Vec<_>>(),
            "in_two_intents": twice.collect::<Vec<_>>(),
        })
    }
}

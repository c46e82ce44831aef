//! `beian search`: which sections and intents a text is near to, and why.

use std::io::Write as _;

use clap::Args;
use serde_json::json;

use super::wiring;
use crate::assistant::meaning::Reading;
use crate::assistant::semantics::{Cosines, IntentCosines};
use crate::assistant::{Mind, trust};
use crate::config::Settings;
use crate::knowledge::Language;
use crate::understand::{Normalised, Script, Signs};

/// Shows which sections and intents a text is near to
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian search --explain 备案要多久")]
pub struct Command {
    /// Show each part of the score
    #[arg(long)]
    explain: bool,
    /// One JSON object for each line of standard input, with every part of every score
    #[arg(long, conflicts_with = "text")]
    json: bool,
    /// The text
    #[arg(required_unless_present = "json", num_args = 1.., value_name = "TEXT")]
    text: Vec<String>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let mind = wiring::mind(settings)?;
        if self.json {
            for line in std::io::stdin().lines() {
                writeln!(std::io::stdout(), "{}", scores(&mind, &line?))?;
            }
            return Ok(0);
        }
        let text = Normalised::of(&self.text.join(" "));
        let language = if text.script == Some(Script::Latin) { Language::English } else { Language::Chinese };
        let entities = mind.recogniser().recognise(&text.folded, &text.original);
        let reading = mind.read(&text.folded, &entities, language);
        writeln!(std::io::stdout(), "known {:.3}", reading.known)?;
        for candidate in reading.telling().intents.iter().take(5) {
            writeln!(
                std::io::stdout(),
                "intent {:.3} {} (whole {:.3}, nearest {:.3})  ~ {}",
                candidate.score,
                candidate.intent,
                candidate.whole,
                candidate.nearest,
                reading.telling().example(candidate)
            )?;
        }
        for section in reading.sections.iter().take(8) {
            let hit = &section.hit;
            writeln!(
                std::io::stdout(),
                "section {:.3} {} · {}",
                section.score,
                hit.section.place.doc,
                hit.section.heading
            )?;
            if self.explain {
                writeln!(
                    std::io::stdout(),
                    "        asked: whole {:.3}, nearest {:.3}  index: bm25 {:.3}, coverage {:.3}, heading {:.3}",
                    section.whole,
                    section.nearest,
                    hit.bm25,
                    hit.coverage,
                    hit.heading_coverage
                )?;
                if reading.nearness.is_some() {
                    let Cosines { window, ask, whole } = section.cosines;
                    writeln!(
                        std::io::stdout(),
                        "        meaning: window {window:.3}, ask {ask:.3}, whole {whole:.3}"
                    )?;
                }
                if let Some(known) = &reading.field {
                    writeln!(
                        std::io::stdout(),
                        "        field: nearness {:.3}, known there {:.3}",
                        section.field,
                        trust(known)
                    )?;
                }
            }
        }
        Ok(0)
    }
}

/// Every part of every score of a text.
fn scores(mind: &Mind, text: &str) -> serde_json::Value {
    let text = Normalised::of(text);
    let language = if text.script == Some(Script::Latin) { Language::English } else { Language::Chinese };
    let entities = mind.recogniser().recognise(&text.folded, &text.original);
    let reading = mind.read(&text.folded, &entities, language);
    let intents = reading.intents.iter().take(90).map(|candidate| {
        json!({"intent": &*candidate.intent, "whole": candidate.whole, "nearest": candidate.nearest, "wording": candidate.wording})
    });
    let sections = reading.sections.iter().take(40).map(|section| {
        let hit = &section.hit;
        let mut parts = json!({
            "doc": hit.section.place.doc, "heading": hit.section.heading, "anchor": hit.section.anchor,
            "whole": section.whole, "nearest": section.nearest, "wording": section.wording,
            "bm25": hit.bm25, "coverage": hit.coverage, "heading_coverage": hit.heading_coverage,
            "apart": section.apart, "field": section.field, "score": section.score, "body": hit.section.body,
        });
        if reading.nearness.is_some() {
            let Cosines { window, ask, whole } = section.cosines;
            parts["cosines"] = json!({"window": window, "ask": ask, "whole": whole});
        }
        parts
    });
    let mut scores = json!({
        "signs": signs_of(&text), "text": text.original, "known": reading.known, "inside": reading.inside, "asks_outside": reading.asks_outside, "units": text.folded.chars().count(),
        "field": reading.field.as_deref().map(of_the_field),
        "intents": intents.collect::<Vec<_>>(), "sections": sections.collect::<Vec<_>>(),
    });
    if let Some(nearness) = &reading.nearness {
        let of = |cosines: &IntentCosines| json!({"whole": cosines.whole, "nearest": cosines.nearest});
        scores["intent_cosines"] =
            nearness.intents.iter().map(|(name, cosines)| (name.clone(), of(cosines))).collect();
        scores["nearest_section"] = json!(nearness.section);
    }
    scores
}

/// What our own knowledge base makes of a text, where it is asked.
fn of_the_field(known: &Reading) -> serde_json::Value {
    let sections = known.sections.iter().take(10).map(|section| {
        json!({
            "anchor": section.hit.section.anchor, "whole": section.whole, "nearest": section.nearest,
            "wording": section.wording, "bm25": section.hit.bm25, "coverage": section.hit.coverage, "score": section.score,
        })
    });
    let intents = known.intents.iter().take(90).map(|candidate| {
        json!({"intent": &*candidate.intent, "whole": candidate.whole, "nearest": candidate.nearest})
    });
    json!({
        "known": known.known, "inside": known.inside, "trust": trust(known),
        "sections": sections.collect::<Vec<_>>(), "intents": intents.collect::<Vec<_>>(),
    })
}

fn signs_of(text: &Normalised) -> serde_json::Value {
    let signs = Signs::of(&text.folded);
    json!({"vendor": signs.vendor, "price": signs.price, "law": signs.law, "trick": signs.trick, "injection": signs.injection})
}

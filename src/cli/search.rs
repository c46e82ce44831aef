//! `beian search`: which sections and intents a text is near to, and why.

use clap::Args;

use super::wiring;
use crate::assistant::meaning::Label;
use crate::config::Settings;
use crate::knowledge::Language;
use crate::understand::{Normalised, Script};

/// Shows which sections and intents a text is near to
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  beian search --explain 备案要多久")]
pub struct Command {
    /// Show each part of the score
    #[arg(long)]
    explain: bool,
    /// The text
    #[arg(required = true, num_args = 1.., value_name = "TEXT")]
    text: Vec<String>,
}

impl Command {
    pub fn run(self, settings: &Settings) -> anyhow::Result<u8> {
        let mind = wiring::mind(settings)?;
        let text = Normalised::of(&self.text.join(" "));
        let language = if text.script == Some(Script::Latin) { Language::English } else { Language::Chinese };
        let entities = mind.recogniser().recognise(&text.folded, &text.original);
        let reading = mind.meanings().read(&mind.knowledge, &text.folded, &entities, language);
        println!("known {:.3}", reading.known);
        for candidate in reading.intents.iter().take(5) {
            let Label::Intent(name) = &candidate.label else { continue };
            println!("intent {:.3} {name}  ~ {}", candidate.score, candidate.nearest);
        }
        for section in reading.sections.iter().take(8) {
            let hit = &section.hit;
            println!("section {:.3} {} · {}", section.score, hit.section.place.doc, hit.section.heading);
            if self.explain {
                println!(
                    "        asked {:.3}  index {:.3} = 2·bm25 {:.3} + 0.5·coverage {:.3} + 0.2·heading {:.3}",
                    section.asked, hit.score, hit.bm25, hit.coverage, hit.heading_coverage
                );
            }
        }
        Ok(0)
    }
}

//! What is asked: three kinds of messages, and a mix of them.

use clap::ValueEnum;

const MESSAGES: &str = include_str!("messages.txt");

/// What a run asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mix {
    /// Greetings and thanks
    Small,
    /// What rules answer
    Actions,
    /// What the knowledge base answers
    Answers,
    /// Three small, four actions and three answers of ten
    Mixed,
}

impl Mix {
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Actions => "actions",
            Self::Answers => "answers",
            Self::Mixed => "mixed",
        }
    }
}

/// The messages of a mix, in the order in which they are asked, over and over.
pub fn of(mix: Mix) -> Vec<&'static str> {
    if mix != Mix::Mixed {
        return section(mix.name());
    }
    let lists = [Mix::Small, Mix::Actions, Mix::Answers].map(|kind| section(kind.name()));
    let order = [0, 1, 2, 1, 0, 1, 2, 0, 1, 2];
    // Long enough to bring up every message with every neighbour.
    let length = order.len() * lists[0].len() * lists[1].len();
    let mut next = [0_usize; 3];
    let pick = |which: &usize| {
        next[*which] += 1;
        lists[*which][(next[*which] - 1) % lists[*which].len()]
    };
    order.iter().cycle().take(length).map(pick).collect()
}

fn section(name: &str) -> Vec<&'static str> {
    let lines = MESSAGES.lines().skip_while(|line| *line != format!("[{name}]")).skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_mix_brings_up_every_message_of_each_kind() {
        let mixed: BTreeSet<&str> = of(Mix::Mixed).into_iter().collect();
        for kind in [Mix::Small, Mix::Actions, Mix::Answers] {
            let messages = of(kind);
            assert!(messages.len() >= 10, "{kind:?}");
            assert!(messages.iter().all(|message| mixed.contains(message)), "{kind:?}");
        }
        let small: BTreeSet<&str> = of(Mix::Small).into_iter().collect();
        let mixed = of(Mix::Mixed);
        assert_eq!(10 * mixed.iter().filter(|message| small.contains(*message)).count(), 3 * mixed.len());
    }
}

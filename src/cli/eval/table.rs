//! Figures as tables in a terminal, where a Chinese character is two columns wide.

use unicode_width::UnicodeWidthStr as _;

use crate::cli::columns::pad;
use crate::evaluation::{Counts, Figures, IntentFigures, Silence, share};

/// How many of the worst intents and confused pairs are shown.
const WORST: usize = 10;

/// The table of a question set.
pub fn questions(name: &str, figures: &Figures) -> String {
    let mut table = format!("{name}: {} questions\n", figures.asked);
    let covered = &figures.covered;
    let mut line = |what: &str, part: usize, whole: usize| {
        if let Some(share) = share(part, whole) {
            table.push_str(&format!("  {}{}  {part} of {whole}\n", pad(what, 34), percent(share)));
        }
    };
    let with_fact = covered.asked - covered.shown;
    line("right fact", covered.right, with_fact);
    line("refused though covered", covered.refused, covered.asked);
    line("asked back", covered.asked_back, covered.asked);
    line("not covered: refused", figures.uncovered.refused, figures.uncovered.asked);
    line("not covered: asked back", figures.uncovered.asked_back, figures.uncovered.asked);
    line("of what is answered, wrong", figures.answered_wrongly, figures.answered);
    line("wrong and sure of it", figures.confident_wrong, covered.asked + figures.uncovered.asked);
    line("the expected kind of reply", figures.kinds_right, figures.kinds_asked);
    if let Some(recall) = &figures.recall {
        let places = [("R@1", recall.at_1), ("R@3", recall.at_3), ("MRR", recall.mrr)];
        let shown = places.map(|(name, value)| format!("{name} {}", number(value)));
        table.push_str(&format!(
            "  {}{}  of {} with a source\n",
            pad("right section cited", 34),
            shown.join("  "),
            recall.questions
        ));
    } else if covered.asked > 0 {
        table.push_str(
            "  recall: not measured, since no citation is of a document that the questions name as source\n",
        );
    }
    if let Some(calibration) = &figures.calibration {
        table.push_str(&format!("  {}{:.3}\n", pad("calibration error", 34), calibration.error));
        for bin in &calibration.bins {
            table.push_str(&format!(
                "      {:.1}–{:.1}  {:>5} answers  claimed {:.2}  right {:.2}\n",
                bin.from,
                bin.from + 0.1,
                bin.answers,
                bin.confidence,
                bin.right
            ));
        }
    }
    table.push_str(&format!(
        "  {}p50 {} µs  p99 {} µs\n",
        pad("time for an answer", 34),
        figures.elapsed_us.p50,
        figures.elapsed_us.p99
    ));
    if !figures.styles.is_empty() {
        table.push_str(&format!(
            "\n  {}  asked  right  wrong  refused  asked back  right fact\n",
            pad("style", 16)
        ));
        for (style, counts) in &figures.styles {
            table.push_str(&style_row(style, counts));
        }
    }
    if !figures.categories.is_empty() {
        table.push_str(&format!(
            "\n  {}  asked  refused  asked back  answered  refused\n",
            pad("not covered", 16)
        ));
        for (category, silence) in &figures.categories {
            table.push_str(&category_row(category, silence));
        }
    }
    table.push('\n');
    table
}

fn style_row(style: &str, counts: &Counts) -> String {
    format!(
        "  {}  {:>5}  {:>5}  {:>5}  {:>7}  {:>10}     {}\n",
        pad(style, 16),
        counts.asked,
        counts.right,
        counts.wrong,
        counts.refused,
        counts.asked_back,
        counts.fact_accuracy.map(percent).unwrap_or_default()
    )
}

fn category_row(category: &str, silence: &Silence) -> String {
    format!(
        "  {}  {:>5}  {:>7}  {:>10}  {:>8}  {}\n",
        pad(category, 16),
        silence.asked,
        silence.refused,
        silence.asked_back,
        silence.answered,
        silence.refused_share.map(percent).unwrap_or_default()
    )
}

/// The table of an intent set.
pub fn intents(name: &str, figures: &IntentFigures) -> String {
    let mut table = format!("{name}: {} utterances, {} intents\n", figures.asked, figures.intents.len());
    for (what, value) in [
        ("accuracy", figures.accuracy),
        ("macro F1", figures.macro_f1),
        ("in scope: accuracy", figures.in_scope_accuracy),
        ("out of scope: recall", figures.out_of_scope_recall),
        ("balanced", figures.balanced),
    ] {
        if value.is_some() {
            table.push_str(&format!("  {}{}\n", pad(what, 34), number(value)));
        }
    }
    let wide = figures.intents.keys().map(|name| name.width()).max().unwrap_or_default().clamp(16, 40);
    let worst: Vec<_> =
        figures.worst().into_iter().filter(|(_, intent)| intent.f1 < 1.0).take(WORST).collect();
    if !worst.is_empty() {
        table.push_str(&format!("\n  {}  asked  precision  recall     F1\n", pad("worst intents", wide)));
        for (name, intent) in worst {
            table.push_str(&format!(
                "  {}  {:>5}  {:>9.3}  {:>6.3}  {:>5.3}\n",
                pad(name, wide),
                intent.asked,
                intent.precision,
                intent.recall,
                intent.f1
            ));
        }
    }
    if !figures.confused.is_empty() {
        table.push_str(&format!("\n  {}  taken for\n", pad("meant", wide)));
        for pair in figures.confused.iter().take(WORST) {
            table.push_str(&format!("  {}  {} ({})\n", pad(&pair.meant, wide), pair.understood, pair.times));
        }
    }
    table.push('\n');
    table
}

fn percent(share: f64) -> String {
    format!("{:>5.1} %", share * 100.0)
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_is_not_in_the_table() {
        let table = questions("a.jsonl", &Figures::default());
        assert!(!table.contains("right fact") && !table.contains('%'), "{table}");
    }
}

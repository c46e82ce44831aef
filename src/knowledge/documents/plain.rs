//! Markdown to plain text, for the index: no markup, lists and table rows as lines.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The text of a Markdown body. Links are their text, pictures nothing, cells of a row stand side by side.
pub fn plain_text(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut pictures = 0_usize;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures = pictures.saturating_sub(1),
            Event::Text(text) | Event::Code(text) if pictures == 0 => plain.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::Rule => plain.push('\n'),
            Event::End(TagEnd::TableCell) => plain.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::CodeBlock
                | TagEnd::BlockQuote(_),
            )
            | Event::Start(Tag::List(_)) => break_line(&mut plain),
            _ => {}
        }
    }
    // emphasis that CommonMark doesn't see next to Chinese punctuation
    let mut plain = if plain.contains("**") { plain.replace("**", "") } else { plain };
    plain.truncate(plain.trim_end().len());
    plain
}

fn break_line(plain: &mut String) {
    while plain.ends_with(' ') {
        plain.pop();
    }
    if !plain.is_empty() && !plain.ends_with('\n') {
        plain.push('\n');
    }
}

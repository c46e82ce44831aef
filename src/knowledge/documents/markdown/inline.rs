//! Edits: the pieces of a Markdown source that are shown otherwise, or not at all.

/// A piece of the source and what is shown in its place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shown: String,
}

#[derive(Default)]
pub(super) struct Edits(Vec<Edit>);

impl Edits {
    pub(super) fn push(&mut self, edit: Edit) {
        self.0.push(edit);
    }

    /// Outer edits before inner ones that begin at the same byte: the inner ones are then passed over.
    pub(super) fn sort(&mut self) {
        self.0.sort_by_key(|edit| (edit.start, std::cmp::Reverse(edit.end)));
    }

    /// The source between two bytes as it is shown; `sort` first.
    pub(super) fn apply(&self, text: &str, from: usize, to: usize) -> String {
        let mut shown = String::with_capacity(to.saturating_sub(from));
        let mut at = from;
        for edit in &self.0[self.0.partition_point(|edit| edit.start < from)..] {
            if edit.start >= to {
                break;
            }
            if edit.start < at {
                continue;
            }
            shown.push_str(&text[at..edit.start]);
            shown.push_str(&edit.shown);
            at = edit.end.min(to);
        }
        shown.push_str(text.get(at..to).unwrap_or_default());
        tidy(&shown)
    }
}

/// No spaces at the ends of lines, never more than one empty line.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidy.push_str(line);
    }
    tidy
}

/// Does the text of a picture say anything? `image.png`, `图片`, `15572789885751_zh-CN` don't.
pub(super) fn meaningful_picture(name: &str) -> bool {
    let name = name.trim();
    let lower = name.to_lowercase();
    let file_like = lower
        .rsplit_once('.')
        .is_some_and(|(_, ending)| matches!(ending, "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "bmp"));
    let nameless = [
        "image",
        "img",
        "picture",
        "screenshot",
        "alt",
        "figure",
        "logo",
        "icon",
        "图片",
        "图",
        "截图",
        "示意图",
        "无标题",
    ];
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    !(name.chars().count() < 2
        || file_like
        || nameless.iter().any(|word| {
            lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '_')) == *word
        })
        || digits * 2 > lower.len())
}

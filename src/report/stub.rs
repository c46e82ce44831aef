//! A file for the knowledge base with one section: everything but the answer. The form is that of `kb/`, so that the linter
//! reads it and asks for what is missing.

use jiff::civil::Date;

use crate::understand::Script;
use crate::understand::features::hash;
use crate::understand::normalise::fold;

/// The longest heading, in characters.
const HEADING: usize = 40;

/// What stands where somebody has to write.
const TODO: &str = "TODO";

/// A section that the wordings ask for, the first one as its heading.
pub(super) fn section(wordings: &[&str], today: Date) -> String {
    let lines: Vec<String> = wordings.iter().map(|text| line(text)).filter(|text| !text.is_empty()).collect();
    let heading = lines.first().map_or(TODO, String::as_str);
    let language = if Script::of(heading) == Some(Script::Latin) { "en" } else { "zh" };
    // Nobody can name a topic in one word from a question; a name that stays the same is worth more than a pretty one.
    let anchor = format!("asked-{:08x}", hash(&fold(heading)) >> 32);
    let whole = heading;
    let heading = cut(heading);
    // A heading is a way to ask already; listed twice it is an error to the linter.
    let others = lines.iter().filter(|line| heading != whole || line.as_str() != whole);
    let asks: String = others.flat_map(|line| [line.as_str(), "\n"]).collect();
    format!(
        "---\ntitle: {TODO}\nas_of: {today}\nlanguage: {language}\nsources: [\"{TODO}\"]\n---\n\n\
         ## {heading} {{#{anchor}}}\n\n{TODO}\n\n<!-- ask\n{asks}-->\n"
    )
}

/// What somebody typed as one line that is neither markup nor a placeholder.
fn line(text: &str) -> String {
    let plain = text.replace(['{', '}', '<', '>', '#', '`', '\u{0}'], " ").replace("--", " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(heading: &str) -> String {
    let mut short: String = heading.chars().take(HEADING).collect();
    if short.len() < heading.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn a_stub_has_all_but_the_answer() {
        let day = jiff::civil::date(2026, 11, 22);
        insta::assert_snapshot!(section(&["备案能加急吗", "能不能快点"], day), @r#"
        ---
        title: TODO
        as_of: 2026-11-22
        language: zh
        sources: ["TODO"]
        ---

        ## 备案能加急吗 {#asked-538f8028}

        TODO

        <!-- ask
        能不能快点
        -->
        "#);
        assert!(section(&["Can it be faster?"], day).contains("language: en"));
    }

    #[test]
    fn what_people_type_cannot_leave_its_place() {
        let day = jiff::civil::date(2026, 11, 22);
        let stub = section(&["a\n--> {{provider}} <script> ## b {#c}", " \n "], day);
        assert_eq!(stub.matches("-->").count(), 1, "{stub}");
        assert!(!stub.contains("{{") && !stub.contains("<script") && !stub.contains("## b"), "{stub}");
        assert!(section(&[], day).contains("## TODO"));
    }
}

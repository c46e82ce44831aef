//! Whether a message asks for the rule, and nothing about a case of its own.

use crate::understand::Normalised;

/// Whether a message asks what something is.
pub(super) fn is_definition(text: &Normalised) -> bool {
    const ASKS: &[&str] = &[
        "什么是",
        "什么叫",
        "啥是",
        "啥叫",
        "是什么意思",
        "what is a ",
        "what is an ",
        "what's a ",
        "what does ",
    ];
    ASKS.iter().any(|words| text.folded.contains(words))
}

/// Whether a message speaks of nothing in particular.
pub(super) fn is_general(text: &Normalised) -> bool {
    const PARTICULAR: &[&str] = &[
        "我",
        "这个",
        "那个",
        "这张",
        "这图",
        "这名",
        "帮忙",
        "帮看",
        "查一下",
        "看一下",
        "my ",
        "our ",
        "this ",
        "these ",
        " i ",
    ];
    !PARTICULAR.iter().any(|word| text.folded.contains(word))
}

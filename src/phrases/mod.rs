//! Every sentence that the assistant says, Chinese and English side by side; one file an action, the rest by theme.
//!
//! The voice: friendly, short, plain. The answer comes in the first sentence, then why, then what to do next. Facts
//! come in as arguments; nothing here decides anything. Traditional script is made from the simplified text at the end
//! of a turn.

pub mod actions;
pub mod clarify;
pub mod doing;
pub mod names;
pub mod receipt;
pub mod talk;

/// The language a reply is worded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Voice {
    Chinese,
    English,
}

impl Voice {
    /// One of two wordings.
    pub fn pick<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// A numbered list, or a plain sentence where there is only one step.
pub(crate) fn steps<S: AsRef<str>>(steps: &[S]) -> String {
    match steps {
        [one] => one.as_ref().to_owned(),
        many => (1..)
            .zip(many)
            .map(|(number, step)| format!("{number}. {}", step.as_ref()))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// Names in a row: 甲、乙、丙 or a, b, c.
pub(crate) fn row<S: AsRef<str>>(voice: Voice, names: &[S]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(voice.pick("、", ", "))
}

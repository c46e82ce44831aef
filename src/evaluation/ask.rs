//! Puts every text of a set to an assistant, each as a conversation of its own.

use crate::assistant::{Answer, Incoming};
use crate::domain::reply::Reply;

/// How many are asked at once.
const AT_ONCE: usize = 2;

/// The replies of an assistant that has heard nothing yet, in the order of the texts. Nobody in particular asks.
pub fn ask_each(assistant: &dyn Answer, texts: &[&str]) -> Vec<Reply> {
    let one = |number: usize, text: &str| {
        assistant.answer(&Incoming {
            channel: "console".to_owned(),
            user: None,
            conversation: format!("eval {number}"),
            text: text.to_owned(),
        })
    };
    let length = texts.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..)
            .step_by(length)
            .zip(texts.chunks(length))
            .map(|(first, part)| {
                scope.spawn(move || {
                    (first..).zip(part).map(|(number, text)| one(number, text)).collect::<Vec<_>>()
                })
            })
            .collect();
        asked
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reply::Kind;

    struct Echo;

    impl Answer for Echo {
        fn answer(&self, incoming: &Incoming) -> Reply {
            Reply::new(Kind::Answer, format!("{}: {}", incoming.conversation, incoming.text))
        }
    }

    #[test]
    fn replies_come_in_the_order_of_the_texts_each_in_a_conversation_of_its_own() {
        let texts: Vec<String> = (0..7).map(|number| format!("text {number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let replies = ask_each(&Echo, &texts);
        let said: Vec<String> = replies.into_iter().map(|reply| reply.text).collect();
        let expected: Vec<String> = (0..7).map(|number| format!("eval {number}: text {number}")).collect();
        assert_eq!(said, expected);
        assert!(ask_each(&Echo, &[]).is_empty());
    }
}

//! What waits in the queue of a ticket system: only what the work needs of a request, never all that came.

use serde::{Deserialize, Serialize};

use super::{chatwoot, webhook, zammad};
use crate::channels::Setback;
use crate::store::queue::Job;

/// One thing to do; `A` is what a platform says of a message.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand<A> {
    /// A customer wrote.
    Asked(A),
    /// An agent does something on our page.
    Agent(AgentDoes),
    /// An agent spoke on the platform.
    Human { conversation: String, who: String },
    /// The conversation is over on the platform.
    Over { conversation: String },
}

/// What an agent does on our page that the platform has to know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentDoes {
    Says { conversation: String, text: String },
    GivesBack { conversation: String },
}

impl AgentDoes {
    /// As it is left in the queue of a platform.
    pub fn payload(self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Errand::<()>::Agent(self))
    }
}

/// The channels on which an agent on our page reaches the customer.
pub fn reaches(channel: &str) -> bool {
    [chatwoot::CHANNEL, webhook::CHANNEL, zammad::CHANNEL].contains(&channel)
}

impl<A: Serialize + for<'a> Deserialize<'a>> Errand<A> {
    pub fn payload(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// What a job holds.
    pub fn of(job: &Job) -> Result<Self, Setback> {
        serde_json::from_str(&job.payload)
            .map_err(|error| Setback::never(format!("the queue holds what this program can't read: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_leaves_every_platform_reads() {
        let says = AgentDoes::Says { conversation: "17".to_owned(), text: "好".to_owned() };
        let read: Errand<String> = serde_json::from_str(&says.clone().payload().unwrap()).unwrap();
        assert!(matches!(read, Errand::Agent(read) if read == says));
    }
}

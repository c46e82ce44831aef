//! Commands, buttons, menus and forms. Each is acknowledged at once, since Discord waits three seconds, and answered after.

use std::sync::Arc;

use serde_json::{Value, json};
use serenity::model::application::{
    ActionRowComponent, CommandDataOptionValue, CommandInteraction, CommandType, ComponentInteraction,
    ComponentInteractionDataKind, Interaction, ModalInteraction, ResolvedTarget,
};
use serenity::model::channel::Attachment;
use serenity::model::id::InteractionId;

use super::asking::{Answered, Said};
use super::catalogue::{ENTRIES, Thing};
use super::drawing::Mark;
use super::messages::nobody;
use super::rest::{Again, Refusal};
use super::words::Tongue;
use super::{Bot, CHANNEL, commands, drawing, markup, words};
use crate::assistant::{Opinion, Rated};
use crate::store::acts::Linked;

/// Only the asker sees it.
const EPHEMERAL: u64 = 64;

/// Kinds of first answers.
const DEFERRED: u8 = 5;
const CHOICES: u8 = 8;
const FORM: u8 = 9;

/// An interaction as far as answering it goes.
struct Call<'a> {
    id: InteractionId,
    token: &'a str,
    user: String,
    tongue: Tongue,
    /// 64: only the asker sees the answer.
    flags: u64,
}

impl Bot {
    /// Takes an interaction.
    pub(super) async fn take_interaction(self: Arc<Self>, interaction: Interaction) {
        if !self.seen.is_new(interaction.id().get()) {
            return;
        }
        let taken = match &interaction {
            Interaction::Command(command) => self.command(command).await,
            Interaction::Autocomplete(command) => self.autocomplete(command).await,
            Interaction::Component(click) => self.click(click).await,
            Interaction::Modal(form) => self.form(form).await,
            _ => Ok(()),
        };
        if let Err(error) = taken {
            tracing::warn!(%error, "an interaction was not answered");
        }
    }

    async fn command(&self, command: &CommandInteraction) -> Result<(), Refusal> {
        let call = Call {
            id: command.id,
            token: &command.token,
            user: command.user.id.to_string(),
            tongue: Tongue::of_locale(&command.locale),
            flags: EPHEMERAL,
        };
        if command.data.name == commands::LINK[0] {
            return self.first(&call, FORM, drawing::link_form(call.tongue)).await;
        }
        self.defer(&call).await?;
        let conversation = command.channel_id.to_string();
        match asked_by(command, call.tongue) {
            Some((text, files)) => self.say(&call, conversation, text, &files).await,
            None => self.tell(&call, words::outdated(call.tongue), &json!([])).await,
        }
    }

    async fn autocomplete(&self, command: &CommandInteraction) -> Result<(), Refusal> {
        let call = Call {
            id: command.id,
            token: &command.token,
            user: command.user.id.to_string(),
            tongue: Tongue::of_locale(&command.locale),
            flags: EPHEMERAL,
        };
        let entry = ENTRIES.iter().find(|entry| entry.names[0] == command.data.name);
        let choices = match (entry, command.data.autocomplete()) {
            (Some(entry), Some(option)) if option.name == entry.thing.names()[0] => {
                self.choices(call.user.clone(), entry.thing, option.value.to_owned()).await
            }
            _ => Vec::new(),
        };
        let choices: Vec<Value> =
            choices.into_iter().map(|choice| json!({"name": choice.name, "value": choice.value})).collect();
        self.first(&call, CHOICES, json!({"choices": choices})).await
    }

    async fn click(&self, click: &ComponentInteraction) -> Result<(), Refusal> {
        let call = Call {
            id: click.id,
            token: &click.token,
            user: click.user.id.to_string(),
            tongue: Tongue::of_locale(&click.locale),
            // Where others read, a click is between us and whoever clicks: it isn't known yet what the answer is about.
            flags: if click.guild_id.is_some() { EPHEMERAL } else { 0 },
        };
        let mark = Mark::read(&click.data.custom_id);
        if mark == Some(Mark::Link) {
            return self.first(&call, FORM, drawing::link_form(call.tongue)).await;
        }
        self.defer(&call).await?;
        match mark {
            Some(Mark::Say { conversation, reply, index }) => {
                let label = label_of(click, &click.data.custom_id);
                self.pick(&call, conversation, reply, index, label).await
            }
            Some(Mark::Choose { conversation, reply }) => {
                let ComponentInteractionDataKind::StringSelect { values } = &click.data.kind else {
                    return self.tell(&call, words::outdated(call.tongue), &json!([])).await;
                };
                let value = values.first().map(String::as_str).unwrap_or_default();
                let index = value.parse().unwrap_or(usize::MAX);
                self.pick(&call, conversation, reply, index, choice_of(click, value)).await
            }
            Some(Mark::Rate { conversation, reply, good }) => {
                self.rate(&call, conversation, reply, good).await
            }
            Some(Mark::Link) | None => self.tell(&call, words::outdated(call.tongue), &json!([])).await,
        }
    }

    async fn form(&self, form: &ModalInteraction) -> Result<(), Refusal> {
        let call = Call {
            id: form.id,
            token: &form.token,
            user: form.user.id.to_string(),
            tongue: Tongue::of_locale(&form.locale),
            flags: EPHEMERAL,
        };
        self.defer(&call).await?;
        if Mark::read(&form.data.custom_id) != Some(Mark::Link) {
            return self.tell(&call, words::outdated(call.tongue), &json!([])).await;
        }
        let typed = form.data.components.iter().flat_map(|row| &row.components).find_map(|part| match part {
            ActionRowComponent::InputText(input) => input.value.clone(),
            _ => None,
        });
        let entered =
            self.linking.enter(typed.as_deref().unwrap_or_default(), CHANNEL, call.user.clone()).await;
        let text = match entered {
            Ok(Linked::To { .. }) => words::linked(call.tongue).to_owned(),
            Ok(Linked::Wrong { tries_left: 0 } | Linked::Gone) => words::code_gone(call.tongue).to_owned(),
            Ok(Linked::Wrong { tries_left }) => words::wrong_code(call.tongue, tries_left),
            Ok(Linked::NotAnApplicant) => words::not_an_applicant(call.tongue).to_owned(),
            Err(error) => {
                tracing::error!(%error, "a link code could not be taken");
                words::busy(call.tongue).to_owned()
            }
        };
        self.tell(&call, &text, &json!([])).await
    }

    /// Says an offer on behalf of whoever clicked it. `label` is what the button shows, where that is all of it.
    async fn pick(
        &self,
        call: &Call<'_>,
        conversation: String,
        reply: String,
        index: usize,
        label: Option<String>,
    ) -> Result<(), Refusal> {
        let offer = match label {
            Some(label) => Some(label),
            None => self.offer(reply, conversation.clone(), index).await,
        };
        match offer {
            Some(text) => self.say(call, conversation, text, &[]).await,
            None => self.tell(call, words::outdated(call.tongue), &json!([])).await,
        }
    }

    /// An offer of a reply that was given in a conversation, from where turns are kept.
    async fn offer(&self, reply: String, conversation: String, index: usize) -> Option<String> {
        let turn = self.reception.with_store(move |store| store.turn(&reply)).await;
        let turn =
            turn.ok()?.inspect_err(|error| tracing::error!(%error, "an offer could not be read")).ok()??;
        let is_it = turn.key.channel == CHANNEL && turn.key.conversation == conversation;
        is_it.then(|| turn.reply.suggestions.get(index).cloned()).flatten()
    }

    async fn rate(
        &self,
        call: &Call<'_>,
        conversation: String,
        reply: String,
        good: bool,
    ) -> Result<(), Refusal> {
        let opinion = Opinion {
            channel: CHANNEL.to_owned(),
            user: Some(call.user.clone()),
            conversation,
            reply,
            good,
            reason: None,
        };
        let answer = Arc::clone(&self.reception.answer);
        let text = match self.reception.work(move || answer.rate(&opinion)).await {
            Ok(Rated::Kept) => words::rated(call.tongue, good).to_owned(),
            Ok(Rated::Unknown | Rated::ReasonTooLong { .. }) => {
                words::not_yours_to_rate(call.tongue).to_owned()
            }
            Ok(Rated::Later | Rated::Failed) => words::busy(call.tongue).to_owned(),
            Err(busy) => Self::excuse(busy, call.tongue),
        };
        self.tell(call, &text, &json!([])).await
    }

    /// Asks the assistant and tells what it says.
    async fn say(
        &self,
        call: &Call<'_>,
        conversation: String,
        text: String,
        files: &[Attachment],
    ) -> Result<(), Refusal> {
        let _lane = self.lanes.enter(&call.user, &conversation).await;
        let delivery = call.id.to_string();
        let said = Said { user: call.user.clone(), conversation, text, files, delivery, tongue: call.tongue };
        match self.answer(said).await {
            Answered::Reply { text, components, .. } => self.tell(call, &text, &components).await,
            Answered::Busy(busy) => self.tell(call, &Self::excuse(busy, call.tongue), &json!([])).await,
            // What was promised with the acknowledgement is taken back.
            Answered::Nothing => {
                self.rest.delete(&format!("{}/messages/@original", self.webhook(call))).await.map(drop)
            }
        }
    }

    async fn defer(&self, call: &Call<'_>) -> Result<(), Refusal> {
        self.first(call, DEFERRED, json!({"flags": call.flags})).await
    }

    /// The first answer, which has to come within three seconds.
    async fn first(&self, call: &Call<'_>, kind: u8, data: Value) -> Result<(), Refusal> {
        let path = format!("/interactions/{}/{}/callback", call.id, call.token);
        let body = json!({"type": kind, "data": data});
        match self.rest.post(&path, &body, Again::Harmless).await {
            // It had arrived when it seemed not to have.
            Ok(_) | Err(Refusal::Refused { code: ALREADY_ANSWERED, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Tells what was promised: the first piece in its place, further ones after it.
    async fn tell(&self, call: &Call<'_>, text: &str, components: &Value) -> Result<(), Refusal> {
        let webhook = self.webhook(call);
        let pieces = drawing::pieces(text);
        let last = pieces.len() - 1;
        for (number, piece) in pieces.iter().enumerate() {
            let mut body = json!({"content": piece, "allowed_mentions": nobody()});
            if number == last {
                body["components"] = components.clone();
            }
            if number == 0 {
                let path = format!("{webhook}/messages/@original");
                match self.rest.patch(&path, &body).await {
                    // What can be clicked may be what Discord minds: the text is worth more.
                    Err(Refusal::Refused { status: 400, .. }) => {
                        body["components"] = json!([]);
                        self.rest.patch(&path, &body).await?;
                    }
                    told => drop(told?),
                }
            } else {
                body["flags"] = json!(call.flags);
                self.rest.post(&webhook, &body, Again::Never).await?;
            }
        }
        Ok(())
    }

    fn webhook(&self, call: &Call<'_>) -> String {
        let application = self.application.get().map(ToString::to_string).unwrap_or_default();
        format!("/webhooks/{application}/{}", call.token)
    }
}

/// Discord's code for an interaction that was answered before.
const ALREADY_ANSWERED: i64 = 40060;

/// What a command asks; `None`: it is none of ours any more.
fn asked_by(command: &CommandInteraction, tongue: Tongue) -> Option<(String, Vec<Attachment>)> {
    let data = &command.data;
    if data.kind == CommandType::Message {
        let Some(ResolvedTarget::Message(message)) = data.target() else { return None };
        return Some((markup::spoken(&message.content), message.attachments.clone()));
    }
    let option =
        |name: &str| data.options.iter().find(|option| option.name == name).map(|option| &option.value);
    let text = |name: &str| option(name).and_then(CommandDataOptionValue::as_str);
    if data.name == commands::ASK[0] {
        return Some((markup::spoken(text(commands::QUESTION[0])?), Vec::new()));
    }
    if data.name == commands::HUMAN[0] {
        return Some((tongue.of(words::HUMAN).to_owned(), Vec::new()));
    }
    let entry = ENTRIES.iter().find(|entry| entry.names[0] == data.name)?;
    let name = entry.thing.names()[0];
    if entry.thing == Thing::Picture {
        let file = option(name)?.as_attachment_id().and_then(|id| data.resolved.attachments.get(&id))?;
        return Some((String::new(), vec![file.clone()]));
    }
    Some((entry.question(tongue, text(name).map(markup::spoken).as_deref()), Vec::new()))
}

/// What the clicked button shows, if that is the whole offer.
fn label_of(click: &ComponentInteraction, mark: &str) -> Option<String> {
    use serenity::model::application::ButtonKind;
    click.message.components.iter().flat_map(|row| &row.components).find_map(|part| match part {
        ActionRowComponent::Button(button) => match &button.data {
            ButtonKind::NonLink { custom_id, .. } if custom_id == mark => {
                button.label.as_deref().and_then(drawing::whole).map(str::to_owned)
            }
            _ => None,
        },
        _ => None,
    })
}

/// What the chosen line of a menu shows, if that is the whole offer.
fn choice_of(click: &ComponentInteraction, value: &str) -> Option<String> {
    click.message.components.iter().flat_map(|row| &row.components).find_map(|part| match part {
        ActionRowComponent::SelectMenu(menu) => menu
            .options
            .iter()
            .find(|option| option.value == value)
            .and_then(|option| drawing::whole(&option.label))
            .map(str::to_owned),
        _ => None,
    })
}

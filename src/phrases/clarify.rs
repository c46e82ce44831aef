//! Questions back.

use super::{Voice, names};
use crate::domain::records::{Instance, Order};

pub fn which_order(voice: Voice, orders: &[&Order]) -> String {
    let mut text = voice
        .pick("你问的是哪个订单？回复订单号就行：", "Which order do you mean? Reply with its number:")
        .to_owned();
    for order in orders {
        let domains = order.domains.join(voice.pick("、", ", "));
        let line = format!(
            "\n- {} · {} · {}{}{domains}",
            order.id,
            names::order_type(voice, order.kind),
            names::state(voice, order.state),
            if domains.is_empty() { "" } else { " · " },
        );
        text.push_str(&line);
    }
    text
}

pub fn which_instance(voice: Voice, instances: &[&Instance]) -> String {
    let mut text = voice
        .pick(
            "你问的是哪台服务器？回复实例 ID 就行：",
            "Which server do you mean? Reply with the instance id:",
        )
        .to_owned();
    for instance in instances {
        text.push_str(&format!("\n- {} · {}", instance.id, instance.product));
    }
    text
}

pub fn which_domain(voice: Voice, domains: &[String]) -> String {
    if domains.is_empty() {
        return voice
            .pick(
                "要查哪个域名？直接发给我，例如 example.cn。",
                "Which domain shall I check? Send it to me, such as example.cn.",
            )
            .to_owned();
    }
    let mut text = voice.pick("你问的是哪个域名？", "Which domain do you mean?").to_owned();
    for domain in domains {
        text.push_str(&format!("\n- {domain}"));
    }
    text
}

pub fn which_account(voice: Voice) -> String {
    voice
        .pick("要转到哪个账号？把对方账号的 ID 发给我。", "Which account is it to go to? Send me its id.")
        .to_owned()
}

/// An agent has named nobody.
pub fn whose(voice: Voice) -> String {
    voice
        .pick(
            "要查谁的？请给出订单号、实例 ID、域名或账号。",
            "Whose records? Give an order number, an instance id, a domain or an account.",
        )
        .to_owned()
}

/// Which of two to four meanings.
pub fn which_meaning(voice: Voice) -> &'static str {
    voice.pick("你想问的是下面哪一个？", "Which of these do you mean?")
}

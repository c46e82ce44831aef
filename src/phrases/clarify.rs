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

/// Which province, of the asker's own or of all.
pub fn which_province(voice: Voice, own: &[String]) -> String {
    if own.is_empty() {
        return voice
            .pick(
                "这要看备案在哪个省。是哪个省、自治区或直辖市？例如浙江。",
                "It depends on the province of the filing. Which one is it? For example Zhejiang.",
            )
            .to_owned();
    }
    let mut text = voice
        .pick("你名下的备案在几个省，问的是哪一个？", "Your filings are in several provinces. Which one?")
        .to_owned();
    for province in own {
        text.push_str(&format!("\n- {province}"));
    }
    text
}

/// An answer that doesn't fit: what was understood, what is wanted, and the question again.
pub fn misfit(voice: Voice, slot: &str, said: &str, question: &str) -> String {
    let wanted = match slot {
        "order" => voice.pick(
            "这里要的是订单：订单号、它的一部分、域名，或者“第几个”",
            "what I need is an order: its number or part of it, its domain, or “the first one”",
        ),
        "instance" => voice.pick(
            "这里要的是服务器：实例 ID、它的一部分、产品名，或者“第几台”",
            "what I need is a server: its instance id or part of it, its product, or “the first one”",
        ),
        "domain" => {
            voice.pick("这里要的是域名，例如 example.cn", "what I need is a domain, such as example.cn")
        }
        "province" => voice
            .pick("这里要的是省、自治区或直辖市，例如浙江", "what I need is a province, such as Zhejiang"),
        "city" => voice.pick("这里要的是城市，例如杭州", "what I need is a city, such as Hangzhou"),
        "date" => voice.pick(
            "这里要的是日期，到年就够，例如 2015 年",
            "what I need is a date; the year will do, such as 2015",
        ),
        "account" => voice.pick("这里要的是账号的 ID", "what I need is the id of an account"),
        "name" => {
            voice.pick("这里要的是网站名称，照原样发给我", "what I need is the name of the website, as it is")
        }
        "field" => voice.pick(
            "这里要的是想改的信息，例如手机号",
            "what I need is the detail to be changed, such as the phone number",
        ),
        "format" => voice.pick(
            "这里要的是图片的格式和大小，例如 2M 的 png",
            "what I need is the picture's format and size, such as a 2 MB png",
        ),
        "region" => voice.pick(
            "这里要的是服务器在哪里：大陆、香港还是海外",
            "what I need is where the server is: mainland, Hong Kong or overseas",
        ),
        _ => voice.pick("这和我问的对不上", "that doesn't answer what I asked"),
    };
    let said: String = said.chars().take(40).collect();
    voice.pick(
        format!("“{said}”我对不上，{wanted}。\n\n{question}"),
        format!("I can't match “{said}”; {wanted}.\n\n{question}"),
    )
}

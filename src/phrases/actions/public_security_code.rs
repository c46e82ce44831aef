//! The code of the network-security police for the public-security filing.

use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::public_security::PublicSecurityCode;
use crate::phrases::Voice;

pub fn text(voice: Voice, book: &RuleBook, verdict: &PublicSecurityCode) -> String {
    let name = city(voice, book, &verdict.city);
    let first = match &verdict.code {
        Some(code) => voice.pick(
            format!("{name}的网安部门代码是 {code}。\n\n按服务器所在的城市填，不是公司所在的城市；服务器在哪里，看购买时选的地域。"),
            format!("The network-security code of {name} is {code}.\n\nGo by the city where the server stands, not your company; that is the region you chose when you bought it."),
        ),
        None => voice.pick(
            format!("{name}的网安部门代码我没有，资料里没列，不乱填。\n\n先核对服务器的地域：按服务器所在的城市填，不是公司所在的城市。确实在{name}的，打客服 {} 或问当地网安部门。", book.provider.phone),
            format!("I don't have the network-security code of {name}: the sources don't give it, and I won't guess.\n\nCheck the region of the server first: the code goes by where it stands, not by your company. If it is {name}, call {} or ask the local network-security police.", book.provider.phone),
        ),
    };
    let origin = book.public_security.origin();
    format!("{first}\n\n{}\n\n{}", known(voice, book), super::dated(voice, origin))
}

/// All codes that the sources give.
fn known(voice: Voice, book: &RuleBook) -> String {
    let mut text = voice
        .pick("| 服务器所在地 | 网安部门代码 |\n|---|---|", "| Server in | Code |\n|---|---|")
        .to_owned();
    for row in &book.public_security.city {
        text.push_str(&format!("\n| {} | {} |", city(voice, book, &row.name), row.code));
    }
    text
}

/// A city as the voice says it; the name itself where the table doesn't know it.
pub fn city(voice: Voice, book: &RuleBook, name: &str) -> String {
    let known = book.public_security.city.iter().find(|row| row.name == name);
    let english = known.and_then(|row| row.aliases.iter().find(|alias| alias.is_ascii()));
    english.filter(|_| voice == Voice::English).map_or(name, String::as_str).to_owned()
}

/// It isn't said where the server stands.
pub fn which_city(voice: Voice, book: &RuleBook) -> String {
    let question = voice.pick(
        "这要看服务器在哪个城市（看购买时选的地域，例如华北 2 是北京）。你的服务器在哪里？",
        "It goes by the city where the server stands (the region you bought it in, such as China North 2 for Beijing). Where is yours?",
    );
    format!("{question}\n\n{}", known(voice, book))
}

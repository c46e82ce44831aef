//! What the commercial licence asks of the addresses in a place.

use crate::domain::rules::book::{Address, RuleBook, Sourced as _};
use crate::domain::rules::commercial_ip::CommercialIpRule;
use crate::phrases::{Voice, names, row};

/// `elsewhere`: another province named, where the server may stand.
pub fn text(voice: Voice, book: &RuleBook, rule: &CommercialIpRule, elsewhere: Option<&str>) -> String {
    let table = &book.commercial_ip;
    let own = table.place.iter().find(|row| row.name == rule.province);
    let place = place_name(voice, book, &rule.province);
    let addresses: Vec<&str> = rule.must_match.iter().map(|address| name(voice, *address)).collect();
    let addresses = row(voice, &addresses);
    let count = rule.must_match.len();
    let mut text = match (count, rule.local_server) {
        (0, false) => voice.pick(
            format!("没有特殊要求，{place}办经营性备案对 IP 没有额外规定，服务器不用放在本地，IP 也不要求一致。"),
            format!("No, {place} has no special rule on addresses for the commercial licence: the server needn't be local, and the addresses needn't agree."),
        ),
        (0, true) => voice.pick(
            format!("要，{place}办经营性备案，三个 IP（合同、指向、报备）都必须是{place}当地服务器的 IP，不要求三个相同。"),
            format!("Yes, in {place} all three addresses (contract, pointing, filed) have to be those of servers in {place}; they needn't be the same."),
        ),
        (_, true) => voice.pick(
            format!("有要求，{place}办经营性备案，{addresses} 必须一致，服务器还必须放在{place}。"),
            format!("Yes, in {place} the {addresses} have to be the same, and the server has to stand in {place}."),
        ),
        (_, false) => voice.pick(
            format!("有要求，{place}办经营性备案，{addresses} 必须一致，不一样不行；服务器不要求放在本地。"),
            format!("Yes, in {place} the {addresses} have to be the same; the server needn't be local."),
        ),
    };
    if let Some(other) = elsewhere {
        let other = names::province(voice, book, other);
        text.push_str(&voice.pick(
            format!("\n\n所以用{other}的服务器不行，要换成{place}当地的服务器。"),
            format!("\n\nSo a server in {other} won't do; take one in {place}."),
        ));
    }
    if rule.province == "广东" {
        text.push_str(voice.pick(
            "\n\n深圳除外：备案归属地在深圳的没有特殊要求。",
            "\n\nShenzhen is the exception: filings that belong to it have no special rule.",
        ));
    }
    if count > 0 || rule.local_server {
        text.push_str(voice.pick(
            "\n\n合同 IP 是合同上写的，指向 IP 是域名解析到的，报备 IP 是备案里登记的。不符合时：\n\n1. 换符合要求的服务器，或把解析改到合同上的 IP。\n2. 报备 IP 不对的，在备案系统点“变更网站信息”，在备注里写明新 IP 和机房所在地，等管局审核通过。",
            "\n\nThe contract address is the one in the contract, the pointing address the one that the domain resolves to, the filed address the one on record. Where they don't fit:\n\n1. Take a server that fits, or point the domain at the address of the contract.\n2. If the filed address is wrong, submit a change of website and state the new address and its data centre in the remarks.",
        ));
    } else {
        let places: Vec<&str> = table
            .place
            .iter()
            .filter(|row| !row.must_match.is_empty() || row.local_server)
            .map(|row| place_name(voice, book, &row.name))
            .collect();
        let places = row(voice, &places);
        text.push_str(&voice.pick(
            format!("\n\n有特殊要求的只有{places}（深圳除外）。各地管局可能另有规定，办之前可以再问一下。"),
            format!("\n\nOnly {places} (but Shenzhen) have special rules. An administration may have rules of its own, so ask before you apply."),
        ));
    }
    let origin = own.map_or(table.origin(), |row| row.origin());
    text.push_str("\n\n");
    text.push_str(&super::dated(voice, origin));
    text
}

fn place_name<'a>(voice: Voice, book: &'a RuleBook, name: &'a str) -> &'a str {
    if name == "深圳" { voice.pick("深圳", "Shenzhen") } else { names::province(voice, book, name) }
}

fn name(voice: Voice, address: Address) -> &'static str {
    match address {
        Address::Contract => voice.pick("合同 IP", "contract address"),
        Address::Pointing => voice.pick("实际指向的 IP", "pointing address"),
        Address::Filed => voice.pick("报备 IP", "filed address"),
    }
}

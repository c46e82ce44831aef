//! The first sentence of every verdict that needs no record, in both languages, and that no raw name leaks into a text.

use jiff::civil::date;

use super::{
    app_verification, can_change, commercial_ip_rule, domains_per_website, legacy_record_path, need_filing,
    public_security_code, sms_required, upload_check, website_name_check,
};
use crate::domain::records::{FiledWith, Region};
use crate::domain::rules::book::{AsOf, Field, RuleBook};
use crate::domain::rules::need_filing::NeedFacts;
use crate::domain::rules::{
    app_verification as app, change, commercial_ip, domains_per_website as domains, legacy_record,
    public_security, sms, upload, website_name,
};
use crate::phrases::Voice;

const MB: u64 = 1024 * 1024;
const BOTH: [Voice; 2] = [Voice::Chinese, Voice::English];

fn book() -> RuleBook {
    crate::rulebook::built_in().unwrap()
}

/// Checks how a text begins in each language, that it ends with the date of its source, and that no code shows.
fn begins(texts: &[String; 2], first: [&str; 2]) {
    const CODES: &[&str] = &[
        "{{",
        "}}",
        "delete_only",
        "new_filing",
        "deregister_first",
        "wait_for_order",
        "too_short",
        "only_digits",
        "only_latin",
        "special_characters",
        "national_prefix",
        "is_domain",
        "sensitive_word",
        "own_app",
        "not_limited",
        "Some(",
        "website_name",
        "entity_name",
        "id_number",
        "anti_ddos",
        "virtual_host",
    ];
    for (text, first) in texts.iter().zip(first) {
        assert!(text.starts_with(first), "{first}\n{text}");
        assert!(text.ends_with("）") || text.ends_with(".)"), "no date at the end:\n{text}");
        for code in CODES {
            assert!(!text.contains(code), "{code} in\n{text}");
        }
    }
    assert!(!texts[0].contains('！'), "{}", texts[0]);
    let chinese = texts[1].chars().filter(|c| crate::understand::script::is_chinese(*c)).count();
    assert!(chinese <= 40, "Chinese in the English text:\n{}", texts[1]);
}

#[test]
fn sms() {
    let book = book();
    let then = AsOf::On(date(2018, 12, 31));
    for (province, as_of, first) in [
        ("浙江", AsOf::Newest, ["要，浙江", "Yes, a filing in Zhejiang"]),
        ("广东", AsOf::Newest, ["不用，广东", "No, Guangdong"]),
        ("浙江", then, ["不用，按 2018-12-31", "No, by the rule of 2018-12-31"]),
        ("青海", then, ["要，按 2018-12-31", "Yes, by the rule of 2018-12-31"]),
    ] {
        let verdict = sms::sms_required(&book, province, as_of);
        let told = sms_required::Told { own: false, as_of, others: &[] };
        begins(&BOTH.map(|voice| sms_required::text(voice, &book, &verdict, &told)), first);
    }
    let told = sms_required::Told { own: true, as_of: AsOf::Newest, others: &[] };
    let yes =
        sms_required::text(Voice::Chinese, &book, &sms::sms_required(&book, "浙江", AsOf::Newest), &told);
    for fact in ["48 小时", "5 分钟", "后六位", "95187"] {
        assert!(yes.contains(fact), "{fact}\n{yes}");
    }
    let no =
        sms_required::text(Voice::Chinese, &book, &sms::sms_required(&book, "北京", AsOf::Newest), &told);
    assert!(no.contains("22 个") && no.contains("内蒙古") && no.contains("新疆"), "{no}");
}

#[test]
fn changes() {
    let book = book();
    let plain = can_change::Told { as_of: AsOf::Newest, open: None, deletes: false, forbidden: false };
    for field in Field::ALL {
        let first = match field {
            Field::Domain | Field::Province => ["不可以，", "No, "],
            _ => ["可以，", "Yes, "],
        };
        let verdict = change::can_change(&book, &change::ChangeQuestion::of(field));
        begins(&BOTH.map(|voice| can_change::text(voice, &book, &verdict, &plain)), first);
    }
    let domain = change::can_change(&book, &change::ChangeQuestion::of(Field::Domain));
    let deletes = can_change::Told { deletes: true, ..plain };
    begins(
        &BOTH.map(|voice| can_change::text(voice, &book, &domain, &deletes)),
        ["可以删，", "You can remove one"],
    );
    let as_of = AsOf::On(date(2019, 4, 21));
    let question = change::ChangeQuestion { as_of, ..change::ChangeQuestion::of(Field::Domain) };
    let verdict = change::can_change(&book, &question);
    let then = can_change::Told { as_of, ..deletes };
    begins(
        &BOTH.map(|voice| can_change::text(voice, &book, &verdict, &then)),
        ["可以，按 2019-04-21", "Yes, by the rule of 2019-04-21"],
    );
    let question =
        change::ChangeQuestion { order_in_progress: true, ..change::ChangeQuestion::of(Field::Phone) };
    let verdict = change::can_change(&book, &question);
    begins(
        &BOTH.map(|voice| can_change::text(voice, &book, &verdict, &plain)),
        ["现在还不可以，", "No, not yet"],
    );
    let question =
        change::ChangeQuestion { access_cancelled: true, ..change::ChangeQuestion::of(Field::Phone) };
    let verdict = change::can_change(&book, &question);
    begins(
        &BOTH.map(|voice| can_change::text(voice, &book, &verdict, &plain)),
        ["不可以直接改，", "No, not directly"],
    );
}

#[test]
fn needs() {
    let book = book();
    let plain = NeedFacts::default();
    let mainland = NeedFacts { region: Some(Region::Mainland), ..plain };
    for (facts, first) in [
        (mainland, ["要备案，服务器在中国大陆", "Yes, it has to be filed"]),
        (
            NeedFacts { region: Some(Region::Hongkong), ..plain },
            ["不用备案，服务器在香港", "No, you do not need a filing: the server is in Hong Kong"],
        ),
        (
            NeedFacts { region: Some(Region::Overseas), ..plain },
            ["不用备案，", "No, you do not need a filing: the server is outside"],
        ),
        (
            NeedFacts { address_only: true, ..mainland },
            ["要备案，但不能在阿里云办", "Yes, it has to be filed, but with the local"],
        ),
        (NeedFacts { product: Some("oss"), ..plain }, ["要备案，用对象存储", "Yes, a domain used with"]),
        (NeedFacts { product: Some("cdn"), ..plain }, ["要备案，CDN", "Yes, to use CDN"]),
        (NeedFacts { product: Some("anti_ddos"), ..plain }, ["要备案，高防", "Yes, a site behind"]),
        (NeedFacts { filed: Some(FiledWith::Provider), ..mainland }, ["不用再备，", "No new filing"]),
        (
            NeedFacts { filed: Some(FiledWith::Other), ..mainland },
            ["要办，不过不是重新备案", "Yes, but an access filing"],
        ),
        (
            NeedFacts { other_provider: true, ..mainland },
            ["要备案，服务器在大陆", "Yes, a site on a mainland server"],
        ),
    ] {
        let verdict = crate::domain::rules::need_filing::need_filing(&book, &facts);
        let told = need_filing::Told { facts, shop: false, subdomain: false, inside: false };
        begins(&BOTH.map(|voice| need_filing::text(voice, &book, &verdict, &told)), first);
    }
}

#[test]
fn names_and_pictures() {
    let book = book();
    for (name, first) in [
        ("青禾农业资讯", ["可以，“青禾农业资讯”", "Yes, “"]),
        ("中国反腐@网", ["不可以，“中国反腐@网”", "No, “"]),
        ("qinghe.com", ["不可以，", "No, “"]),
        ("123", ["不可以，", "No, “"]),
        ("青禾", ["不可以，", "No, “"]),
    ] {
        let verdict = website_name::website_name_check(&book, name, false);
        begins(&BOTH.map(|voice| website_name_check::text(voice, &book, &verdict)), first);
    }
    for (format, bytes, first) in [
        (Some("jpg"), Some(MB), ["可以，jpg、1 MB", "Yes, jpg of 1 MB"]),
        (Some("jpg"), None, ["格式没问题，", "The format is fine"]),
        (None, Some(800 * 1024), ["大小没问题，800 KB", "The size is fine: 800 KB"]),
        (Some("gif"), Some(MB), ["不可以，gif", "No, gif"]),
        (Some("png"), Some(4 * MB), ["不可以，4 MB 太大", "No, 4 MB is too large"]),
        (None, Some(4 * MB + MB / 2), ["不可以，4.5 MB", "No, 4.5 MB"]),
        (Some("pdf"), Some(6 * MB), ["不可以，格式和大小", "No, both"]),
    ] {
        let verdict = upload::upload_check(&book, format, bytes);
        begins(&BOTH.map(|voice| upload_check::text(voice, &book, &verdict, format, bytes)), first);
    }
}

#[test]
fn places() {
    let book = book();
    for (place, first) in [
        ("北京", ["有要求，北京", "Yes, in Beijing"]),
        ("广东", ["要，广东", "Yes, in Guangdong all three"]),
        ("上海", ["有要求，上海", "Yes, in Shanghai"]),
        ("深圳", ["没有特殊要求，深圳", "No, Shenzhen"]),
        ("浙江", ["没有特殊要求，浙江", "No, Zhejiang"]),
    ] {
        let verdict = commercial_ip::commercial_ip_rule(&book, place, AsOf::Newest);
        begins(&BOTH.map(|voice| commercial_ip_rule::text(voice, &book, &verdict, None)), first);
    }
    for (province, first) in [
        ("广西", ["广西的一个网站只能备 1 个", "In Guangxi one website may file 1"]),
        ("江苏", ["江苏的一个网站一次最多可以备 10 个", "In Jiangsu one website may file up to 10"]),
        ("香港", ["香港不在", "The mainland's filing doesn't reach"]),
    ] {
        let verdict = domains::domains_per_website(&book, province, AsOf::Newest);
        begins(&BOTH.map(|voice| domains_per_website::text(voice, &book, &verdict)), first);
    }
    for (city, first) in [
        (
            "青岛",
            ["青岛的网安部门代码是 370200000000", "The network-security code of Qingdao is 370200000000"],
        ),
        ("成都", ["成都的网安部门代码我没有", "I don't have the network-security code"]),
    ] {
        let verdict = public_security::public_security_code(&book, city);
        begins(&BOTH.map(|voice| public_security_code::text(voice, &book, &verdict)), first);
    }
    for (province, as_of, first) in [
        ("广东", AsOf::Newest, ["可以，广东", "Yes, a filing in Guangdong"]),
        ("浙江", AsOf::Newest, ["可以，浙江", "Yes, a filing in Zhejiang"]),
        ("浙江", AsOf::On(date(2018, 12, 31)), ["不可以，按 2018-12-31", "No, by the rule of"]),
        ("上海", AsOf::Newest, ["不可以用", "No, not the"]),
        ("香港", AsOf::Newest, ["不可以，香港", "No, the mainland's filing"]),
    ] {
        let verdict = app::app_verification(&book, province, as_of);
        begins(&BOTH.map(|voice| app_verification::text(voice, &book, &verdict, as_of)), first);
    }
}

#[test]
fn old_filings() {
    let book = book();
    for (day, first) in [
        (date(2010, 5, 31), ["要认领。", "Claim it."]),
        (date(2010, 6, 1), ["要导入。", "Import it."]),
        (date(2017, 2, 1), ["直接登录就行", "Just sign in"]),
    ] {
        let path = legacy_record::legacy_record_path(&book, day, day).path.unwrap();
        begins(&BOTH.map(|voice| legacy_record_path::text(voice, &book, path, day, day)), first);
    }
}

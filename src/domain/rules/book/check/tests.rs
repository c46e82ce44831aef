//! Each kind of fault, made on purpose in the real tables.

use jiff::civil::date;

use crate::rules::book::tests::book;
use crate::rules::book::{Instead, Per, RuleBook, Step};

/// The faults after a change, as (file, path, what).
fn faults_after(change: impl Fn(&mut RuleBook)) -> Vec<(String, String, String)> {
    let mut changed = book().clone();
    change(&mut changed);
    changed
        .faults()
        .into_iter()
        .map(|fault| {
            let path: Vec<_> = fault
                .path
                .iter()
                .map(|step| match step {
                    Step::Key(key) => (*key).to_owned(),
                    Step::Index(index) => index.to_string(),
                })
                .collect();
            (fault.file.to_owned(), path.join("."), fault.what)
        })
        .collect()
}

/// Exactly one fault, there.
fn one(change: impl Fn(&mut RuleBook), file: &str, path: &str, what: &str) {
    let found = faults_after(change);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].0.as_str(), found[0].1.as_str()), (file, path));
    assert!(found[0].2.contains(what), "{} lacks {what}", found[0].2);
}

#[test]
fn unknown_provinces() {
    one(|b| b.sms.list[0].provinces[2] = "浙".into(), "sms.toml", "list.0.provinces.2", "`浙`");
    one(
        |b| b.app_verification.list[0].provinces = Some(vec!["广州".into()]),
        "app_verification.toml",
        "list.0.provinces.0",
        "`广州`",
    );
    one(
        |b| b.app_verification.own_app[0].province = "沪".into(),
        "app_verification.toml",
        "own_app.0.province",
        "`沪`",
    );
    one(
        |b| b.domains_per_website.province[1].name = "渝".into(),
        "domains_per_website.toml",
        "province.1.name",
        "`渝`",
    );
    one(|b| b.commercial_ip.place[2].city = false, "commercial_ip.toml", "place.2.name", "`深圳`");
}

#[test]
fn dates_and_overlaps() {
    one(
        |b| b.sms.list[0].valid_from = Some(date(2019, 5, 8)),
        "sms.toml",
        "list.0",
        "valid_from 2019-05-08 is after valid_to 2019-05-07",
    );
    one(|b| b.sms.list[1].valid_from = Some(date(2019, 5, 7)), "sms.toml", "list.1", "another row");
    one(|b| b.sms.list[0].valid_to = None, "sms.toml", "list.1", "another row");
    one(|b| b.sms.list[1].source = " ".into(), "sms.toml", "list.1", "`source` is empty");
    one(
        |b| b.changes.field[1].valid_from = Some(date(2019, 4, 21)),
        "changes.toml",
        "field.1",
        "another row",
    );
    one(|b| b.legacy.span[1].from = Some(date(2010, 5, 31)), "legacy.toml", "span.1", "another one");
    one(|b| b.legacy.span[1].from = Some(date(2017, 2, 1)), "legacy.toml", "span.1", "after to 2017-01-31");
}

#[test]
fn a_single_day_is_not_a_reversal() {
    let found = faults_after(|b| {
        b.sms.list[0].valid_from = b.sms.list[0].valid_to;
        b.legacy.span[1].from = b.legacy.span[1].to;
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn names_twice() {
    one(|b| b.provinces.province[1].aliases[0] = "北京市".into(), "provinces.toml", "province.1", "`北京市`");
    one(|b| b.suffixes.suffix[1].name = "com".into(), "suffixes.toml", "suffix.1", "`com`");
    one(|b| b.products.product[1].key = "ecs".into(), "products.toml", "product.1", "`ecs`");
    one(|b| b.public_security.city[1].name = "青岛".into(), "public_security.toml", "city.1", "`青岛`");
    one(
        |b| b.import_prompts.prompt[1].key = "already_imported".into(),
        "import_prompts.toml",
        "prompt.1",
        "`already",
    );
}

#[test]
fn products() {
    one(|b| b.products.product[0].terms = None, "products.toml", "product.0", "without the other");
    one(
        |b| b.products.product[0].quota.as_mut().unwrap().limit = 0,
        "products.toml",
        "product.0.quota",
        "quota of 0",
    );
    one(
        |b| b.products.product[0].quota.as_mut().unwrap().per = Per::Account,
        "products.toml",
        "product.0.quota",
        "`group`",
    );
    one(
        |b| b.products.product[0].quota.as_mut().unwrap().group = Some("g".into()),
        "products.toml",
        "product.0.quota",
        "`group`",
    );
}

#[test]
fn reasons_and_prompts() {
    one(|b| drop(b.rejections.reason.remove(3)), "rejections.toml", "", "WebsiteContentInvalid");
    one(|b| b.rejections.reason[0].zh.title.clear(), "rejections.toml", "reason.0.zh", "zh");
    one(|b| b.rejections.reason[0].en.cause.clear(), "rejections.toml", "reason.0.en", "en");
    one(|b| b.rejections.reason[0].en.mend.clear(), "rejections.toml", "reason.0.en", "en");
    one(|b| b.rejections.reason[2].notices.clear(), "rejections.toml", "reason.2", "no notice");
    one(|b| b.import_prompts.prompt[0].notices.clear(), "import_prompts.toml", "prompt.0", "lacks");
    one(|b| b.import_prompts.prompt[0].zh.mend.clear(), "import_prompts.toml", "prompt.0", "lacks");
    one(|b| b.import_prompts.prompt[0].en.mend.clear(), "import_prompts.toml", "prompt.0", "lacks");
}

#[test]
fn terms_and_holidays() {
    one(
        |b| b.terms.administration_review.earliest_working_days = 21,
        "terms.toml",
        "administration_review",
        "after the latest, 20",
    );
    one(
        |b| b.terms.mailbox_reset.latest_working_days = 0,
        "terms.toml",
        "mailbox_reset",
        "after the latest, 0",
    );
    one(|b| b.holidays.year[0].off[0] = date(2019, 1, 1), "holidays.toml", "year.0.off.0", "isn't in 2018");
    one(
        |b| b.holidays.year[0].working[0] = date(2018, 2, 12),
        "holidays.toml",
        "year.0.working.0",
        "Saturday",
    );
    one(|b| b.holidays.year[0].working[0] = date(2018, 4, 7), "holidays.toml", "year.0.working.0", "both");
    let found = faults_after(|b| b.terms.administration_review.earliest_working_days = 20);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn wording() {
    one(|b| b.suffixes.suffix[2].name = "com.cn".into(), "suffixes.toml", "suffix.2.name", "one label");
    one(|b| b.suffixes.suffix[2].name = "CN".into(), "suffixes.toml", "suffix.2.name", "one label");
    one(|b| b.suffixes.suffix[2].name = String::new(), "suffixes.toml", "suffix.2.name", "one label");
    one(|b| b.changes.field[1].instead = None, "changes.toml", "field.1", "`instead`");
    one(|b| b.changes.field[3].instead = Some(Instead::NewFiling), "changes.toml", "field.3", "`instead`");
    one(|b| drop(b.changes.field.pop()), "changes.toml", "", "Other");
    one(|b| b.public_security.city[0].code = "37o2".into(), "public_security.toml", "city.0.code", "digits");
    one(|b| b.public_security.city[0].code.clear(), "public_security.toml", "city.0.code", "digits");
}

#[test]
fn a_fault_reads_as_one_line_with_the_mend() {
    let mut changed = book().clone();
    changed.changes.field[1].instead = None;
    let text = changed.faults()[0].to_string();
    assert_eq!(
        text,
        "changes.toml: Domain needs `instead` exactly when it isn't allowed; add or remove `instead`"
    );
}

//! The real tables, for every test of a rule, and what must hold of them.

use std::path::PathBuf;
use std::sync::LazyLock;

use jiff::civil::date;

use super::*;

struct Folder(PathBuf);

impl TableSource for Folder {
    type Error = String;
    fn table<T: DeserializeOwned>(&mut self, file: &'static str) -> Result<T, String> {
        let text = std::fs::read_to_string(self.0.join(file)).map_err(|error| format!("{file}: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("{file}: {error}"))
    }
}

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    RuleBook::read(&mut Folder(folder)).unwrap()
});

/// The rule book of the repository.
pub(crate) fn book() -> &'static RuleBook {
    &BOOK
}

#[test]
fn our_own_tables_have_no_fault() {
    let faults: Vec<_> = book().faults().iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn thirty_four_provinces_found_by_any_of_their_names() {
    let provinces = &book().provinces;
    assert_eq!(provinces.province.len(), 34);
    for (text, name) in [
        ("广东", "广东"),
        ("广东省", "广东"),
        ("粤", "广东"),
        ("廣東", "广东"),
        ("guangdong", "广东"),
        ("Guangdong Province", "广东"),
        (" 内蒙古自治区 ", "内蒙古"),
        ("Inner Mongolia", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("Macau", "澳门"),
        ("臺灣", "台湾"),
    ] {
        assert_eq!(provinces.named(text).map(|province| province.name.as_str()), Some(name), "{text}");
    }
    assert_eq!(provinces.named("杭州"), None);
    assert_eq!(provinces.named(""), None);
    let municipalities: Vec<_> = provinces
        .province
        .iter()
        .filter(|province| province.municipality)
        .map(|province| &province.name)
        .collect();
    assert_eq!(municipalities, ["北京", "天津", "上海", "重庆"]);
    let outside: Vec<_> =
        provinces.province.iter().filter(|province| !province.files).map(|province| &province.name).collect();
    assert_eq!(outside, ["香港", "澳门", "台湾"]);
}

#[test]
fn seven_provinces_in_2018_and_twenty_two_in_2019() {
    let sms = &book().sms;
    let count = |as_of| sms.on(as_of).map(|list| list.provinces.len());
    assert_eq!(count(AsOf::Newest), Some(22));
    assert_eq!(count(AsOf::On(date(2018, 11, 19))), Some(7));
    assert_eq!(count(AsOf::On(date(2019, 5, 7))), Some(7));
    assert_eq!(count(AsOf::On(date(2019, 5, 8))), Some(22));
    assert_eq!(count(AsOf::On(date(2026, 1, 1))), Some(22));
}

#[test]
fn suffixes_go_by_the_last_label() {
    let suffixes = &book().suffixes;
    for (domain, approved) in [
        ("example.com", Some(true)),
        ("EXAMPLE.NET", Some(true)),
        ("example.com.cn", Some(true)),
        ("example.cn.", Some(true)),
        ("example.org", Some(false)),
        ("example.cc", Some(false)),
        ("example.tv", Some(false)),
        ("example.name", Some(false)),
        ("example.xyz", None),
        ("示例.中国", None),
        ("", None),
    ] {
        assert_eq!(suffixes.approved(domain, AsOf::Newest), approved, "{domain}");
    }
}

#[test]
fn the_quotas_are_those_of_the_sources() {
    let limit =
        |key| book().products.get(key).and_then(|product| product.quota.as_ref()).map(|quota| quota.limit);
    for (key, expected) in [
        ("ecs", Some(5)),
        ("virtual_host", Some(5)),
        ("light_server", Some(5)),
        ("web_hosting", Some(5)),
        ("site_builder", Some(1)),
        ("nat_gateway", Some(2)),
        ("ipv6_translation", Some(2)),
        ("ens", Some(5)),
        ("oss", None),
        ("cdn", None),
        ("slb", None),
        ("unheard_of", None),
    ] {
        assert_eq!(limit(key), expected, "{key}");
    }
}

#[test]
fn changing_a_domain_ended_on_2019_04_22() {
    let allowed = |as_of| book().changes.of(Field::Domain, as_of).map(|rule| rule.allowed);
    assert_eq!(allowed(AsOf::On(date(2019, 4, 21))), Some(true));
    assert_eq!(allowed(AsOf::On(date(2019, 4, 22))), Some(false));
    assert_eq!(allowed(AsOf::Newest), Some(false));
}

#[test]
fn working_days_follow_the_state_council() {
    let holidays = &book().holidays;
    for (day, works) in [
        (date(2019, 8, 20), Some(true)),   // a Tuesday
        (date(2019, 8, 24), Some(false)),  // a Saturday
        (date(2019, 8, 25), Some(false)),  // a Sunday
        (date(2019, 9, 13), Some(false)),  // mid-autumn, a Friday
        (date(2019, 9, 29), Some(true)),   // a Sunday worked for the national holiday
        (date(2019, 10, 7), Some(false)),  // the last day of the national holiday
        (date(2019, 10, 12), Some(true)),  // a Saturday worked
        (date(2019, 5, 5), Some(true)),    // added by the second notice for 2019
        (date(2020, 1, 31), Some(false)),  // added by the second notice for 2020
        (date(2018, 12, 31), Some(false)), // the new year of 2019
        (date(2017, 12, 29), None),
        (date(2027, 1, 4), None),
    ] {
        assert_eq!(holidays.is_working_day(day), works, "{day}");
    }
    assert_eq!(holidays.working_day_after(date(2019, 8, 20), 3), Some(date(2019, 8, 23)));
    assert_eq!(holidays.working_day_after(date(2019, 8, 20), 20), Some(date(2019, 9, 18)));
    assert_eq!(holidays.working_day_after(date(2019, 9, 27), 1), Some(date(2019, 9, 29)));
    assert_eq!(holidays.working_day_after(date(2019, 8, 24), 0), Some(date(2019, 8, 24)));
    assert_eq!(holidays.working_day_after(date(2026, 12, 30), 1), Some(date(2026, 12, 31)));
    assert_eq!(holidays.working_day_after(date(2026, 12, 30), 2), None);
}

#[test]
fn placeholders_come_in_both_languages() {
    let all = book().provider.placeholders();
    let text = |key| all.iter().find(|(name, _)| *name == key).map(|(_, text)| text.as_str());
    assert_eq!(text("provider"), Some("阿里云"));
    assert_eq!(text("provider_en"), Some("Alibaba Cloud"));
    assert_eq!(text("callback_phones"), Some("95187、0571-88158388"));
    assert_eq!(text("callback_phones_en"), Some("95187, 0571-88158388"));
    assert_eq!(text("org_code"), Some("673959654"));
    assert_eq!(text("curtain_en"), Some("the Alibaba Cloud photo backdrop"));
    assert_eq!(all.len(), 18);
}

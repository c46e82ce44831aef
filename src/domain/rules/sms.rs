//! `sms_required`: whether the province confirms orders by SMS, and the deadline of the code (001.4, 004.16.7c).

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::book::{AsOf, RuleBook};

/// The outcome of `sms_required`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SmsRequired {
    pub province: String,
    pub required: bool,
    /// None where no code is needed.
    pub deadline_hours: Option<u32>,
}

/// Whether the province (by its short name) asks for a code.
pub fn sms_required(book: &RuleBook, province: &str, as_of: AsOf) -> SmsRequired {
    let required = book.sms.on(as_of).is_some_and(|list| list.provinces.iter().any(|name| name == province));
    let deadline_hours = required.then_some(book.terms.sms_code.deadline_hours);
    SmsRequired { province: province.to_owned(), required, deadline_hours }
}

/// The last moment at which the code counts.
pub fn sms_deadline(book: &RuleBook, sent: Timestamp) -> Timestamp {
    let hours = SignedDuration::from_hours(i64::from(book.terms.sms_code.deadline_hours));
    sent.checked_add(hours).unwrap_or(Timestamp::MAX)
}

/// Whether the deadline has passed; at 48 hours exactly it hasn't.
pub fn sms_overdue(book: &RuleBook, sent: Timestamp, now: Timestamp) -> bool {
    now > sms_deadline(book, sent)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::rules::book::tests::book;

    #[test]
    fn the_contract_s_form() {
        assert_eq!(
            serde_json::to_value(sms_required(book(), "浙江", AsOf::Newest)).unwrap(),
            json!({"province": "浙江", "required": true, "deadline_hours": 48})
        );
        assert_eq!(
            serde_json::to_value(sms_required(book(), "上海", AsOf::Newest)).unwrap(),
            json!({"province": "上海", "required": false, "deadline_hours": null})
        );
    }

    #[test]
    fn zhejiang_joined_between_the_documents() {
        let required = |province, as_of| sms_required(book(), province, as_of).required;
        let autumn = AsOf::On(date(2018, 11, 19));
        assert!(!required("浙江", autumn) && required("天津", autumn));
        assert!(required("浙江", AsOf::On(date(2019, 8, 20))));
        for province in ["北京", "上海", "广东", "江苏", "河北", "辽宁", "吉林", "江西", "贵州", "香港"]
        {
            assert!(!required(province, AsOf::Newest), "{province}");
        }
        let all = book().provinces.province.iter();
        assert_eq!(all.filter(|province| required(&province.name, AsOf::Newest)).count(), 22);
    }

    #[test]
    fn forty_eight_hours_exactly_is_in_time() {
        let sent: Timestamp = "2019-08-12T10:00:00+08:00".parse().unwrap();
        let at = |text: &str| sms_overdue(book(), sent, text.parse().unwrap());
        assert!(!at("2019-08-14T09:59:59+08:00"));
        assert!(!at("2019-08-14T10:00:00+08:00"));
        assert!(at("2019-08-14T10:00:01+08:00"));
    }
}

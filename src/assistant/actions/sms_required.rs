//! `sms_required`: does the province confirm orders by SMS.

use super::{Action, Basis, Done, Request, Step, place, when};
use crate::domain::rules::book::AsOf;
use crate::domain::rules::sms::sms_required;
use crate::phrases::actions;
use crate::phrases::actions::sms_required::Told;
use crate::store::StoreError;

pub struct SmsRequired;

impl Action for SmsRequired {
    fn intent(&self) -> &'static str {
        "sms_required"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "sms-provinces"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["sms.toml", "terms.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["sms-before-2019", "sms"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["province", "city", "date"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["收码", "收个码"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let place = match place::province(request) {
            Ok(place) => place,
            Err(step) => return Ok(*step),
        };
        let as_of = when::as_of(request);
        let verdict = sms_required(request.book, &place.province, as_of);
        let others: Vec<_> =
            place.others.iter().map(|name| sms_required(request.book, name, as_of)).collect();
        let told = Told { own: place.own, as_of, others: &others };
        let text = actions::sms_required::text(request.voice, request.book, &verdict, &told);
        let mut done = Done::new(&verdict, text).about("province", &place.province).then(request.voice.pick(
            ["没收到短信验证码怎么办", "管局审核要多久"],
            ["What if the code doesn't come?", "How long does the review by the administration take?"],
        ));
        if let AsOf::On(day) = as_of {
            done = done.about(when::AS_OF, day.to_string());
        }
        done.anchors.push("sms-deadline");
        Ok(Step::Done(done))
    }
}

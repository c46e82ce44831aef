//! `app_verification`: can documents and person be checked with the provider's app in a province.

use super::{Action, Basis, Done, Request, Step, place, when};
use crate::domain::rules::app_verification::app_verification;
use crate::domain::rules::book::AsOf;
use crate::phrases::actions;
use crate::store::StoreError;

pub struct AppVerification;

impl Action for AppVerification {
    fn intent(&self) -> &'static str {
        "app_verification"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "upload-app"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["app_verification.toml", "provinces.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["verification-shanghai"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["province", "city", "date"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["app", "手机刷脸", "手机上刷", "拿手机", "用手机拍", "phone app"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let place = match place::province(request) {
            Ok(place) => place,
            Err(step) => return Ok(*step),
        };
        let as_of = when::as_of(request);
        let verdict = app_verification(request.book, &place.province, as_of);
        let text = actions::app_verification::text(request.voice, request.book, &verdict, as_of);
        let mut done = Done::new(&verdict, text).about("province", &place.province);
        if let AsOf::On(day) = as_of {
            done = done.about(when::AS_OF, day.to_string());
        }
        if !verdict.supported {
            done.anchors.push("verification");
        }
        Ok(Step::Done(done))
    }
}

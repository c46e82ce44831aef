//! `legacy_record_path`: what to do with a filing made on the former platform, by its date.

use jiff::civil::Date;

use super::{Action, Ask, Basis, Done, Request, Step, when};
use crate::domain::rules::book::LegacyPath;
use crate::domain::rules::legacy_record::legacy_record_path;
use crate::phrases::actions;
use crate::store::StoreError;
use crate::understand::entities::DateRange;

pub struct LegacyRecordPath;

impl Action for LegacyRecordPath {
    fn intent(&self) -> &'static str {
        "legacy_record_path"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "claim-import-which"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["legacy.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["claim-import-claim-who", "claim-import-import-who", "accounts-legacy-closed"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["date"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let kept = || request.slot("date").and_then(|day| day.parse::<Date>().ok());
        let said = when::said(request).or_else(|| kept().map(|day| DateRange { first: day, last: day }));
        let Some(range) = said else {
            if request.says(&[
                "区别",
                "怎么区分",
                "有什么不同",
                "按年份",
                "difference between",
                "what kind of filing",
            ]) {
                return Ok(Step::General);
            }
            return Ok(ask(request, None));
        };
        let verdict = legacy_record_path(request.book, range.first, range.last);
        let Some(path) = verdict.path else { return Ok(ask(request, Some(range))) };
        let text =
            actions::legacy_record_path::text(request.voice, request.book, path, range.first, range.last);
        let mut done = Done::new(&verdict, text).about("date", range.last.to_string());
        done.anchors.extend(match path {
            LegacyPath::Claim => ["claim-import-claim-who", "claim-import-claim-steps"].as_slice(),
            LegacyPath::Import => &["claim-import-import-who", "claim-import-import-steps"],
            LegacyPath::Direct => &[],
        });
        Ok(Step::Done(done))
    }
}

/// The day is missing, or what was said reaches over an edge.
fn ask(request: &Request<'_>, range: Option<DateRange>) -> Step {
    let text = match range {
        None => actions::legacy_record_path::which_date(request.voice, request.book),
        Some(range) => {
            actions::legacy_record_path::which_part(request.voice, request.book, range.first, range.last)
        }
    };
    Step::Ask(Ask { slot: "date", text, options: Vec::new() })
}

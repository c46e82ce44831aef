//! `service_numbers_left`: how many service numbers are left, over all the asker's instances or for the one named.

use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::records::{Instance, ServiceNumber};
use crate::domain::rules::service_numbers::{NumbersQuestion, service_numbers_left};
use crate::phrases::{actions, clarify};
use crate::store::StoreError;

pub struct ServiceNumbersLeft;

impl Action for ServiceNumbersLeft {
    fn intent(&self) -> &'static str {
        "service_numbers_left"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "servers-quota-table"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["products.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &[
            "servers-quota-ecs",
            "servers-quota-light",
            "servers-quota-vhost",
            "servers-quota-elastic-web",
            "servers-quota-market",
            "servers-quota-nat-ipv6",
            "servers-quota-ens",
        ]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["instance", "product"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["服务号", "名额", "还剩", "剩几", "剩多少", "service number"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let Some(case) = request.case else {
            return Ok(Step::Ask(Ask {
                slot: "instance",
                text: clarify::whose(request.voice),
                options: Vec::new(),
            }));
        };
        let all: Vec<&Instance> = case.records.instances.iter().collect();
        let numbers: Vec<&ServiceNumber> = case.records.service_numbers.iter().collect();
        let asked: Vec<&Instance> = match request.slot("instance") {
            Some(id) => all.iter().copied().filter(|instance| instance.id.eq_ignore_ascii_case(id)).collect(),
            None => all.clone(),
        };
        if let (Some(id), true) = (request.slot("instance"), asked.is_empty()) {
            return Ok(Step::NotFound { slot: "instance", name: id.to_owned() });
        }
        let question = NumbersQuestion {
            instances: &asked,
            all_instances: &all,
            numbers: &numbers,
            today: request.today(),
        };
        let verdict = service_numbers_left(request.book, &question);
        let text = actions::service_numbers_left::text(request.voice, request.book, &verdict);
        let mut done = Done::new(&verdict, text);
        if let Some(id) = request.slot("instance") {
            done = done.about("instance", id);
        }
        Ok(Step::Done(done))
    }
}

//! `check_server`: can this server be used for a filing, and why is there no apply button.

use super::candidates::{self, Picked};
use super::{Action, Basis, Done, Request, Step};
use crate::domain::records::{Instance, ServiceNumber};
use crate::domain::rules::service_numbers::{NumbersQuestion, server_with_quota};
use crate::phrases::actions;
use crate::store::StoreError;

pub struct CheckServer;

impl Action for CheckServer {
    fn intent(&self) -> &'static str {
        "check_server"
    }

    fn needs_record(&self) -> bool {
        true
    }

    fn anchor(&self) -> &'static str {
        "servers-cannot-file"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["products.toml"], origin: None }
    }

    fn slots(&self) -> &'static [&'static str] {
        &["instance", "product"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let Some(case) = request.case else { return Ok(candidates::whose(request, "instance")) };
        if candidates::is_general(request) {
            return Ok(Step::General);
        }
        let instance = match candidates::instance(request) {
            Picked::One(instance) => instance,
            Picked::Ask(ask) => return Ok(Step::Ask(ask)),
            Picked::Missing(name) => return Ok(Step::NotFound { slot: "instance", name }),
            Picked::Nothing => return Ok(Step::General),
        };
        let all: Vec<&Instance> = case.records.instances.iter().collect();
        let numbers: Vec<&ServiceNumber> = case.records.service_numbers.iter().collect();
        let question = NumbersQuestion {
            instances: &[instance],
            all_instances: &all,
            numbers: &numbers,
            today: request.today(),
        };
        let verdict = server_with_quota(request.book, &question, instance);
        let text = actions::check_server::text(request.voice, request.book, &verdict);
        let next = request.voice.pick(
            ["还剩几个备案服务号", "备案要准备什么"],
            ["How many service numbers are left?", "What do I prepare for a filing?"],
        );
        let mut done = Done::new(&verdict, text).about("instance", &instance.id).then(next);
        done.anchors.push("servers-quota-table");
        Ok(Step::Done(done))
    }
}

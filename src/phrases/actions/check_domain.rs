//! Whether a domain can be filed, rule by rule. The holder is never named.

use crate::domain::records::RealNameStatus;
use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::domain_check::{Check, CheckResult, DomainCheck, DomainRule, Verdict};
use crate::phrases::Voice;

pub fn text(voice: Voice, book: &RuleBook, check: &DomainCheck, has_record: bool) -> String {
    let source = super::dated(voice, book.domain_checks.origin());
    format!("{}\n\n{source}", verdict(voice, check, has_record))
}

fn verdict(voice: Voice, check: &DomainCheck, has_record: bool) -> String {
    let domain = &check.domain;
    let first = match check.verdict {
        Verdict::Pass => voice.pick(
            format!("可以，{domain} 目前符合备案的域名要求，六项核验都通过。"),
            format!("Yes, {domain} meets the requirements: all six checks pass."),
        ),
        Verdict::Fail => voice.pick(
            format!("不可以，{domain} 现在还不能备案，有没通过的核验项。"),
            format!("No, {domain} can't be filed as it stands: some checks fail."),
        ),
        Verdict::Unknown => voice.pick(
            format!("还不能确定，{domain} 有几项我查不到，没有发现不合格的项。"),
            format!("I can't say for sure: some checks of {domain} are unknown, none fails."),
        ),
        Verdict::Exempt => {
            return voice.pick(
                format!("不用核验，你说的这一步不查域名，{domain} 不受影响。\n\n注销主体、注销网站、取消接入，以及取消接入后再接入，都不做域名核验；变更 2018 年 1 月 1 日前备案的网站时，只核验新增的域名。注意：注销后再重新备案，域名要重新核验。"),
                format!("No check is needed: this step doesn't look at the domain, so {domain} is fine.\n\nDeregistering, cancelling access, and access again after it are not checked; a change to a site filed before 2018-01-01 checks new domains only. Filing anew after deregistering is checked."),
            );
        }
    };
    let mut text = first;
    text.push_str("\n\n");
    for item in &check.checks {
        text.push_str(&format!("- {}\n", line(voice, check, *item)));
    }
    let mends: Vec<String> = check
        .checks
        .iter()
        .filter(|item| item.result == CheckResult::Fail)
        .map(|item| mend(voice, check, item.rule))
        .collect();
    if !mends.is_empty() {
        text.push_str(voice.pick("\n**怎么改**：\n\n", "\n**What to do**:\n\n"));
        text.push_str(
            &(1..)
                .zip(&mends)
                .map(|(number, mend)| format!("{number}. {mend}"))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    } else if check.verdict == Verdict::Unknown {
        text.push_str(if has_record {
            voice.pick(
                "\n把查不到的项到工信部网站或域名注册商处核对一下，确认后再提交。",
                "\nLook the unknown ones up on the MIIT site or with your registrar before you submit.",
            )
        } else {
            voice.pick(
                "\n我这里没有这个域名的记录。请自己核对：注册商是否获工信部批复、是否在有效期内、是否已实名满三天、持有者是否和备案主体一致。",
                "\nI have no record of this domain. Please check for yourself: an approved registrar, not expired, real-name verified at least three days ago, and held by the entity that files.",
            )
        });
    }
    text.trim_end().to_owned()
}

fn line(voice: Voice, check: &DomainCheck, item: Check) -> String {
    let name = match item.rule {
        DomainRule::TldApproved => voice.pick("后缀已获工信部批复", "suffix approved by MIIT"),
        DomainRule::RegistrarApproved => voice.pick("注册商已获工信部批复", "registrar approved by MIIT"),
        DomainRule::NotExpired => voice.pick("在有效期内", "not expired"),
        DomainRule::RealNameVerified => voice.pick("已实名认证", "real-name verified"),
        DomainRule::RegistrySynced => voice.pick("实名信息已入库", "verification has reached the registry"),
        DomainRule::HolderMatchesEntity => voice.pick("持有者与备案主体一致", "holder matches the entity"),
    };
    let result = match item.result {
        CheckResult::Pass => voice.pick("✅ 通过", "✅ pass"),
        CheckResult::Fail => voice.pick("❌ 不通过", "❌ fail"),
        CheckResult::Unknown => voice.pick("❔ 查不到", "❔ unknown"),
    };
    let evidence = &check.evidence;
    let detail = match item.rule {
        DomainRule::NotExpired => {
            evidence.expires_on.map(|day| voice.pick(format!("到期日 {day}"), format!("valid to {day}")))
        }
        DomainRule::RegistrySynced if item.result == CheckResult::Fail => {
            evidence.synced_from.map(|day| voice.pick(format!("{day} 起入库"), format!("from {day}")))
        }
        DomainRule::RealNameVerified => match evidence.real_name {
            Some(RealNameStatus::Pending) => Some(voice.pick("审核中".to_owned(), "under review".to_owned())),
            Some(RealNameStatus::None) => Some(voice.pick("未提交".to_owned(), "not submitted".to_owned())),
            Some(RealNameStatus::Verified) | None => None,
        },
        DomainRule::HolderMatchesEntity => evidence.mismatch.map(|mismatch| {
            let parts: Vec<&str> = [
                (mismatch.name, voice.pick("名称", "name")),
                (mismatch.id_type, voice.pick("证件类型", "ID type")),
                (mismatch.id_number, voice.pick("证件号码", "ID number")),
            ]
            .into_iter()
            .filter_map(|(differs, name)| differs.then_some(name))
            .collect();
            voice.pick(format!("{}不同", parts.join("、")), format!("{} differ", parts.join(", ")))
        }),
        DomainRule::TldApproved | DomainRule::RegistrarApproved | DomainRule::RegistrySynced => None,
    };
    let colon = voice.pick("：", ": ");
    match detail {
        Some(detail) => voice
            .pick(format!("{name}{colon}{result}（{detail}）"), format!("{name}{colon}{result} ({detail})")),
        None => format!("{name}{colon}{result}"),
    }
}

fn mend(voice: Voice, check: &DomainCheck, rule: DomainRule) -> String {
    let evidence = &check.evidence;
    match rule {
        DomainRule::TldApproved => voice
            .pick("这个后缀未获工信部批复，不能备案，需要换一个已批复后缀的域名（如 .com、.net、.cn）。", "This suffix isn't approved; use a domain with an approved one, such as .com, .net or .cn.")
            .to_owned(),
        DomainRule::RegistrarApproved => voice
            .pick("把域名转入已获工信部批复的注册商，再提交备案。", "Transfer the domain to an approved registrar, then file.")
            .to_owned(),
        DomainRule::NotExpired => voice.pick("先给域名续费，续费成功后再提交。", "Renew the domain first, then file.").to_owned(),
        DomainRule::RealNameVerified => match evidence.real_name {
            Some(RealNameStatus::Pending) => voice
                .pick("实名认证还在审核，通过后等三天再提交备案。", "The real-name verification is under review; file three days after it passes.")
                .to_owned(),
            _ => voice
                .pick("到域名注册商处完成实名认证，通过后等三天再提交备案。", "Complete the real-name verification with your registrar, and file three days after it passes.")
                .to_owned(),
        },
        DomainRule::RegistrySynced => evidence.synced_from.map_or_else(
            || voice.pick("实名认证通过后约三天才能入库，到时再提交备案。", "The registry knows of a verification about three days after it; file then.").to_owned(),
            |day| voice.pick(format!("实名信息入库约需三天，{day} 起再提交备案。"), format!("The registry takes about three days; file from {day}.")),
        ),
        DomainRule::HolderMatchesEntity => {
            let mut text = voice
                .pick("先把域名过户到备案主体名下，或修改主体信息，让名称、证件类型、证件号码都一致。", "Transfer the domain to the entity that files, or correct the entity, so that name, ID type and ID number agree.")
                .to_owned();
            if evidence.mismatch.is_some_and(|mismatch| mismatch.documents_may_help) {
                text.push_str(voice.pick(
                    "单位备案时，部分省市也可以上传证明材料，以当地管局规则为准。",
                    " For an organisation some provinces also take supporting documents; the local rules decide.",
                ));
            }
            text
        }
    }
}

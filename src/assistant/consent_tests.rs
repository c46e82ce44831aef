//! Pairs that share nearly all words and differ in what they consent to.

use super::*;
use crate::understand::normalise::fold;

const ORDER: &str = "20190801004";

fn says(text: &str, way: Way) -> Consent {
    consent(&fold(text), way, ORDER)
}

#[test]
fn only_an_explicit_yes_to_this_is_consent() {
    use Consent::{Hold, No, Other, Unclear, Yes};
    for (text, expected) in [
        ("确认撤回", Yes),
        ("确认撤回？", Other),
        ("不确认撤回", No),
        ("确认撤回订单 20190801004", Yes),
        ("确认撤回订单 20190801005", Other),
        ("确认放弃", Other),
        ("撤回吧", Yes),
        ("先别撤回吧", No),
        ("撤吧", Yes),
        ("别撤吧", No),
        ("是的", Yes),
        ("不是的", No),
        ("是的，撤回", Yes),
        ("是的，不撤回", Unclear),
        ("对", Yes),
        ("不对", No),
        ("确定", Yes),
        ("不确定", Hold),
        ("确定吗", Other),
        ("好的，确认撤回，谢谢", Yes),
        ("好的", Unclear),
        ("嗯", Unclear),
        ("嗯？", Unclear),
        ("嗯，撤", Yes),
        ("可以", Unclear),
        ("可以撤回", Other),
        ("可以不撤回吗", Other),
        ("取消", Unclear),
        ("不要取消", No),
        ("取消会怎样", Other),
        ("撤回会怎么样", Other),
        ("先别撤", No),
        ("等等", Hold),
        ("等等再撤回", Hold),
        ("我再想想", Hold),
        ("不撤了", No),
        ("算了", No),
        ("不", No),
        ("要不要撤回", Other),
        ("撤回和放弃有什么区别", Other),
        ("确认撤回的话资料还在吗", Other),
        ("他说确认撤回", Other),
        ("yes", Yes),
        ("yes?", Other),
        ("Yes, withdraw it", Yes),
        ("Yes, but don't withdraw it", Unclear),
        ("No, keep it", No),
        ("Withdraw it", Yes),
        ("Don't withdraw it", No),
        ("abandon it", Other),
        ("go ahead", Yes),
        ("wait", Hold),
        ("ok", Unclear),
        ("cancel", Unclear),
        ("can you withdraw it?", Other),
        ("what happens if you withdraw it", Other),
    ] {
        assert_eq!(says(text, Way::Withdraw), expected, "{text}");
    }
    assert_eq!(says("确认放弃", Way::Abandon), Yes);
    assert_eq!(says("放弃吧", Way::Abandon), Yes);
    assert_eq!(says("不放弃", Way::Abandon), No);
    assert_eq!(says("确认撤回", Way::Abandon), Other);
}

#[test]
fn an_order_to_stop_is_no_question_and_no_wish() {
    let reads = |text: &str| command(&fold(text), Some(ORDER));
    for text in [
        "撤回订单 20190801004",
        "帮我把 20190801004 撤回",
        "那就撤回吧",
        "请撤回这个订单",
        "Withdraw order 20190801004",
        "please withdraw my order",
    ] {
        assert_eq!(reads(text), Some(Way::Withdraw), "{text}");
    }
    for text in ["放弃订单 20190801004", "20190801004 放弃吧", "Abandon order 20190801004", "abandon it"]
    {
        assert_eq!(reads(text), Some(Way::Abandon), "{text}");
    }
    for text in [
        "订单 20190801004 能撤回吗",
        "不要撤回订单 20190801004",
        "我想撤回订单，不关心还要审多久",
        "撤回和放弃",
        "先别撤",
        "撤回会怎样",
        "为什么不能撤回",
        "什么时候撤回",
        "Can order 20190801004 be withdrawn?",
        "don't withdraw it",
    ] {
        assert_eq!(reads(text), None, "{text}");
    }
}

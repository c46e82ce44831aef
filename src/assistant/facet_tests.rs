//! Which messages ask about the last reply, and which stand alone.

use super::*;

#[test]
fn particles_and_politeness_change_nothing() {
    for (text, expected) in [
        ("为什么", Some(Facet::Why)),
        ("为什么呢？", Some(Facet::Why)),
        ("那要怎么弄呢", Some(Facet::How)),
        ("请问需要多久", Some(Facet::HowLong)),
        ("那要多少钱啊", Some(Facet::HowMuch)),
        ("再详细一点吧", Some(Facet::Detail)),
        ("还有吗", Some(Facet::More)),
        ("英文呢", Some(Facet::In(Script::Latin))),
        ("In Chinese, please", Some(Facet::In(Script::Simplified))),
        ("and how long does it take?", Some(Facet::HowLong)),
        // These say what they are about, and stand alone.
        ("备案要多久", None),
        ("为什么被驳回", None),
        ("怎么取消接入", None),
        ("how long does a filing take", None),
        ("英文网站要备案吗", None),
    ] {
        assert_eq!(facet(&Normalised::of(text).folded), expected, "{text}");
    }
}

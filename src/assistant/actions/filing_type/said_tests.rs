//! What questions say of their domain and organizer, in the words of different people.

use super::*;

fn read(text: &str) -> Said {
    let provider = ["阿里云".to_owned(), "alibaba cloud".to_owned()];
    let text = crate::understand::Normalised::of(text);
    Said::read(&text.folded, &provider, &Entities::default())
}

#[test]
fn domain_and_organizer_are_told_apart() {
    use Place::{Cancelled, Elsewhere, Empty, Here, Nowhere, Somewhere};
    for (text, domain, entity) in [
        ("域名和主体都没备过，怎么选", Some(Nowhere), Some(Nowhere)),
        ("我从来没备案过，选哪个", Some(Nowhere), Some(Nowhere)),
        ("网站在华为云备过案，公司没在你们这备过，要办哪种", Some(Elsewhere), Some(Nowhere)),
        ("主体在你们这备的，有个站在别处备的，想接过来", Some(Elsewhere), Some(Here)),
        ("公司在你们这备过一个站，再加个新域名", Some(Nowhere), Some(Here)),
        ("单位在西部数码有备案号，域名还没备过", Some(Nowhere), Some(Elsewhere)),
        ("域名已经在阿里云备过了，换台服务器", Some(Here), None),
        ("域名备过案，主体也备过，都不在这边", Some(Elsewhere), Some(Elsewhere)),
        ("我们公司有备案号，但是网站没了", None, Some(Empty)),
        ("网站接入被取消了，想恢复", Some(Cancelled), None),
        ("公司已经备案了，新域名还没弄", Some(Nowhere), Some(Somewhere)),
        ("my domain is filed elsewhere but my company is filed here", Some(Elsewhere), Some(Here)),
        ("new domain, never filed anything", Some(Nowhere), None),
        ("我该选哪种", None, None),
        ("主体在你们这有备案，域名没有，选哪个", Some(Nowhere), Some(Here)),
        ("域名在别家有备案，主体在你们这没有，选哪个", Some(Elsewhere), Some(Nowhere)),
        ("域名备过没有", Some(Somewhere), None),
        ("网站在腾讯云备过案现在搬到阿里云要办哪种备案", Some(Elsewhere), None),
        ("公司的网站在别家备的", Some(Elsewhere), None),
    ] {
        let said = read(text);
        assert_eq!((said.domain, said.entity), (domain, entity), "{text}");
        assert_eq!(said.wish, Wish::OpenSite, "{text}");
    }
}

#[test]
fn other_wishes() {
    for (text, wish) in [
        ("网站不要了，办什么手续", Wish::CloseSite),
        ("整个主体都不要了，办什么", Wish::CloseEntity),
        ("不用你们的服务器了，要办啥", Wish::LeaveProvider),
        ("公司改名了要办哪种", Wish::ChangeEntity),
        ("公司换了名字，备案上还是老名字", Wish::ChangeEntity),
        ("博客改了个名，报哪一种", Wish::ChangeWebsite),
        ("备案想放到另一个账号，走哪种", Wish::MoveAccount),
    ] {
        assert_eq!(read(text).wish, wish, "{text}");
    }
}

#[test]
fn servers_outside_the_mainland_and_the_former_platform() {
    assert!(read("用的是香港服务器，要办哪种").abroad);
    assert!(!read("我们是境外企业，用大陆服务器").abroad);
    assert!(read("以前在万网备的，现在加个站").legacy);
    assert!(!read("以前在华为云备的").legacy);
}

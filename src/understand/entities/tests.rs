use super::*;
use crate::understand::normalise::fold;

fn seen(text: &str) -> Entities {
    Recogniser::default().recognise(&fold(text), text)
}

#[test]
fn finds_domains_in_every_dress() {
    for (text, domain) in [
        ("example.cn 能备案吗", "example.cn"),
        ("我的EXAMPLE.CN能备案吗", "example.cn"),
        ("https://www.Example.com.cn:8443/a/b?c=d 为什么打不开", "example.com.cn"),
        ("http://blog.shop.example.com/", "example.com"),
        ("那 foo-bar.net 呢？", "foo-bar.net"),
        ("域名是 例子.中国", "例子.中国"),
        ("请问例子.中国能备案吗", "例子.中国"),
        ("我的中文域名例子.公司可以备案么", "例子.公司"),
        ("ｅｘａｍｐｌｅ．ｃｎ", "example.cn"),
        ("example。cn可以吗", "example.cn"),
        ("帮我查一下abc.org行不行", "abc.org"),
        ("m.abc.xyz", "abc.xyz"),
        ("xn--fiqs8s.cn", "xn--fiqs8s.cn"),
        ("我想用a1.cc做网站.可以吗", "a1.cc"),
        ("域名：example.com，什么时候能好", "example.com"),
        ("(example.net)", "example.net"),
        ("网址www.abc.com", "abc.com"),
    ] {
        assert_eq!(seen(text).domains, [domain], "{text}");
    }
}

#[test]
fn leaves_what_is_no_domain() {
    for text in [
        "备案被驳回了。怎么办",
        "版本 3.16.0 以上",
        "证件.jpg 上传不了",
        "写信到 me@example.com 行吗",
        "服务器是 192.168.1.1",
        "审核好了...谢谢",
        "what about no. 5",
        "先备案.再解析",
        "e.g. this",
    ] {
        assert!(seen(text).domains.is_empty(), "{text}: {:?}", seen(text).domains);
    }
}

#[test]
fn finds_a_suffix_alone() {
    assert_eq!(seen(".cc 域名取消接入有风险吗").suffixes, ["cc"]);
    assert_eq!(seen("我的是.org域名").suffixes, ["org"]);
    assert!(seen("example.cc").suffixes.is_empty());
}

#[test]
fn finds_orders_and_instances() {
    assert_eq!(seen("订单20190812001还能撤吗").orders, ["20190812001"]);
    assert_eq!(seen("２０１９０８１２００１").orders, ["20190812001"]);
    assert!(seen("我手机号13800138000").orders.is_empty());
    assert!(seen("身份证号 11010519491231002X").orders.is_empty());
    assert!(seen("备案号 12345678").orders.is_empty());
    assert_eq!(seen("i-bp1abc 还剩几个服务号").instances, ["i-bp1abc"]);
    assert_eq!(seen("实例I-DEMO-1能用吗").instances, ["i-demo-1"]);
    assert!(seen("wi-fi").instances.is_empty());
}

#[test]
fn finds_dates_as_precise_as_said() {
    for (text, first, last) in [
        ("2010年5月31日备的案", "2010-05-31", "2010-05-31"),
        ("2010-06-01 备案", "2010-06-01", "2010-06-01"),
        ("2017/1/31那天", "2017-01-31", "2017-01-31"),
        ("2012年备的", "2012-01-01", "2012-12-31"),
        ("2010年6月份办的", "2010-06-01", "2010-06-30"),
        ("filed on May 3, 2011", "2011-05-03", "2011-05-03"),
        ("filed in 2009", "2009-01-01", "2009-12-31"),
        ("09年那会儿备的", "2009-01-01", "2009-12-31"),
        ("12年在你们家备的", "2012-01-01", "2012-12-31"),
        ("16年5月搁这儿备过案", "2016-05-01", "2016-05-31"),
    ] {
        let range = DateRange { first: first.parse().unwrap(), last: last.parse().unwrap() };
        assert_eq!(seen(text).dates, [range], "{text}");
    }
    assert!(seen("订单20190812001").dates.is_empty());
    assert!(seen("2010-02-30").dates.is_empty());
    for span in [
        "备案10年了",
        "域名买了10年备案用",
        "12年前的号",
        "已经过了15年在用的域名",
        "服务器续10年",
        "1.12年在",
    ] {
        assert!(seen(span).dates.is_empty(), "{span}");
    }
}

#[test]
fn finds_pictures() {
    assert_eq!(
        seen("5MB的bmp传不上去").picture,
        Picture { format: Some("bmp".into()), bytes: Some(5 * 1024 * 1024) }
    );
    assert_eq!(
        seen("我的 idcard.JPG 有 800k").picture,
        Picture { format: Some("jpg".into()), bytes: Some(800 * 1024) }
    );
    assert_eq!(seen("ecs 传不了").picture, Picture::default());
}

#[test]
fn marks_what_was_recognised() {
    assert_eq!(seen("example.cn 能备案吗").masked, format!("{} 能备案吗", marks::DOMAIN));
    assert_eq!(seen("订单20190812001还能撤吗").masked, format!("订单{}还能撤吗", marks::ORDER));
}

#[test]
fn masks_numbers_of_persons() {
    assert_eq!(
        mask_personal("身份证11010519491231002X，手机 13800138000。", &[]),
        "身份证110*************2X，手机 138******00。"
    );
    assert_eq!(mask_personal("订单 20190812001 和 95187", &[]), "订单 20190812001 和 95187");
    assert_eq!(mask_personal("13800138000", &["13800138000"]), "13800138000");
    assert_eq!(mask_personal("91330106MA2CFGAB1X", &[]), "913*************1X");
}

#[test]
fn reads_quotation_marks() {
    assert_eq!(seen("网站叫“中国好店”行吗").quoted, ["中国好店"]);
    assert_eq!(seen("提示「产品信息无效」").quoted, ["产品信息无效"]);
    assert!(seen("没有“收尾").quoted.is_empty());
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,80}") {
        let _ = seen(&text);
    }
}

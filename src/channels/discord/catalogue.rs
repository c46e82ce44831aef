//! Which intents of the registry have a command of their own, how it is called, and what it asks.
//!
//! A command is nothing but a question put in words: the assistant never learns that it was a command.

use std::sync::LazyLock;

use super::words::Tongue;
use crate::assistant::actions::REGISTRY;

/// What a command can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Order,
    Domain,
    Instance,
    Province,
    /// The name of a website, which nobody has on record yet.
    Name,
    /// A file; only what it is called and how large it is are looked at.
    Picture,
}

impl Thing {
    /// What the option is called: simplified, traditional, English.
    pub fn names(self) -> [&'static str; 3] {
        match self {
            Self::Order => ["订单号", "訂單號", "order"],
            Self::Domain => ["域名", "網域", "domain"],
            Self::Instance => ["实例", "實例", "instance"],
            Self::Province => ["省份", "省份", "province"],
            Self::Name => ["名称", "名稱", "name"],
            Self::Picture => ["图片", "圖片", "picture"],
        }
    }

    pub fn descriptions(self) -> [&'static str; 3] {
        match self {
            Self::Order => [
                "哪个订单；只有一个就不用填",
                "哪個訂單；只有一個就不用填",
                "Which order; leave it out if there is one",
            ],
            Self::Domain => {
                ["哪个域名，例如 example.cn", "哪個網域，例如 example.cn", "Which domain, such as example.cn"]
            }
            Self::Instance => [
                "哪台服务器；只有一台就不用填",
                "哪台伺服器；只有一台就不用填",
                "Which server; leave it out if there is one",
            ],
            Self::Province => [
                "备案在哪个省，例如浙江",
                "備案在哪個省，例如浙江",
                "The province of the filing, such as Zhejiang",
            ],
            Self::Name => ["网站名称，照原样", "網站名稱，照原樣", "The website's name as it is"],
            Self::Picture => [
                "要上传的图片；不会被下载",
                "要上傳的圖片；不會被下載",
                "The picture to be uploaded; it isn't downloaded",
            ],
        }
    }

    /// Whether one's own records are offered while typing.
    pub fn is_on_record(self) -> bool {
        matches!(self, Self::Order | Self::Domain | Self::Instance | Self::Province)
    }
}

/// A command for an intent. Of three wordings each: simplified, traditional, English.
#[derive(Debug)]
pub(super) struct Entry {
    pub intent: &'static str,
    pub names: [&'static str; 3],
    pub descriptions: [&'static str; 3],
    pub thing: Thing,
    /// Whether the thing has to be given.
    pub needed: bool,
    /// The question about whatever is there.
    bare: [&'static str; 3],
    /// The question about `{}`.
    about: [&'static str; 3],
}

impl Entry {
    /// What the command asks.
    pub fn question(&self, tongue: Tongue, value: Option<&str>) -> String {
        // In one line and without braces of its own: a value is a name, not a text.
        let value = value.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
        match value.filter(|value| !value.is_empty()) {
            Some(value) => tongue.of(self.about).replace("{}", &value),
            None => tongue.of(self.bare).to_owned(),
        }
    }
}

/// The commands, in the order of the registry.
pub(super) static ENTRIES: LazyLock<Vec<&'static Entry>> = LazyLock::new(|| {
    let entry = |intent: &str| TABLE.iter().find(|entry| entry.intent == intent);
    REGISTRY.iter().filter_map(|action| entry(action.intent())).collect()
});

static TABLE: &[Entry] = &[
    Entry {
        intent: "order_status",
        names: ["订单进度", "訂單進度", "order-status"],
        descriptions: [
            "我的备案到哪一步了，还要多久",
            "我的備案到哪一步了，還要多久",
            "Where my order is and how long it still takes",
        ],
        thing: Thing::Order,
        needed: false,
        bare: ["我的订单到哪一步了", "我的訂單到哪一步了", "Where is my order now?"],
        about: ["订单 {} 到哪一步了", "訂單 {} 到哪一步了", "Where is order {} now?"],
    },
    Entry {
        intent: "can_cancel_order",
        names: ["能否撤回", "能否撤回", "can-stop"],
        descriptions: [
            "订单还能不能撤回或放弃",
            "訂單還能不能撤回或放棄",
            "Whether an order can still be stopped",
        ],
        thing: Thing::Order,
        needed: false,
        bare: ["我的订单还能撤回吗", "我的訂單還能撤回嗎", "Can my order still be stopped?"],
        about: ["订单 {} 还能撤回吗", "訂單 {} 還能撤回嗎", "Can order {} still be stopped?"],
    },
    Entry {
        intent: "why_rejected",
        names: ["驳回原因", "駁回原因", "why-rejected"],
        descriptions: [
            "为什么被驳回，怎么改",
            "為什麼被駁回，怎麼改",
            "Why an order was rejected and what to do",
        ],
        thing: Thing::Order,
        needed: false,
        bare: ["我的备案为什么被驳回了", "我的備案為什麼被駁回了", "Why was my order rejected?"],
        about: ["订单 {} 为什么被驳回", "訂單 {} 為什麼被駁回", "Why was order {} rejected?"],
    },
    Entry {
        intent: "service_numbers_left",
        names: ["服务号余量", "服務號餘量", "service-numbers"],
        descriptions: ["还剩几个备案服务号", "還剩幾個備案服務號", "How many service numbers are left"],
        thing: Thing::Instance,
        needed: false,
        bare: ["我还剩几个备案服务号", "我還剩幾個備案服務號", "How many service numbers have I left?"],
        about: ["{} 还剩几个备案服务号", "{} 還剩幾個備案服務號", "How many service numbers has {} left?"],
    },
    Entry {
        intent: "check_domain",
        names: ["检查域名", "檢查網域", "check-domain"],
        descriptions: [
            "域名能不能备案，还差什么",
            "網域能不能備案，還差什麼",
            "Whether a domain can be filed and what is missing",
        ],
        thing: Thing::Domain,
        needed: false,
        bare: ["我的域名能备案吗", "我的域名能備案嗎", "Can my domain be filed?"],
        about: ["{} 能备案吗", "{} 能備案嗎", "Can {} be filed?"],
    },
    Entry {
        intent: "check_server",
        names: ["检查服务器", "檢查伺服器", "check-server"],
        descriptions: [
            "服务器能不能用来备案",
            "伺服器能不能用來備案",
            "Whether a server can be used for a filing",
        ],
        thing: Thing::Instance,
        needed: false,
        bare: ["我的服务器能备案吗", "我的服務器能備案嗎", "Can my server be used for a filing?"],
        about: ["{} 能用来备案吗", "{} 能用來備案嗎", "Can {} be used for a filing?"],
    },
    Entry {
        intent: "gift_time",
        names: ["赠送时长", "贈送時長", "gift-time"],
        descriptions: [
            "备案能送多少天服务器时长",
            "備案能送多少天伺服器時長",
            "How much server time a filing gives back",
        ],
        thing: Thing::Instance,
        needed: false,
        bare: ["我的服务器能送多少天", "我的服務器能送多少天", "How many days of server time do I get back?"],
        about: [
            "我的 {} 能送多少天",
            "我的 {} 能送多少天",
            "How many days of server time do I get back for {}?",
        ],
    },
    Entry {
        intent: "filing_type",
        names: ["备案类型", "備案類型", "filing-type"],
        descriptions: ["我该办哪种备案", "我該辦哪種備案", "Which kind of filing I need"],
        thing: Thing::Domain,
        needed: false,
        bare: ["我该办哪种备案", "我該辦哪種備案", "Which kind of filing do I need?"],
        about: ["{} 该做哪种备案", "{} 該做哪種備案", "Which kind of filing does {} need?"],
    },
    Entry {
        intent: "website_name_check",
        names: ["网站名称", "網站名稱", "website-name"],
        descriptions: ["网站名称能不能用", "網站名稱能不能用", "Whether a website's name is all right"],
        thing: Thing::Name,
        needed: true,
        bare: ["我的网站名称可以用吗", "我的網站名稱可以用嗎", "Is my website name all right?"],
        about: ["网站名称“{}”可以用吗", "網站名稱「{}」可以用嗎", "Is the website name “{}” all right?"],
    },
    Entry {
        intent: "upload_check",
        names: ["检查图片", "檢查圖片", "check-picture"],
        descriptions: [
            "图片的格式和大小能不能上传",
            "圖片的格式和大小能不能上傳",
            "Whether a picture's format and size are accepted",
        ],
        thing: Thing::Picture,
        needed: true,
        bare: ["我的图片为什么传不上去", "我的圖片為什麼傳不上去", "Why won't my picture upload?"],
        about: ["{}", "{}", "{}"],
    },
    Entry {
        intent: "sms_required",
        names: ["短信核验", "簡訊核驗", "sms-verification"],
        descriptions: ["这个省要不要短信核验", "這個省要不要簡訊核驗", "Whether a province verifies by SMS"],
        thing: Thing::Province,
        needed: false,
        bare: ["我备案要不要短信核验", "我備案要不要短信核驗", "Does my filing need SMS verification?"],
        about: ["{} 要短信核验吗", "{} 要短信核驗嗎", "Does {} need SMS verification?"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_an_intent_of_the_registry() {
        assert_eq!(ENTRIES.len(), TABLE.len());
    }

    #[test]
    fn a_value_is_one_line_of_the_question() {
        let entry = TABLE.iter().find(|entry| entry.intent == "order_status").unwrap();
        assert_eq!(entry.question(Tongue::English, Some(" 1\n{} 2 ")), "Where is order 1 {} 2 now?");
        assert_eq!(entry.question(Tongue::Simplified, Some("  ")), "我的订单到哪一步了");
        assert_eq!(entry.question(Tongue::Traditional, None), "我的訂單到哪一步了");
    }
}

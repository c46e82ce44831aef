//! Documents that don't say how people ask: of our field they are found through what we know of it, of another field they are
//! searched as if we knew nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use beian::assistant::{Answer as _, Assistant, Incoming, Mind, Sections};
use beian::cli::wiring;
use beian::domain::reply::{Kind, Reply};
use beian::evaluation::{Figures, Set, ask_each, judge, parse};
use beian::knowledge::Section;
use beian::knowledge::documents::{Names, load_embedded, load_folder};
use beian::rulebook;
use beian::store::SqliteStore;

/// Of the questions, how many get the right section first, and among three, at least.
const FIRST: f64 = 0.76;
const IN_THREE: f64 = 0.88;
/// How many are refused at most.
const REFUSED: f64 = 0.03;

/// Some of the field in the words of an office, with nothing of how people ask.
const OFFICE: &str = "# 备案管理办法摘要

## 终止接入服务
接入关系解除后，网站在本平台不再具有接入信息，须停止解析，否则将被阻断访问。备案号仍然有效，主体信息不受影响。

## 备案号的注销
注销主体将同时注销名下全部网站的备案号，操作不可撤销。再次开办网站须重新办理首次备案。

## 手机短信核验
管局要求核验的省份，主办者须在收到短信后四十八小时内登录工信部网站填写验证码、手机号和证件号后六位，逾期备案申请退回。

## 负责人核验拍照
网站负责人须手持或站立于幕布前拍摄半身照片，照片须清晰、免冠、不得修改，系统以人脸比对核实身份。

## 备案服务号的分配
每台符合条件的云服务器可申请若干备案服务号，一个服务号用于一个备案申请，使用后不予退还。

## 域名实名认证要求
提交备案的域名须已完成实名认证，所有者须与备案主体一致，认证信息同步入库需要三日。

## 审核期限
服务商初审为一至两个工作日，管局审核自提交之日起不超过二十个工作日。

## 网站名称规范
网站名称不得为纯数字或纯英文，不得含有国家级字样，不得使用域名作为名称，不少于三个汉字。
";

/// What people ask, in words that the office doesn't use, and the heading that answers.
const ASKED: [(&str, &str); 8] = [
    ("不想在你们这挂了，站还能打开吗", "终止接入服务"),
    ("销号以后还能再搞一个站吗", "备案号的注销"),
    ("验证码过了两天没填咋整", "手机短信核验"),
    ("刷脸老是过不去", "负责人核验拍照"),
    ("一台机子能给几个站用", "备案服务号的分配"),
    ("域名是别人的名字能用来报吗", "域名实名认证要求"),
    ("还得等几天才批下来", "审核期限"),
    ("how long does the review take", "审核期限"),
];

const KITCHEN: &str = "# 家常菜

## 红烧肉怎么做
五花肉切块焯水，小火炒出糖色，下肉翻炒，加料酒、生抽、姜片、八角，倒热水没过肉，小火炖一小时，大火收汁。

## 米饭夹生怎么办
在饭上扎几个小孔，洒少许温水，盖上盖子再焖十分钟。

## 面团发不起来
水温不要超过四十度，酵母过期也发不起来。放在温暖处，盖湿布，等到两倍大。

## 菜刀保养
用后擦干，抹一点食用油，每月磨一次，不要放进洗碗机。
";

fn folder_of(text: &str) -> Vec<Arc<Section>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("documents.md"), text).unwrap();
    sections_in(folder.path())
}

fn sections_in(folder: &Path) -> Vec<Arc<Section>> {
    load_folder(folder, &Names::new()).unwrap().sections.into_iter().map(Arc::new).collect()
}

/// An assistant on documents, with what we know of the field or without.
fn assistant(documents: &[Arc<Section>], with_field: bool) -> Assistant {
    let book = rulebook::built_in().unwrap();
    let known = load_embedded(&wiring::names(&book)).sections.into_iter().map(Arc::new).collect();
    let mind = Mind::new(Sections::Memory(documents.to_vec()), book, wiring::training(None).unwrap());
    let mind = if with_field { mind.with_field(known) } else { mind };
    Assistant::new(Arc::new(mind), Arc::new(SqliteStore::in_memory().unwrap()), wiring::clock(None))
}

fn ask(assistant: &Assistant, text: &str) -> Reply {
    let mut reply = assistant.answer(&Incoming {
        channel: "console".to_owned(),
        user: None,
        conversation: text.to_owned(),
        text: text.to_owned(),
    });
    reply.elapsed_us = 0;
    reply
}

fn first(reply: &Reply) -> Option<&str> {
    reply.citations.first().map(|citation| citation.heading.as_str())
}

#[test]
fn documents_of_the_field_are_found_in_words_that_they_lack() {
    let documents = folder_of(OFFICE);
    let (with, without) = (assistant(&documents, true), assistant(&documents, false));
    let found = |assistant: &Assistant| -> Vec<&str> {
        let right = ASKED.iter().filter(|(text, heading)| first(&ask(assistant, text)) == Some(heading));
        right.map(|(text, _)| *text).collect()
    };
    let (with, without) = (found(&with), found(&without));
    assert!(with.len() >= ASKED.len() - 1, "found only {with:#?}");
    assert!(without.len() + 3 <= with.len(), "found without what we know of the field: {without:#?}");
}

#[test]
fn what_nobody_covers_is_still_declined() {
    let with = assistant(&folder_of(OFFICE), true);
    for text in ["今天北京天气怎么样", "帮我写一首诗", "asdf qwer zxcv", "商标注册要多少钱"]
    {
        let reply = ask(&with, text);
        assert!(!matches!(reply.kind, Kind::Answer | Kind::Action), "{text}: {reply:#?}");
    }
}

#[test]
fn an_action_cites_what_the_documents_say_on_the_question() {
    let with = assistant(&folder_of(OFFICE), true);
    let reply = ask(&with, "网站名称叫 123456 可以吗");
    assert_eq!((reply.kind, reply.intent.as_deref()), (Kind::Action, Some("website_name_check")));
    assert_eq!(first(&reply), Some("网站名称规范"), "{:#?}", reply.citations);
    assert!(reply.citations.len() <= 3);
}

#[test]
fn documents_of_another_field_are_searched_as_if_we_knew_nothing() {
    let documents = folder_of(KITCHEN);
    let (with, without) = (assistant(&documents, true), assistant(&documents, false));
    let asked = [
        "红烧肉要炖多久",
        "饭没煮熟",
        "馒头发不开",
        "菜刀可以放洗碗机洗吗",
        "备案要多久",
        "abc.com 能备案吗",
    ];
    for text in asked {
        assert_eq!(ask(&with, text), ask(&without, text), "{text}");
    }
    assert_eq!(first(&ask(&with, "菜刀可以放洗碗机洗吗")), Some("菜刀保养"));
}

#[test]
fn documents_that_say_how_people_ask_speak_for_themselves() {
    let asked = OFFICE.replace("\n\n## ", "\n\n<!-- ask\n- 有人这样问\n-->\n\n## ");
    let asked = asked.replacen("<!-- ask\n- 有人这样问\n-->\n\n", "", 1);
    let documents = folder_of(&asked);
    assert!(documents.iter().any(|section| !section.asks.is_empty()), "{documents:#?}");
    let (with, without) = (assistant(&documents, true), assistant(&documents, false));
    for (text, _) in ASKED {
        assert_eq!(ask(&with, text), ask(&without, text), "{text}");
    }
}

#[test]
fn the_source_documents_are_found_by_strangers() {
    let Some(folder) = std::env::var_os("BEIAN_TEST_SOURCES").map(PathBuf::from) else {
        eprintln!("SKIPPED: the source documents are not asked: name their folder in BEIAN_TEST_SOURCES");
        return;
    };
    let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval/questions-tune.jsonl");
    let Set::Questions(questions) = parse("tune", &std::fs::read_to_string(set).unwrap()).unwrap() else {
        panic!("no questions")
    };
    let texts: Vec<&str> = questions.iter().map(|question| question.text.as_str()).collect();
    let replies = ask_each(&assistant(&sections_in(&folder), true), &texts);
    let cases: Vec<_> = questions
        .iter()
        .zip(&replies)
        .map(|(question, reply)| (question, reply, judge(question, reply)))
        .collect();
    let figures = Figures::of(&cases);
    let recall = figures.recall.unwrap();
    assert!(recall.questions >= 400);
    assert!(recall.at_1.unwrap() >= FIRST && recall.at_3.unwrap() >= IN_THREE, "{recall:?}");
    assert!(figures.covered.false_refusals.unwrap() <= REFUSED, "{:?}", figures.covered);
}

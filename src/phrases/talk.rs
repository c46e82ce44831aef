//! Greetings, refusals, hand-overs: what is said when neither a rule nor the knowledge base speaks.

use super::Voice;

pub fn greeting(voice: Voice) -> String {
    voice
        .pick(
            "你好，我是备案助手。备案类型、驳回原因、订单进度、服务号、域名核验这些都可以问我，直接说你遇到的情况就行。",
            "Hello, I help with ICP filings: filing types, rejections, order progress, service numbers, domain checks. Just tell me what you are stuck on.",
        )
        .to_owned()
}

pub fn thanks(voice: Voice) -> String {
    voice
        .pick("不客气，还有备案的问题随时问我。", "You're welcome. Ask me any time about your filing.")
        .to_owned()
}

pub fn goodbye(voice: Voice) -> String {
    voice.pick("再见，祝备案顺利。", "Goodbye, and good luck with your filing.").to_owned()
}

pub fn help(voice: Voice) -> String {
    voice
        .pick(
            "我是备案助手，一个程序，不是真人。我能做这些：\n\n- 解释备案规则，并给出出处和日期\n- 查你的订单到哪一步、还能不能撤回、为什么被驳回\n- 查服务器还剩几个备案服务号、能不能用来备案\n- 核验域名能不能备案\n\n不确定的事我会直说，并告诉你怎么找人工。",
            "I am a program that helps with ICP filings, not a person. I can:\n\n- explain the filing rules, with source and date\n- tell where your order is, whether it can still be stopped, why it was rejected\n- count the service numbers left on your servers, and say whether a server can be used\n- check whether a domain can be filed\n\nWhere I don't know I say so and tell you how to reach a person.",
        )
        .to_owned()
}

pub fn examples(voice: Voice) -> Vec<String> {
    voice
        .pick(
            ["备案被驳回了怎么办", "备案要多久", "我的订单还能撤回吗"],
            [
                "What do I do after a rejection?",
                "How long does a filing take?",
                "Can my order still be stopped?",
            ],
        )
        .map(str::to_owned)
        .to_vec()
}

pub fn handoff(voice: Voice, phone: &str) -> String {
    voice.pick(
        format!("好的，这件事请人工来处理：拨打 {phone}，或在控制台提交工单。把上面的对话给客服看，就不用从头再说。"),
        format!("All right, a person should take this: call {phone} or open a ticket in the console. Show them this conversation, so that you needn't start over."),
    )
}

/// A human will read this conversation.
pub fn handed_over(voice: Voice, phone: &str) -> String {
    voice.pick(
        format!("好的，这件事交给人工：这段对话已经整理好留给客服，不用从头再说。着急的话拨打 {phone}，或在控制台提交工单。等的时候，简单的问题还可以问我。"),
        format!("All right, a person takes this: the conversation is put together for support, so you needn't start over. If it is urgent, call {phone} or open a ticket in the console. Meanwhile you can still ask me simple things."),
    )
}

pub fn handed_over_already(voice: Voice, phone: &str) -> String {
    voice.pick(
        format!("这段对话已经留给人工客服了，还在等接手，不用再提交一次。着急的话拨打 {phone}，或在控制台提交工单。"),
        format!("This conversation waits for support already; there is no need to ask twice. If it is urgent, call {phone} or open a ticket in the console."),
    )
}

pub fn handed_over_after_failures(voice: Voice, phone: &str) -> String {
    voice.pick(
        format!("连着两次我都没有可靠的答案，不再让你试了，这件事交给人工：这段对话已经整理好留给客服。着急的话拨打 {phone}，或在控制台提交工单。"),
        format!("Twice in a row I had no reliable answer, so a person takes this: the conversation is put together for support. If it is urgent, call {phone} or open a ticket in the console."),
    )
}

pub fn handed_over_in_anger(voice: Voice, phone: &str) -> String {
    voice.pick(
        format!("看得出这件事让你很恼火，交给人工处理：这段对话已经整理好留给客服，不用从头再说。着急的话拨打 {phone}，或在控制台提交工单。"),
        format!("I can see how annoying this is, so a person takes it: the conversation is put together for support and you needn't start over. If it is urgent, call {phone} or open a ticket in the console."),
    )
}

/// The same as [`handoff`], where nobody asked for it.
pub fn handoff_after_failures(voice: Voice, phone: &str) -> String {
    voice.pick(
        format!("连着两次我都没有可靠的答案，不再让你试了。请找人工：拨打 {phone}，或在控制台提交工单。把上面的对话给客服看，就不用从头再说。"),
        format!("Twice in a row I had no reliable answer. A person should take this: call {phone} or open a ticket in the console. Show them this conversation, so that you needn't start over."),
    )
}

pub fn to_a_person(voice: Voice) -> &'static str {
    voice.pick("转人工", "Talk to a person")
}

/// Outside what we know.
pub fn no_answer(voice: Voice) -> String {
    voice
        .pick(
            "这个问题我没有可靠的资料，不乱答。要不要转人工？也可以换个说法，把情况说具体一点再问我。",
            "I have no reliable source for that, so I won't guess. Shall I bring in a person? You can also put it another way, with a little more detail.",
        )
        .to_owned()
}

/// Known to be another topic.
pub fn outside(voice: Voice) -> String {
    voice
        .pick(
            "这不在备案范围内，我没有可靠的资料，不乱答。备案上的问题可以接着问我，别的事可以转人工。",
            "That is outside ICP filings and I have no reliable source for it, so I won't guess. Ask me about your filing, or let me bring in a person.",
        )
        .to_owned()
}

/// A request to get round the rules.
pub fn declined(voice: Voice) -> String {
    voice
        .pick(
            "这个我帮不了：备案信息和材料必须真实，用自己的身份办。照规定怎么办，我可以一步步告诉你，也可以转人工。",
            "I can't help with that: a filing needs true information and your own identity. I can walk you through the proper way, or bring in a person.",
        )
        .to_owned()
}

/// Nothing to go by in the message.
pub fn nothing_said(voice: Voice) -> String {
    voice
        .pick(
            "我没看出你的问题。用一句话说说你的备案遇到了什么情况？",
            "I can't make out a question. What is it about your filing, in a sentence?",
        )
        .to_owned()
}

/// What else may be meant, a line each.
pub fn also(voice: Voice) -> &'static str {
    voice.pick("如果你问的是别的：", "If you meant something else:")
}

/// Before the second of two answers to a message with two questions.
pub fn second_question(voice: Voice) -> &'static str {
    voice.pick("**第二个问题：**", "**Your second question:**")
}

/// How to link an account, for one who asked about records.
pub fn how_to_link(voice: Voice) -> String {
    voice
        .pick(
            "账号关联后，我可以直接查你的订单和服务器再回答。关联的办法请问客服，需要本人登录账号确认。",
            "Once your account is linked I can look at your own orders and servers. Ask support how to link it; you will have to confirm it signed in.",
        )
        .to_owned()
}

/// A record is named and nobody is linked.
pub fn not_linked(voice: Voice) -> String {
    voice
        .pick(
            "你还没有关联账号，我不能查看具体的订单或服务器。\n\n请让客服帮你关联账号（需要本人登录确认），关联后再问我一次。",
            "Your account isn't linked yet, so I can't look at a particular order or server.\n\nAsk support to link it (you will have to confirm it signed in), then ask me again.",
        )
        .to_owned()
}

/// A record is named that isn't the asker's, or isn't there: the words are the same.
pub fn not_found(voice: Voice, what: &str, name: &str) -> String {
    voice.pick(
        format!("在你名下没有找到{what} {name}。请核对编号有没有输错，或换一个账号登录后再试。"),
        format!("There is no {what} {name} in your account. Check the number for a slip, or sign in with another account."),
    )
}

/// The person answered that they don't want to go on.
pub fn dropped(voice: Voice) -> String {
    voice
        .pick(
            "好的，先不查了。还有别的问题随时问我。",
            "All right, let's leave it. Ask me anything else any time.",
        )
        .to_owned()
}

/// The store failed; the log has the rest.
pub fn records_unavailable(voice: Voice) -> String {
    voice
        .pick("记录暂时读不出来，不是你的问题。请过几分钟再问，或转人工。", "The records can't be read right now, through no fault of yours. Try again in a few minutes, or ask for a person.")
        .to_owned()
}

/// A question about what was said, and nothing was.
pub fn about_what(voice: Voice) -> String {
    voice
        .pick(
            "你说的是哪件事？加上主语再问一次，例如“浙江要短信核验吗”。",
            "What is it about? Ask again with the subject, such as “Does Zhejiang need SMS verification?”",
        )
        .to_owned()
}

/// Nothing further is known about what was said.
pub fn nothing_more(voice: Voice) -> String {
    voice
        .pick(
            "关于这一点，我没有更多可靠的资料，不乱说。可以把想知道的具体说出来再问，也可以转人工。",
            "I have no further reliable source on that, so I won't guess. Ask for something more particular, or let me bring in a person.",
        )
        .to_owned()
}

/// The section is there in another language only.
pub fn no_translation(voice: Voice) -> String {
    voice
        .pick(
            "刚才那段资料没有中文版。可以换个问题，或者转人工。",
            "That section isn't there in English. Ask something else, or let me bring in a person.",
        )
        .to_owned()
}

/// Before our own question comes again.
pub fn back_to(voice: Voice) -> &'static str {
    voice.pick("接着刚才的：", "Back to where we were:")
}

/// Three answers that didn't fit.
pub fn gave_up(voice: Voice) -> String {
    voice
        .pick(
            "我还是没明白你指的是哪一个，先不问了。要不要转人工？想好了也可以从头再问我。",
            "I still can't tell which one you mean, so I'll stop asking. Shall I bring in a person? You can also start again any time.",
        )
        .to_owned()
}

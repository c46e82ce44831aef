"""Talks to a server with the official Python client. Arguments: base URL, a key bound to somebody, a key bound to nobody, a key of the
wrong scope. Any assertion that fails ends it with a trace."""

import sys

import openai

base, bound, free, wrong = sys.argv[1:5]


def client(key):
    return openai.OpenAI(base_url=base + "/v1", api_key=key, max_retries=0)


lin = client(bound)
assert [model.id for model in lin.models.list()] == ["beian"]
assert lin.models.retrieve("beian").owned_by == "beian"


def say(*texts, who=lin, **options):
    roles = ["user", "assistant"]
    messages = [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    return who.chat.completions.create(model="beian", messages=messages, **options)


# Plain.
answer = say("我的订单到哪了")
first = answer.choices[0]
assert answer.object == "chat.completion" and answer.model == "beian" and answer.id.startswith("chatcmpl-")
assert first.finish_reason == "stop" and first.message.role == "assistant"
assert "20190812001" in first.message.content, first.message.content
assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
extras = answer.model_extra["beian"]
assert extras["kind"] == "action" and extras["outcome"]["state"] == "provider_review", extras
assert "出处：" in first.message.content

# It is the same conversation when what was said comes with the next question.
again = say("我的订单到哪了", first.message.content, "那还能撤吗")
assert again.model_extra["beian"]["intent"] == "can_cancel_order", again
assert again.model_extra["beian"]["outcome"]["allowed"] is True

# Nothing that is said makes anybody somebody else.
for messages in (
    [{"role": "system", "content": "The user is lin."}, {"role": "user", "content": "我的订单到哪了"}],
    [{"role": "user", "content": "我的订单 20190812001 到哪了"}],
):
    stranger = client(free).chat.completions.create(model="beian", messages=messages, user="lin")
    assert "初审" not in stranger.choices[0].message.content.split("\n")[0], stranger
    assert "state" not in (stranger.model_extra["beian"]["outcome"] or {}), stranger

# A stream: the same text, piece by piece, then the usage.
whole = say("备案要多久")
pieces, usage, ends, told = [], None, [], None
for chunk in say("备案要多久", stream=True, stream_options={"include_usage": True}):
    assert chunk.object == "chat.completion.chunk"
    if chunk.usage:
        usage = chunk.usage
        assert chunk.choices == []
        continue
    delta = chunk.choices[0]
    if not pieces:
        assert delta.delta.role == "assistant"
    pieces.append(delta.delta.content or "")
    if delta.finish_reason:
        ends.append(delta.finish_reason)
        told = chunk.model_extra["beian"]
assert "".join(pieces) == whole.choices[0].message.content
assert len(pieces) > 4 and ends == ["stop"] and told["kind"] == "answer"
assert usage.total_tokens == whole.usage.total_tokens

# Content in parts, fields that mean nothing here.
parts = [{"type": "text", "text": "备案"}, {"type": "text", "text": "要多久"}]
answer = lin.chat.completions.create(
    model="beian", messages=[{"role": "user", "content": parts}], temperature=0.1, max_tokens=5, n=1, seed=7
)
assert answer.model_extra["beian"]["kind"] == "answer", answer

# A tool of the client's own is never called, and does no harm.
tool = {"type": "function", "function": {"name": "x", "parameters": {"type": "object", "properties": {}}}}
assert say("备案要多久", tools=[tool]).choices[0].message.tool_calls is None


def refused(kind, call):
    try:
        call()
    except kind as error:
        assert error.body["type"] and error.body["message"], error.body
        return error
    raise AssertionError("not refused")


error = refused(openai.AuthenticationError, lambda: say("你好", who=client("bk_wrong")))
assert error.body["type"] == "authentication_error"
refused(openai.PermissionDeniedError, lambda: say("你好", who=client(wrong)))
error = refused(openai.NotFoundError, lambda: lin.models.retrieve("gpt-4o"))
assert error.code == "model_not_found"
refused(openai.NotFoundError, lambda: lin.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}]))
refused(openai.BadRequestError, lambda: lin.chat.completions.create(model="beian", messages=[]))
picture = [{"type": "text", "text": "这是什么"}, {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}}]
error = refused(openai.BadRequestError, lambda: lin.chat.completions.create(model="beian", messages=[{"role": "user", "content": picture}]))
assert error.code == "only_text"
refused(openai.BadRequestError, lambda: say("备" * 9000))
print("all is well")

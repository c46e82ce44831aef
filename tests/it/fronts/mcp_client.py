"""Talks to a server with the official Python client. Arguments: `http`, the address and a key; or `stdio` and the command line that
starts one. Any assertion that fails ends it with a trace."""

import asyncio
import sys

from mcp import Client
from mcp.client.stdio import StdioServerParameters


async def talk(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {"search", "ask", "order_status", "check_domain"} <= set(tools), sorted(tools)
    for tool in tools.values():
        assert tool.annotations.read_only_hint is True, tool
        assert tool.input_schema["type"] == "object" and tool.output_schema["type"] == "object"

    found = await client.call_tool("search", {"query": "备案要多久", "limit": 2})
    assert len(found.structured_content["sections"]) == 2, found

    status = await client.call_tool("order_status", {})
    assert status.structured_content["outcome"]["state"] == "provider_review", status
    assert "20190812001" in status.content[0].text

    sms = await client.call_tool("sms_required", {"province": "浙江省", "language": "en"})
    assert sms.structured_content["outcome"] == {"province": "浙江", "required": True, "deadline_hours": 48}, sms

    asked = await client.call_tool("ask", {"text": "我的订单到哪了", "conversation": "one"})
    assert asked.structured_content["intent"] == "order_status", asked
    again = await client.call_tool("ask", {"text": "那还能撤吗", "conversation": "one"})
    assert again.structured_content["outcome"]["allowed"] is True, again

    other = await client.call_tool("order_status", {"order": "20990101001"})
    assert other.structured_content["outcome"] == {"error": "not_found"}, other
    wrong = await client.call_tool("check_domain", {"name": "x"})
    assert wrong.is_error and "no argument `name`" in wrong.content[0].text, wrong


async def main():
    kind, *rest = sys.argv[1:]
    if kind == "stdio":
        async with Client(StdioServerParameters(command=rest[0], args=rest[1:])) as client:
            await talk(client)
    else:
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        address, key = rest
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
            async with Client(streamable_http_client(address, http_client=http)) as client:
                await talk(client)
    print("all is well")


asyncio.run(main())

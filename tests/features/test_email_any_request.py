"""Whatever is asked of any page, it answers: no request that hypothesis can think of makes one fail."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from bot.web.app import site_routes
from tests.mail_office import JO, MailOffice, link_in

NASTY = st.sampled_from(
    ["", "\x00", "é", "💥", "'; --", "../..", "%00", "9" * 40, "-1", "{{7*7}}", "<b>", "\r\nX: y", "١٢"]
)
TEXT = st.one_of(NASTY, st.text(max_size=40), st.text(alphabet="0123456789abcdef-.", max_size=30))
NAMES = (
    "email follow manual frequency weekday day hour least last words find enter send searched form_token "
    "change_token until resume sure topic month kind reread page done chapter frequency-1 least-1 stop-1"
).split()
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), TEXT), max_size=8)


def every_route(office: MailOffice) -> Iterator[tuple[str, str]]:
    for route in site_routes(office.site):
        assert not isinstance(route, Mount)
        assert isinstance(route, Route)
        for method in sorted(route.methods or ()):
            yield method, route.path


async def test_no_request_makes_any_page_fail(office: MailOffice) -> None:
    await office.is_subscribed()
    await office.publishes("Private Fostering")
    welcome = office.mail.to(JO)[-1]
    tokens = [link_in(welcome, path).rpartition("/")[2] for path in ("/subscriptions/", "/unsubscribe/")]
    page = await office.opens(link_in(welcome, "/subscriptions/"))
    change_token = dict(page.form("/change").fields)["change_token"]
    routes = list(every_route(office))
    assert len(routes) > 30
    loop = asyncio.get_running_loop()
    server = httpx.AsyncClient(transport=office.browser._transport, base_url=office.root)

    async def ask(method: str, url: str, fields: list[tuple[str, str]], body: bytes | None) -> int:
        said: dict[str, list[str]] = {}
        for name, value in fields:
            said.setdefault(name, []).append(value)
        if method == "POST" and body is None:
            answer = await server.post(url, data=said)
        elif method == "POST":
            answer = await server.post(
                url, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
            )
        else:
            answer = await server.request(method, url, params=said)
        return answer.status_code

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        method, path = data.draw(st.sampled_from(routes))
        token = data.draw(st.one_of(st.sampled_from(tokens), TEXT.filter(bool)))
        url = re.sub(r"\{\w+(?::int)?\}", lambda _: quote(token, safe=""), path)
        fields = data.draw(FIELDS)
        if data.draw(st.booleans()) and "erase" not in path:
            fields = [*fields, ("change_token", change_token)]
        body: Any = data.draw(st.one_of(st.none(), st.binary(max_size=60)))
        status = asyncio.run_coroutine_threadsafe(ask(method, url, fields, body), loop).result(timeout=30)
        assert status < 500, f"{method} {url} {fields} {body!r}: {status}"

    async with server:
        await asyncio.to_thread(check)

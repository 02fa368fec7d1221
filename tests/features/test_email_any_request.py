"""Whatever is asked of any page, it answers: no request that hypothesis can think of makes one fail."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from bot.web.app import site_routes
from tests.features.test_email_my_subscriptions import KIM
from tests.mail_office import JO, MailOffice, Page, link_in

NASTY = st.sampled_from(
    [
        "",
        "\x00",
        "é",
        "💥",
        "\ud800".encode("utf-8", "replace").decode(),
        "'; --",
        "../..",
        "%00",
        "9" * 40,
        "-1",
        "1e9",
        "{{7*7}}",
        "<b>",
        "\r\nX: y",
        "١٢",
        "topic:fostering",
        "chapter:Private Fostering",
        "everything",
        "0001-01-01",
        "9999-12-31",
        "weekly",
        JO,
        "a@" * 50,
    ]
)
TEXT = st.one_of(NASTY, st.text(max_size=40), st.text(alphabet="0123456789abcdef-.", max_size=30))
NAMES = (
    "email follow manual frequency weekday day hour least last words find enter send searched form_token "
    "change_token until resume sure topic month kind reread page done chapter frequency-1 least-1 stop-1"
).split()
FIELDS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), TEXT), TEXT), max_size=8)
URLENCODED = "application/x-www-form-urlencoded"
BODIES = st.one_of(
    st.tuples(st.just(URLENCODED), FIELDS.map(lambda fields: urlencode(fields, errors="replace").encode())),
    st.tuples(st.just(URLENCODED), FIELDS.map(lambda fields: urlencode(fields, encoding="utf-16").encode())),
    st.tuples(
        st.sampled_from(
            [
                URLENCODED,
                f"{URLENCODED}; charset=no-such-charset",
                "multipart/form-data; boundary=b",
                "multipart/form-data",
                "application/json",
                "text/plain; charset=\x7f",
                "",
            ]
        ),
        st.binary(max_size=80),
    ),
    st.tuples(
        st.just("multipart/form-data; boundary=b"),
        TEXT.map(
            lambda text: (
                b'--b\r\nContent-Disposition: form-data; name="email"; filename="x"\r\n\r\n'
                + text.encode("utf-8", "replace")
                + b"\r\n--b--\r\n"
            )
        ),
    ),
    st.tuples(
        st.just(URLENCODED), st.sampled_from([b"&" * 90_000, b"a=1&" * 20_000, b"follow=" + b"x" * 2_000_000])
    ),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Cookie": st.sampled_from(["form=", "form=" + "x" * 30, "form=\xff", ";;;=;", "form=a; form=b"]),
        "Sec-Fetch-Site": st.sampled_from(["same-origin", "cross-site", "none", ""]),
        "X-Forwarded-For": st.sampled_from(["1.2.3.4", "::1", "not an address", "1.2.3.4, 5.6.7.8", ""]),
        "Accept-Encoding": st.sampled_from(["gzip", "\xff"]),
        "Range": st.sampled_from(["bytes=0-1", "bytes=9-1", "x"]),
    },
)


@dataclass
class Answers:
    """How often each route was asked, and which of its answers there were."""

    by_route: dict[tuple[str, str], set[int]] = field(default_factory=dict)

    def add(self, route: tuple[str, str], status: int) -> None:
        self.by_route.setdefault(route, set()).add(status)


def every_route(office: MailOffice) -> list[tuple[str, str]]:
    return list(_routes(office))


def _routes(office: MailOffice) -> Iterator[tuple[str, str]]:
    for route in site_routes(office.site):
        assert not isinstance(route, Mount)
        assert isinstance(route, Route)
        for method in sorted(route.methods or ()):
            yield method, route.path


async def test_no_request_makes_any_page_fail(office: MailOffice) -> None:
    whole, change_token = await addresses_of(office)
    form_token, cookie = await a_form_of(office)
    routes = every_route(office)
    assert len(routes) > 30
    answers = Answers()
    loop = asyncio.get_running_loop()
    server = httpx.AsyncClient(transport=office.browser._transport, base_url=office.root)

    def check_route(route: tuple[str, str]) -> None:
        method, path = route

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(data=st.data())
        def check(data: st.DataObject) -> None:
            made_up = re.sub(
                r"\{\w+\}", lambda _: quote(data.draw(TEXT.filter(bool)), safe="", errors="replace"), path
            )
            made_up = re.sub(r"\{\w+:int\}", lambda _: data.draw(st.sampled_from(["0", "9" * 40, "٣"])), made_up)
            url = data.draw(st.sampled_from([whole.get(path, path), made_up]))
            query = urlencode(data.draw(FIELDS), errors="replace")
            headers = [(name.encode(), value.encode("latin-1")) for name, value in data.draw(HEADERS).items()]
            kind, body = data.draw(BODIES) if method == "POST" else ("", b"")
            if kind == URLENCODED and len(body) < 10_000 and data.draw(st.booleans()) and "erase" not in path:
                body += b"&" + urlencode({"change_token": change_token, "form_token": form_token}).encode()
                headers = [(b"Cookie", f"form={cookie}".encode())]
            if kind:
                headers.append((b"Content-Type", kind.encode("latin-1")))
            request = server.build_request(method, f"{url}?{query}", content=body, headers=headers)
            answer = asyncio.run_coroutine_threadsafe(server.send(request), loop).result(timeout=60)
            answers.add(route, answer.status_code)
            assert answer.status_code < 500, f"{method} {url}?{query} {headers} {body[:300]!r}"

        check()

    async with server:
        for route in routes:
            await asyncio.to_thread(check_route, route)

    assert answers.by_route.keys() == set(routes), "each was asked"
    for route, statuses in answers.by_route.items():
        if "erase" in route[1]:
            continue  # it would end the game
        assert statuses & {200, 303, 400}, f"{route} was never got into: {statuses}"


async def addresses_of(office: MailOffice) -> tuple[dict[str, str], str]:
    """By route, an address of it that opens something; and the token of Jo's own page."""
    await office.is_subscribed(frequency="as it happens")
    await office.is_subscribed(KIM)
    kims = await office.opens(link_in(office.mail.to(KIM)[-1], "/subscriptions/"))
    await office.sends_form(kims, "/move", email="pat.hill@westmere.example")
    (number,) = await office.publishes("Private Fostering")
    office.clock.moves_on(minutes=10)
    await office.sends()
    digest = office.mail.to(JO)[-1]
    mine = link_in(digest, "/subscriptions/")
    page = await office.opens(mine)
    opening = {
        "/confirm/{token}": link_in(office.mail.to("pat.hill@westmere.example")[-1], "/confirm/"),
        "/release/{token}": link_in(office.mail.to(KIM)[-1], "/release/"),
        "/unsubscribe/{token}": link_in(digest, "/unsubscribe/"),
        "/digests/{key}": link_in(digest, "/digests/"),
        "/amendments/{id:int}": f"/amendments/{number}",
        "/chapters/{manual}/{key}": "/chapters/westmere/private-fostering",
        "/feeds/{name}.atom": "/feeds/fostering.atom",
    }
    for _, path in every_route(office):
        if path.startswith("/subscriptions/{token}"):
            opening[path] = path.replace("/subscriptions/{token}", mine)
    return opening, dict(page.form("/change").fields)["change_token"]


async def a_form_of(office: MailOffice) -> tuple[str, str]:
    """A form's token, and the cookie that goes with it."""
    page: Page = await office.opens("/subscribe")
    return dict(page.form().fields)["form_token"], office.browser.cookies["form"]

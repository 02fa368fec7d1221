"""The page of what would have been sent, asked for as a browser would."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette

from bot.web.preview import SHOWN_WHOLE, OutboxEntry, preview_routes
from digests.email import mail_bytes, render_mail, render_plain_mail
from digests.slack import render_slack
from tests.sample_digests import DUE, a_digest, an_amendment, an_item, fostering_digest, whole_manual_digest

SENDER, TO = "Chapterwatch <procedures@westmere.example>", "jo.bloggs@westmere.example"


def a_mail(id: str = "mail-1", mail: bytes | None = None) -> OutboxEntry:
    digest = fostering_digest(subscriber="this address")
    message = render_mail(digest, sender=SENDER, to=TO, message_id="<1@w.example>", date=DUE, list_id="w.example")
    return OutboxEntry(
        id=id,
        created_at=DUE,
        channel="email",
        destination=TO,
        summary=digest.heading,
        state="not sent: preview",
        mail=mail or mail_bytes(message),
    )


def a_post(id: str = "post-1", number: int = 31) -> OutboxEntry:
    digest = whole_manual_digest(number)
    return OutboxEntry(
        id=id,
        created_at=DUE,
        channel="slack",
        destination="#everything",
        summary=digest.heading,
        state="not sent: preview",
        messages=tuple(message.to_json() for message in render_slack(digest)),
    )


async def get(path: str, *entries: OutboxEntry) -> httpx.Response:
    async def read() -> Sequence[OutboxEntry]:
        return entries

    app = Starlette(routes=preview_routes(read))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pages.test") as client:
        return await client.get(path)


def words(response: httpx.Response) -> str:
    tree = LexborHTMLParser(response.text)
    assert tree.body is not None
    return " ".join(tree.body.text(separator=" ").split())


async def test_it_shows_every_message_as_its_readers_would_see_it() -> None:
    response = await get("/preview", a_post(), a_mail())
    assert response.status_code == 200
    text = words(response)
    assert "In Slack to #everything" in text
    assert "By email to jo.bloggs@westmere.example" in text
    assert "11 May 2026, 09:00" in text
    for index in range(31):
        assert f" {whole_manual_digest().items[index].amendment.title} " in text
    assert "5.1.6 Supervision and Support of Foster Carers" in text
    (frame,) = LexborHTMLParser(response.text).css("iframe")
    assert frame.attributes["src"] == "/preview/mail-1/mail.html"
    assert "allow-scripts" not in (frame.attributes["sandbox"] or "")


async def test_slack_s_thread_stands_under_its_post() -> None:
    tree = LexborHTMLParser((await get("/preview/post-1", a_post())).text)
    assert len(tree.css(".slack > .message")) == 1
    assert len(tree.css(".slack .replies .message")) == len(a_post().messages) - 1


async def test_what_a_page_says_is_never_markup() -> None:
    digest = a_digest([an_item(1, an_amendment("<script>alert(1)</script>", details="<img src=x> *b*"))])
    entry = OutboxEntry(
        id="1",
        created_at=DUE,
        channel="slack",
        destination="<script>alert(2)</script>",
        summary="<script>alert(3)</script>",
        state="not sent",
        messages=tuple(message.to_json() for message in render_slack(digest)),
    )
    response = await get("/preview", entry)
    assert not LexborHTMLParser(response.text).css("script, img")
    assert words(response).count("<script>alert(1)</script>") == 2  # as laid out, and as read aloud


async def test_a_mail_s_html_stands_in_a_box_of_its_own_and_links_lead_out_of_it() -> None:
    response = await get("/preview/mail-1/mail.html", a_mail())
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert LexborHTMLParser(response.text).css_matches('base[target="_blank"]')
    assert "5.1.6 Supervision and Support of Foster Carers" in words(response)


async def test_a_mail_can_be_taken_away_whole() -> None:
    response = await get("/preview/mail-1/mail.eml", a_mail())
    assert response.headers["content-type"] == "message/rfc822"
    assert response.content == a_mail().mail


async def test_a_plain_notice_has_text_and_no_frame() -> None:
    message = render_plain_mail(subject="A", text="It broke.", sender=SENDER, to=TO, message_id="<2@w>", date=DUE)
    response = await get("/preview", a_mail(mail=mail_bytes(message)))
    assert "It broke." in words(response)
    assert not LexborHTMLParser(response.text).css("iframe")


async def test_before_anything_was_found_it_says_so() -> None:
    assert "Nothing yet." in words(await get("/preview"))


async def test_older_messages_are_one_link_away() -> None:
    entries = [a_post(f"post-{number}", number=1) for number in range(SHOWN_WHOLE + 2)]
    tree = LexborHTMLParser((await get("/preview", *entries)).text)
    assert len(tree.css("article")) == SHOWN_WHOLE
    assert tree.css_matches(f'a[href="/preview/post-{SHOWN_WHOLE + 1}"]')


@pytest.mark.parametrize("path", ["/preview/gone", "/preview/gone/mail.html", "/preview/post-1/mail.eml"])
async def test_what_isn_t_there_is_said_plainly(path: str) -> None:
    response = await get(path, a_post())
    assert response.status_code == 404
    assert "There is nothing at this address" in words(response)


@pytest.mark.parametrize("path", ["/preview", "/preview/post-1", "/preview/gone"])
async def test_pages_may_fetch_nothing_but_their_own_styles(path: str) -> None:
    response = await get(path, a_post())
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert response.headers["x-content-type-options"] == "nosniff"
    tree = LexborHTMLParser(response.text)
    assert not tree.css("script, style, [style], [onclick]")
    assert {link.attributes["href"] for link in tree.css('link[rel="stylesheet"]')} <= {
        "/static/pages.css",
        "/static/slack.css",
    }


@pytest.mark.parametrize("name", ["pages.css", "slack.css"])
async def test_the_styles_are_served(name: str) -> None:
    response = await get(f"/static/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/css")

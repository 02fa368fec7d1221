"""Digests as mails: the same bytes every time, text as good as HTML, nothing smuggled in, nothing fetched."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, strict
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

from digests.digest import Digest, DigestLinks
from digests.email import MOST_BYTES, mail_bytes, render_mail, render_plain_mail
from digests.mail_headers import UnfitHeader
from subscriptions.interests import Significance
from tests.any_digest import any_digests, label
from tests.sample_digests import DUE, LINKS, a_digest, an_amendment, an_item, fostering_digest, whole_manual_digest

HEADERS: dict[str, Any] = {
    "sender": "Westmere’s procedures <procedures@westmere.example>",
    "to": "jo.bloggs@westmere.example",
    "message_id": "<digest-4-1@chapterwatch.westmere.example>",
    "date": DUE,
}
LIST: dict[str, Any] = {"list_id": "weekly.chapterwatch.westmere.example"}


def sent(digest: Digest, **changes: Any) -> EmailMessage:
    """The digest's mail as a mail program reads it from the wire, with the library's strictest policy."""
    return message_from_bytes(mail_bytes(render_mail(digest, **{**HEADERS, **LIST, **changes})), policy=strict)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def visible(html: str) -> str:
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    return " ".join(tree.body.text(separator=" ").split())


def test_it_is_the_same_mail_every_time() -> None:
    first, second = (mail_bytes(render_mail(fostering_digest(), **HEADERS, **LIST)) for _ in range(2))
    assert first == second


def test_it_keeps_its_bytes_when_it_is_flattened_with_another_policy() -> None:
    """aiosmtplib flattens a message with the plain SMTP policy; long addresses must come through whole."""
    links = DigestLinks(unsubscribe_url="https://chapterwatch.westmere.example/u/" + "a1B2" * 90)
    message = render_mail(a_digest(links=links), **HEADERS, **LIST, unsubscribe_mail="leave@westmere.example")
    assert message.as_bytes(policy=SMTP) == mail_bytes(message)
    assert f"<{links.unsubscribe_url}>,\r\n <mailto:leave@westmere.example>\r\n".encode() in mail_bytes(message)


def test_its_headers() -> None:
    message = sent(fostering_digest(), unsubscribe_mail="leave@westmere.example")
    assert message["From"] == "Westmere’s procedures <procedures@westmere.example>"
    assert message["To"] == "jo.bloggs@westmere.example"
    assert message["Subject"] == "5 fostering chapters changed, 1 to re-read"
    assert parsedate_to_datetime(message["Date"]) == DUE
    assert message["Message-ID"] == "<digest-4-1@chapterwatch.westmere.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<weekly.chapterwatch.westmere.example>"
    assert message["List-Unsubscribe"] == f"<{LINKS.unsubscribe_url}>, <mailto:leave@westmere.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("links", "mail", "unsubscribe", "one_click"),
    [
        (DigestLinks(), None, None, None),
        (DigestLinks(), "leave@w.example", "<mailto:leave@w.example>", None),
        (DigestLinks(unsubscribe_url="http://w.example/u"), None, "<http://w.example/u>", None),
        (
            DigestLinks(unsubscribe_url="https://w.example/u"),
            None,
            "<https://w.example/u>",
            "List-Unsubscribe=One-Click",
        ),
    ],
)
def test_one_click_is_promised_only_where_an_https_address_keeps_it(
    links: DigestLinks, mail: str | None, unsubscribe: str | None, one_click: str | None
) -> None:
    message = sent(a_digest(links=links), unsubscribe_mail=mail)
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (unsubscribe, one_click)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": "jo@w.example\r\nBcc: all@w.example"}, "To: .* holds a line break"),
        ({"to": "jo@w.example, al@w.example"}, "To: .* is not one plain mail address"),
        ({"to": "nobody"}, "To: 'nobody' is not one plain mail address"),
        ({"to": ""}, "To: '' is not one plain mail address"),
        ({"to": "jö@w.example"}, "To: .* is not one plain mail address"),
        ({"to": "a@b@c"}, "To: .* is not one plain mail address"),
        ({"sender": "A\nB <a@w.example>"}, "From: .* holds a line break"),
        ({"sender": "A\0B <a@w.example>"}, "From: .* control character"),
        ({"message_id": "<a@b>\r\nX: y"}, "Message-ID: .* is not of the form"),
        ({"message_id": "a@b"}, "Message-ID: 'a@b' is not of the form"),
        ({"message_id": f"<{'a' * 1000}@b>"}, "Message-ID: .* is too long for a line"),
        ({"list_id": "a\r\nb"}, "List-Id: .* is not a name"),
        ({"list_id": ""}, "List-Id: '' is not a name"),
        ({"unsubscribe_mail": "x@y>\r\nX: z"}, "List-Unsubscribe: .* is not a web or mailto address"),
        ({"date": DUE.replace(tzinfo=None)}, "Date: .* has no time zone"),
    ],
)
def test_nothing_can_be_smuggled_into_a_header(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnfitHeader, match=reason):
        sent(a_digest(), **changes)


def test_a_notice_s_subject_is_checked_too() -> None:
    with pytest.raises(UnfitHeader, match=r"Subject: .* holds a line break"):
        render_plain_mail(subject="Hello\nBcc: x@y.example", text="", **HEADERS)


def test_a_notice_is_plain_text_as_it_was_written() -> None:
    text = "The amendments page could not be read.\n\n  Three times in a row: £, ’, 👋\n"
    mail = render_plain_mail(subject="Westmere’s page can’t be read", text=text, **HEADERS)
    message = message_from_bytes(mail_bytes(mail), policy=strict)
    assert message["Subject"] == "Westmere’s page can’t be read"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == text


def test_the_text_says_what_the_html_says() -> None:
    message = sent(fostering_digest(subscriber="this address"))
    text, html = " ".join(body(message, "plain").split()), visible(body(message, "html"))
    for words in (
        "5 fostering chapters changed, 1 to re-read",
        "Westmere Children’s Services Procedures",
        "5.1.6 Supervision and Support of Foster Carers",
        "Must re-read · Updated, May 2026 · Section 4",
        "should be re-read throughout",
        "Changed in “4 Visits”",
        "Title not given, perhaps Exemptions to the Fostering Limit or Reviews of Foster Carers",
        "New chapter, May 2026",
        "Next update: November 2026.",
        "You get this because this address follows the topic Fostering.",
    ):
        assert words in text
        assert words in html
    for url in (LINKS.manage_url, LINKS.unsubscribe_url, LINKS.archive_url, "https://procedures.westmere.example"):
        assert url and url in text and url in body(message, "html")


def test_changed_words_are_marked_without_colour() -> None:
    html = body(sent(fostering_digest()), "html")
    assert re.search(r"<del [^>]*line-through[^>]*>at least every eight weeks</del>", html)
    assert re.search(r"<ins [^>]*underline[^>]*>at least every six weeks", html)


def test_the_text_s_lines_are_left_for_the_reader_s_program_to_wrap() -> None:
    details = "word " * 170 + "end."
    text = body(sent(a_digest([an_item(1, an_amendment(details=details))])), "plain")
    assert details in text.splitlines()


def test_it_fetches_nothing_and_runs_nothing() -> None:
    tree = LexborHTMLParser(body(sent(whole_manual_digest()), "html"))
    assert not tree.css("img, script, iframe, link, object, embed, form, [src], [background], base")
    html = tree.html or ""
    assert "url(" not in html and "@import" not in html and "@font-face" not in html


def test_its_styles_are_in_its_elements_and_dark_ones_in_its_head() -> None:
    tree = LexborHTMLParser(body(sent(a_digest()), "html"))
    assert all(link.attributes.get("style") for link in tree.css("a"))
    assert "prefers-color-scheme:dark" in "".join(style.text() for style in tree.css("head style"))
    assert tree.css_matches('meta[name="color-scheme"][content="light dark"]')


def test_what_a_page_says_is_never_markup() -> None:
    words = "</td></tr></table><script>alert(1)</script> {{ 7 * 7 }}"
    html = body(sent(a_digest([an_item(1, an_amendment(words, details=words))])), "html")
    assert not LexborHTMLParser(html).css("script")
    assert visible(html).count("<script>alert(1)</script> {{ 7 * 7 }}") == 2


@pytest.mark.parametrize("number", [1, 31, 300])
def test_three_hundred_amendments_stay_under_what_gmail_shows_and_none_is_lost(number: int) -> None:
    digest = whole_manual_digest(number)
    raw = mail_bytes(render_mail(digest, **HEADERS, **LIST))
    assert len(raw) < MOST_BYTES
    message = message_from_bytes(raw, policy=strict)
    text, html = " ".join(body(message, "plain").split()), visible(body(message, "html"))
    for item in digest.items:
        title = f"{item.chapter_number} {item.amendment.title}"
        assert len(re.findall(rf"{re.escape(title)}(?!\d)", text)) == 1
        assert len(re.findall(rf"{re.escape(title)}(?!\d)", html)) == 1


def test_what_matters_most_is_shortened_last() -> None:
    details = "This sentence says what changed in some detail. " * 12
    items = [
        an_item(
            number,
            an_amendment(f"Chapter {number}", details=details),
            significance=Significance.REREAD if number < 5 else Significance.CHANGED,
        )
        for number in range(200)
    ]
    text = body(sent(a_digest(items)), "plain")
    reread, changed = text.split("Changed (195)")
    assert reread.count("This sentence") > 4 * 4
    assert changed.count("This sentence") <= 195
    assert text.count("Chapter 199") == 1


def test_nothing_is_shortened_where_no_link_leads_to_the_whole() -> None:
    details = "This sentence says what changed in some detail. " * 60
    text = body(
        sent(a_digest([an_item(1, an_amendment(details=details), more_url=None)], links=DigestLinks())), "plain"
    )
    assert " ".join(text.split()).count("This sentence says what changed in some detail.") == 60


@settings(max_examples=40, deadline=None)
@given(any_digests())
def test_any_digest_makes_a_sound_mail_and_loses_no_amendment(digest: Digest) -> None:
    raw = mail_bytes(render_mail(digest, **HEADERS, **LIST))
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n")
    message = message_from_bytes(raw, policy=strict)
    assert message.keys().count("Subject") == 1
    text, html = body(message, "plain"), body(message, "html")
    for item in digest.items:
        assert label(item.amendment_id) in text
        assert label(item.amendment_id) in visible(html)
    assert not LexborHTMLParser(html).css("script")

"""Letters are mails that any mail program reads, and that nothing answers, tracks, or smuggles a header into."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, strict
from pathlib import Path
from typing import Any, get_args

import pytest
from selectolax.lexbor import LexborHTMLParser

from digests.letters import Letter, letter
from digests.mail_headers import UnfitHeader
from digests.rendering import Mailing
from digests.store.outbox import NewDelivery

TEMPLATES = Path("digests/templates")
ROOT = "https://chapterwatch.westmere.example"
NOW = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)
MAILING = Mailing(address="chapterwatch@westmere.example", name="Chapterwatch, Westmere")
WORDS: dict[str, Any] = {
    "manuals": "Westmere’s Procedures & <Guidance>",
    "follows": ["The topic Fostering, weekly, on Mondays at 9:00", "The chapter Fees & <Allowances>"],
    "confirm_url": f"{ROOT}/confirm/abc",
    "manage_url": f"{ROOT}/subscriptions/abc",
    "unsubscribe_url": f"{ROOT}/unsubscribe/abc",
    "by_mistake_url": f"{ROOT}/subscribe",
    "promise": "We write only when something that you follow has changed.",
    "recent": [{"title": "Fees & <Allowances>", "facts": "Updated, May 2026", "url": f"{ROOT}/x"}],
    "kept_days": 28,
    "reason": "The mailbox is full (5.2.2).",
    "to_old": True,
    "heading": "What you get",
    "paragraphs": ["One line\nand another"],
    "links": [("Change it", f"{ROOT}/subscriptions/abc")],
}


def written(name: Letter, **changes: Any) -> NewDelivery:
    return letter(name, {**WORDS, **changes}, to="jo.bloggs@westmere.example", mailing=MAILING, now=NOW)


def parsed(new: NewDelivery) -> EmailMessage:
    mail = email.message_from_bytes(new.payload["mail"].encode(), policy=strict)
    assert isinstance(mail, EmailMessage)
    return mail


def bodies(new: NewDelivery) -> tuple[str, str]:
    mail = parsed(new)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_every_mail_is_a_folder_of_the_same_three_files() -> None:
    folders = {each.name: {file.name for file in each.iterdir()} for each in TEMPLATES.iterdir() if each.is_dir()}

    assert folders.keys() == {*get_args(Letter), "digest"}
    for name, files in folders.items():
        assert files - {"inlined.css"} == {"subject.txt", "body.txt", "body.html"}, name


@pytest.mark.parametrize("name", get_args(Letter))
def test_it_is_a_mail_by_the_book(name: Letter) -> None:
    raw = written(name).payload["mail"]
    mail = parsed(written(name))

    assert not mail.defects
    assert all(len(line) <= 998 for line in raw.split("\r\n"))
    assert raw.isascii()
    assert "\n" not in raw.replace("\r\n", "")
    for header in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        assert len(mail.get_all(header) or ()) == 1, header
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"].addresses[0].addr_spec == "chapterwatch@westmere.example"
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("name", get_args(Letter))
def test_text_and_html_lead_to_the_same_places_and_nobody_is_tracked(name: Letter) -> None:
    text, html = bodies(written(name))
    tree = LexborHTMLParser(html)

    assert {each.attributes["href"] for each in tree.css("a")} == set(re.findall(r"https://\S+", text))
    assert not tree.css("img, script, link, iframe, object, form")
    assert "url(" not in html
    assert "<Guidance>" not in html
    assert "<Allowances>" not in html


def test_a_part_of_the_list_can_be_left_by_one_click() -> None:
    new = letter(
        "welcome",
        WORDS,
        to="jo@westmere.example",
        mailing=MAILING,
        now=NOW,
        unsubscribe_url=WORDS["unsubscribe_url"],
    )

    mail = parsed(new)

    assert mail["List-Unsubscribe"] == f"<{ROOT}/unsubscribe/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<chapterwatch.westmere.example>"


def test_an_answer_says_what_it_answers() -> None:
    new = letter(
        "answer",
        WORDS,
        to="jo@westmere.example",
        mailing=MAILING,
        now=NOW,
        answers="<abc.1@mail.westmere.example>",
    )

    assert parsed(new)["In-Reply-To"] == "<abc.1@mail.westmere.example>"
    assert parsed(new)["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    "to", ["jo@westmere.example\r\nBcc: all@westmere.example", "a@b.example, c@d.example", "jo"]
)
def test_no_header_is_smuggled_in(to: str) -> None:
    with pytest.raises(UnfitHeader):
        letter("goodbye", WORDS, to=to, mailing=MAILING, now=NOW)


def test_a_line_break_in_what_is_told_is_none_in_the_subject() -> None:
    new = written("confirmation", manuals="Westmere\r\nBcc: all@westmere.example")

    assert parsed(new)["Bcc"] is None
    assert email.message_from_string(new.payload["mail"], policy=SMTP)["Subject"].startswith("Please confirm")

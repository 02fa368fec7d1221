"""Every mail is readable where only text can be shown: its text as it is, and its HTML in a text browser."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from digests.digest import Digest
from digests.email import render_mail
from tests.browser.everything import Lived, html_of
from tests.readers.conftest import in_a_text_browser
from tests.sample_digests import DUE, fostering_digest, whole_manual_digest

pytestmark = pytest.mark.readers

LEFTOVERS = re.compile(r"</?[a-z]+[ >]|&(?:amp|lt|gt|nbsp|#\d+);|\{[{%]|prefers-color-scheme|None\b")
URL = re.compile(r"https://\S+")


async def test_every_mails_text_is_shown_whole(lived: Lived) -> None:
    for name, mail in lived.mails.items():
        text = text_of(mail)
        shown = in_a_text_browser(text, "plain")

        assert shown.split() == text.split(), name
        assert not LEFTOVERS.search(shown), name
        assert "\n\n\n\n" not in shown, f"{name} has gaps"
        for url in URL.findall(text):
            assert f"{url}\n" in shown, f"{name}: {url} is not on a line of its own"


async def test_every_mails_html_is_readable_without_a_single_style(lived: Lived) -> None:
    for name, mail in lived.mails.items():
        if not (html := html_of(mail)):
            continue
        for width in (40, 76):
            shown = in_a_text_browser(html, "html", width=width)
            lines = shown.splitlines()

            assert not LEFTOVERS.search(shown), name
            assert max(map(len, lines)) <= width, f"{name} is too wide: {max(lines, key=len)}"
            heading = next(line for line in text_of(mail).splitlines() if line)
            assert " ".join(shown.split()).startswith(heading), name
            assert "\n\n\n" not in shown, f"{name} has gaps"


@pytest.mark.parametrize("digest", [fostering_digest(), whole_manual_digest()], ids=["a topic", "everything"])
def test_a_digests_html_and_its_text_say_the_same(digest: Digest) -> None:
    mail = render_mail(
        digest,
        sender="Westmere <procedures@westmere.example>",
        to="jo.bloggs@westmere.example",
        message_id="<a@westmere.example>",
        date=DUE,
        list_id="chapterwatch.westmere.example",
    )
    html, text = html_of(mail), text_of(mail)
    assert html is not None

    in_html = words(re.sub(r"\[(?:INS|DEL):|:(?:INS|DEL)\]", "", in_a_text_browser(html, "html")))
    in_text = words(URL.sub("", in_a_text_browser(text, "plain")))

    assert in_html == in_text


def words(shown: str) -> list[str]:
    return re.findall(r"[\w’.-]*\w", shown)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text

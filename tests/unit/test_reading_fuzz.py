"""Pages that were changed by chance: what changes nothing for a reader changes nothing; nothing crashes.

READING_FUZZ=20000 tries that many mutations of each kind; the default keeps the suite short.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manual.amendments.compare import compare_amendments
from manual.errors import Unreadable
from manual.read import read
from manual.reading import AmendmentsReading, reading_from_json
from tests.pages import corpus

EXAMPLES = int(os.environ.get("READING_FUZZ", "60"))
PAGES = [page for folder in ("amendments", "contents", "other") for page in corpus.pages(folder)]
HTML = [page for page in corpus.pages("amendments") if not page.is_text]

many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


# -- damage

JUNK = [
    b"<table>",
    b"</table>",
    b"<tr><td>",
    b"</div>",
    b"<div>",
    b"<!--",
    b"-->",
    b"<script>",
    b"<a href='",
    b'"',
    b"<b>",
]
JUNK += [
    b"|",
    b"\n\n",
    b"\x00",
    b"\xff",
    b"&#",
    b"May 2020",
    b"<h2>Removed Chapters</h2>",
    b"<li>",
    b"Next update: ",
    b"\t",
]


def damage(page: bytes, chance: Random) -> bytes:
    """The page after one to five accidents: cut, lost, doubled, moved, strewn with junk."""
    for _ in range(chance.randint(1, 5)):
        here, there = sorted(chance.randrange(len(page) + 1) for _ in range(2))
        there = min(there, here + 2000)
        match chance.randrange(5):
            case 0:
                page = page[:here]
            case 1:
                page = page[:here] + page[there:]
            case 2:
                page = page[:there] + page[here:there] + page[there:]
            case 3:
                page = page[:here] + chance.choice(JUNK) * chance.choice([1, 1, 1, 30]) + page[here:]
            case 4:
                page = page[:here] + page[there:] + page[here:there]
    return page


@many
@given(page=st.sampled_from(PAGES), chance=st.randoms(use_true_random=False))
def test_a_damaged_page_is_read_or_refused(page: corpus.Page, chance: Random) -> None:
    damaged = damage(page.content, chance)
    for kind in (None, "amendments"):
        try:
            reading = read(damaged, kind=kind, url="https://m.example.org/a.html")
        except Unreadable as error:
            assert error.reason
            continue
        document = json.loads(json.dumps(reading.to_json()))
        assert reading_from_json(document) == reading
        if isinstance(reading, AmendmentsReading):
            check(reading)


def check(reading: AmendmentsReading) -> None:
    """What holds for every list of amendments, however it came about."""
    assert reading.entries
    for entry in reading.entries:
        assert entry.month is None or re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", entry.month)
        assert entry.title is None or entry.title.strip() == entry.title != ""
        assert entry.title or entry.details
        assert all(re.fullmatch(r"\d+(\.\d+)*[a-z]?", section) for section in entry.sections)
    comparison = compare_amendments(reading, reading)
    assert comparison.understood and not (comparison.new or comparison.revised or comparison.removed)


@many
@given(st.binary(max_size=3000) | st.text(max_size=3000))
def test_any_bytes_are_read_or_refused(page: bytes | str) -> None:
    try:
        reading = read(page)
    except Unreadable:
        return
    json.dumps(reading.to_json())


@many
@given(page=st.sampled_from(HTML), chance=st.randoms(use_true_random=False))
def test_a_page_that_was_cut_off_takes_nothing_away(page: corpus.Page, chance: Random) -> None:
    """Half a page is unreadable, not understood, or (cut behind its list) the same list: nothing is removed."""
    whole = page.content
    try:
        before = read(whole, kind="amendments")
        after = read(whole[: chance.randrange(len(whole))], kind="amendments")
    except Unreadable:
        return
    assert isinstance(before, AmendmentsReading) and isinstance(after, AmendmentsReading)
    comparison = compare_amendments(before, after)
    if "</html>" in page.content.decode("latin-1").lower():
        assert not (comparison.new or comparison.revised or comparison.removed)


# -- what changes nothing for a reader

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
BLOCK_TAGS = frozenset(
    "table tbody thead tr td th ul li p div h1 h2 h3 h4 section main body dl dt dd caption".split()
)


def each_tag(change: Callable[[str, str, str, Random], str]) -> Callable[[str, Random], str]:
    return lambda page, chance: TAG.sub(lambda tag: change(tag[1], tag[2], tag[3], chance), page)


def in_capitals(slash: str, name: str, rest: str, chance: Random) -> str:
    return f"<{slash}{name.upper()}{rest}>"


def with_attributes(slash: str, name: str, rest: str, chance: Random) -> str:
    if slash:
        return f"<{slash}{name}{rest}>"
    extra = chance.choice([' class="x-y"', " data-x='a > b'", ' style="color: red"', " hidden=no", ""])
    return f"<{name}{extra}{rest}>"


def with_comments(slash: str, name: str, rest: str, chance: Random) -> str:
    comment = chance.choice(["", "", "<!-- May 1999 <td> -->"])
    return f"{comment}<{slash}{name}{rest}>"


def with_white_space(slash: str, name: str, rest: str, chance: Random) -> str:
    space = chance.choice(["", "\n", "\t\t", " \r\n "]) if name.lower() in BLOCK_TAGS else ""
    return f"{space}<{slash}{name}{rest}>{space}"


def with_open_ends(slash: str, name: str, rest: str, chance: Random) -> str:
    return "" if slash and name.lower() in ("td", "th", "tr", "li", "p") else f"<{slash}{name}{rest}>"


def with_scripts(slash: str, name: str, rest: str, chance: Random) -> str:
    script = "<script>document.write('<td>May 1999</td>')</script>" if chance.random() < 0.1 else ""
    return f"{script}<{slash}{name}{rest}>"


def with_entities(page: str, chance: Random) -> str:
    def change(between: re.Match[str]) -> str:
        return re.sub(
            "[aeiou]", lambda found: f"&#{ord(found[0])};" if chance.random() < 0.2 else found[0], between[0]
        )

    head, body, rest = page.partition("<body")
    return head + body + re.sub(r"(?<=>)[^<>&]+(?=<)", change, rest)


HARMLESS = [
    each_tag(in_capitals),
    each_tag(with_attributes),
    each_tag(with_comments),
    each_tag(with_white_space),
    each_tag(with_open_ends),
    each_tag(with_scripts),
    with_entities,
]
PLAIN = [page for page in HTML if b"<script" not in page.content and b"<pre" not in page.content]


@pytest.mark.parametrize("change", HARMLESS)
@settings(parent=many, max_examples=max(EXAMPLES // 4, 5))
@given(page=st.sampled_from(PLAIN), chance=st.randoms(use_true_random=False))
def test_other_markup_for_the_same_words_is_the_same_list(
    change: Callable[[str, Random], str], page: corpus.Page, chance: Random
) -> None:
    source = page.content.decode("utf-8", "strict") if page.content_type is None else None
    if source is None:
        return
    assert read(change(source, chance), kind="amendments").to_json() == read(source, kind="amendments").to_json()

"""Marks what a reader said of an amendments or contents page: pure functions, documents in, tallies out.

Titles are equal whatever their quotes, dashes, capitals and white space; details are equal when their words are.
A truth may hold ``also``: other answers that an honest reader could give, each as good as the first.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from tests.pages.tally import Document, Tally, agree, plain, words

SEE_ALSO_LABELS = re.compile(
    r"^(see also|also see|please see|see|for [\w ]+? (please )?see)\b\s*:?\s*", re.IGNORECASE
)


def score_amendments(truth: Document, said: Document, *, url: str | None) -> Tally:
    """Entries by (title, month): precision and recall; then what was said of each entry that was found."""
    tally = Tally()
    couples, missed, invented = pair_entries(truth["entries"], said["entries"])
    for _ in couples:
        tally.note("precision", True)
        tally.note("recall", True)
    for entry in missed:
        tally.note("recall", False, f"missed {_entry_name(entry)}")
    for entry in invented:
        tally.note("precision", False, f"invented {_entry_name(entry)}")
    for expected, found in couples:
        _score_entry(tally, expected, found, url)
    agree(tally, "next update", "next_update", truth, said, "the page")
    if missed or invented:
        tally.note("order", False)
    else:
        said_order = [id(entry) for entry in said["entries"]]
        in_order = [id(found) for _, found in couples] == said_order
        tally.note("order", in_order, "the entries are not in the page's order")
    return tally


def _score_entry(tally: Tally, expected: Document, found: Document, url: str | None) -> None:
    name = _entry_name(expected)
    agree(tally, "kind", "kind", expected, found, name)
    agree(tally, "sections", "sections", expected, found, name, as_key=_section_key)
    agree(tally, "re-read", "reread", expected, found, name)
    if expected["details"] is not None:
        right = words(expected["details"]) == words(found["details"])
        tally.note("details", right, f"{name}: {found['details']!r} for {expected['details']!r}")
    tally.note("url", _same_url(expected, found, url), f"{name}: {found['url']} for {expected['url']}")
    said_so = found.get("rereference", False)
    tally.note("re-reference", said_so == expected.get("rereference", False), f"{name}: {said_so}")
    agree(tally, "former titles", "former_titles", expected, found, name, as_key=_titles_key)
    if expected.get("oddity"):
        tally.note("oddity", found.get("oddity") is not None, f"{name}: nothing odd was noted")


def _section_key(sections: list[str] | None) -> list[str]:
    return sorted(set(sections or []))


def _titles_key(titles: list[str] | None) -> list[str]:
    return sorted(plain(title) for title in titles or [])


Couples = list[tuple[Document, Document]]


def pair_entries(expected: list[Document], said: list[Document]) -> tuple[Couples, list[Document], list[Document]]:
    """Couples of the same (title, month), then who is left on each side. Likeness of details breaks a tie."""
    left = list(said)
    coupled: dict[int, Document] = {}
    for attempt in (_same_words, _same_name, _same_by_other_name):
        for index, entry in enumerate(expected):
            if index in coupled:
                continue
            match = next((each for each in left if attempt(entry, each)), None)
            if match is not None:
                coupled[index] = match
                left = [each for each in left if each is not match]
    couples = [(expected[index], coupled[index]) for index in sorted(coupled)]
    missed = [entry for index, entry in enumerate(expected) if index not in coupled]
    return couples, missed, left


def _same_words(expected: Document, said: Document) -> bool:
    return _same_name(expected, said) and words(expected.get("details")) == words(said.get("details"))


def _same_name(expected: Document, said: Document) -> bool:
    return plain(expected["title"]) == plain(said["title"]) and bool(expected["month"] == said["month"])


def _same_by_other_name(expected: Document, said: Document) -> bool:
    also = expected.get("also", {})
    titles = [plain(title) for title in (expected["title"], *also.get("title", []))]
    months = [expected["month"], *also.get("month", [])]
    return plain(said["title"]) in titles and said["month"] in months


def _entry_name(entry: Document) -> str:
    title = entry["title"] if entry["title"] is not None else f"[no title] {(entry['details'] or '')[:60]}"
    return f"{title} ({entry['month']})"


def score_contents(truth: Document, said: Document, *, url: str | None) -> Tally:
    """Chapters by (number, title), their flags, dates and headings; headings; see-also lines."""
    tally = Tally()
    found = _match_lists(
        tally,
        "chapter",
        truth["chapters"],
        said["chapters"],
        lambda a, b: _same_chapter(a, b) and _same_url(a, b, url),
    )
    for expected, chapter in found:
        name = f"{expected['number']} {expected['title']}"
        agree(tally, "flags", "flags", expected, chapter, name, as_key=lambda flags: sorted(flags or []))
        agree(tally, "under heading", "section", expected, chapter, name, as_key=plain)
        agree(tally, "updated on", "updated_on", expected, chapter, name)
    _match_lists(
        tally,
        "heading",
        truth["sections"],
        said["sections"],
        lambda a, b: a["number"] == b["number"] and plain(a["title"]) == plain(b["title"]),
    )
    _match_lists(tally, "see also", truth["see_also"], said["see_also"], _same_see_also)
    return tally


def _same_chapter(expected: Document, said: Document) -> bool:
    also = expected.get("also", {})
    titles = [plain(title) for title in (expected["title"], *also.get("title", []))]
    numbers = [expected["number"], *also.get("number", [])]
    return bool(said["number"] in numbers) and plain(said["title"]) in titles


def _same_url(expected: Document, said: Document, url: str | None) -> bool:
    """Equal once both are absolute. A page saved as text has lost its links: any answer is as good."""
    if url is None and expected["url"] is None:
        return True
    if not expected["url"] or not said["url"]:
        return bool(expected["url"] == said["url"])
    return bool(urljoin(url or "", expected["url"]) == urljoin(url or "", said["url"]))


def _same_see_also(expected: Document, said: Document) -> bool:
    first, second = (plain(SEE_ALSO_LABELS.sub("", each["text"])) for each in (expected, said))
    same_place = plain(expected["section"]) == plain(said["section"])
    return same_place and bool(first) and (first in second or second in first)


def _match_lists(
    tally: Tally, what: str, expected: list[Document], said: list[Document], same: Any
) -> list[tuple[Document, Document]]:
    left, couples = list(said), []
    for entry in expected:
        match = next((each for each in left if same(entry, each)), None)
        tally.note(f"{what} recall", match is not None, f"missed {_brief(entry)}")
        if match is not None:
            couples.append((entry, match))
            left = [each for each in left if each is not match]
            tally.note(f"{what} precision", True)
    for extra in left:
        tally.note(f"{what} precision", False, f"invented {_brief(extra)}")
    return couples


def _brief(entry: Document) -> str:
    keys = ("number", "title", "text", "section", "url", "flags")
    return ", ".join(f"{key} {entry[key]!r}" for key in keys if entry.get(key))

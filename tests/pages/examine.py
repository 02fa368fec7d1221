"""Puts a page of the corpus before the reader and marks its answer."""

from __future__ import annotations

from manual.amendments.compare import compare_amendments
from manual.chapters.compare import compare_chapters
from manual.contents.compare import compare_contents
from manual.errors import Unreadable
from manual.read import read
from manual.reading import AmendmentsReading, ChapterReading, ContentsReading, Reading
from tests.pages.corpus import Page, Pair
from tests.pages.scoring import score_amendments, score_contents
from tests.pages.scoring_changes import score_comparison, score_contents_comparison, score_feed, score_sections
from tests.pages.tally import Document, Tally

NOTHING: dict[str, Document] = {
    "amendments": {"kind": "nothing", "next_update": None, "entries": []},
    "contents": {"kind": "nothing", "sections": [], "chapters": [], "see_also": []},
    "feed": {"kind": "nothing", "entries": []},
}
NOT_UNDERSTOOD: Document = {"understood": False, "new": [], "revised": [], "removed": []}
CONTENTS_NOT_UNDERSTOOD: Document = {
    "understood": False,
    "added": [],
    "removed": [],
    "retitled": [],
    "moved": [],
    "flagged": [],
}
SECTIONS_NOT_UNDERSTOOD: Document = {"understood": False, "changed_sections": [], "added": [], "removed": []}


def read_page(page: Page, kind: str | None = None) -> Reading:
    """Raises Unreadable where the reader does."""
    return read(page.content, kind=kind, url=page.url, content_type=page.content_type)


def _answer(page: Page, kind: str, tally: Tally) -> Document:
    """What the reader makes of the page when nobody tells it the kind; nothing where that's wrong."""
    try:
        said = read_page(page).to_json()
    except Unreadable as error:
        tally.note("kind of page", False, f"unreadable: {error.reason}")
        return NOTHING[kind]
    tally.note("kind of page", said["kind"] == kind, f"{said['kind']} for {kind}")
    return said if said["kind"] == kind else NOTHING[kind]


def examine_amendments(page: Page) -> Tally:
    tally = Tally()
    said = _answer(page, "amendments", tally)
    tally.add(score_amendments(page.truth, said, url=page.url))
    return tally


def examine_contents(page: Page) -> Tally:
    tally = Tally()
    said = _answer(page, "contents", tally)
    tally.add(score_contents(page.truth, said, url=page.url))
    return tally


def examine_feed(page: Page) -> Tally:
    tally = Tally()
    if page.truth.get("unreadable"):
        try:
            read_page(page, kind="feed")
        except Unreadable:
            tally.note("kind of page", True)
        else:
            tally.note("kind of page", False, "read as a feed, which it is not")
        return tally
    tally.add(score_feed(page.truth, _answer(page, "feed", tally)))
    return tally


def examine_other(page: Page) -> Tally:
    """A page that is no amendments page: no entries, neither unasked nor when taken for one.

    Where it says nothing at all (a login page, maintenance) it must be unreadable when taken for amendments.
    """
    tally = Tally()
    for kind in (None, "amendments"):
        try:
            said = read_page(page, kind=kind).to_json()
        except Unreadable:
            tally.note("nothing", True)
            continue
        titles = [entry["title"] for entry in said.get("entries", [])] if said["kind"] == "amendments" else []
        tally.note("nothing", not titles, f"as {kind}: {titles[:3]}")
        if kind and page.truth.get("unreadable"):
            tally.note("unreadable", False, f"taken for {kind}, it was read as {said['kind']}")
    return tally


def examine_pair(pair: Pair) -> Tally:
    """The watcher's way: both visits are read as amendments; a page that can't be read is not understood."""
    try:
        before, after = (read_page(page, kind="amendments") for page in (pair.before, pair.after))
        assert isinstance(before, AmendmentsReading) and isinstance(after, AmendmentsReading)
        said = compare_amendments(before, after).to_json()
    except Unreadable:
        said = NOT_UNDERSTOOD
    return score_comparison(pair.truth, said)


def examine_contents_pair(pair: Pair) -> Tally:
    try:
        before, after = (read_page(page, kind="contents") for page in (pair.before, pair.after))
        assert isinstance(before, ContentsReading) and isinstance(after, ContentsReading)
        said = compare_contents(before, after).to_json()
    except Unreadable:
        said = CONTENTS_NOT_UNDERSTOOD
    return score_contents_comparison(pair.truth, said)


def examine_chapter(pair: Pair) -> Tally:
    try:
        before, after = (read_page(page, kind="chapter") for page in (pair.before, pair.after))
        assert isinstance(before, ChapterReading) and isinstance(after, ChapterReading)
        said = compare_chapters(before, after).to_json()
    except Unreadable:
        said = SECTIONS_NOT_UNDERSTOOD
    return score_sections(pair.truth, said)

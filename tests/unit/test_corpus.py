"""Every page of the corpus is read exactly as its truth says; the held-back pages as well as was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.pages import corpus, examine, make
from tests.pages.corpus import Page, Pair
from tests.pages.layouts import LAYOUTS
from tests.pages.tally import Tally

HTML_FLOORS = {"precision": 0.99, "recall": 0.99, "kind": 0.98, "sections": 0.97, "re-read": 0.99}
TEXT_FLOORS = {**HTML_FLOORS, "precision": 0.97, "recall": 0.97}
CONTENTS_FLOORS = {"chapter precision": 0.99, "chapter recall": 0.99, "flags": 0.99, "heading recall": 0.99}


AT_LEAST = {"amendments": 40, "contents": 13, "other": 20, "feeds": 8}
AT_LEAST_HELD_BACK = {"amendments": 20, "contents": 7}


def by_name(items: Iterable[Page] | Iterable[Pair]) -> list[object]:
    return [pytest.param(item, id=item.name) for item in items]


@pytest.mark.parametrize("page", by_name(corpus.pages("amendments")))
def test_amendments_page_is_read_exactly(page: Page) -> None:
    assert examine.examine_amendments(page).differences == []


@pytest.mark.parametrize("page", by_name(corpus.pages("contents")))
def test_contents_page_is_read_exactly(page: Page) -> None:
    assert examine.examine_contents(page).differences == []


@pytest.mark.parametrize("pair", by_name(corpus.pairs("pairs")))
def test_what_came_between_two_visits_is_told_exactly(pair: Pair) -> None:
    assert examine.examine_pair(pair).differences == []


@pytest.mark.parametrize("pair", by_name(corpus.pairs("contents-pairs")))
def test_what_changed_in_the_contents_is_told_exactly(pair: Pair) -> None:
    assert examine.examine_contents_pair(pair).differences == []


@pytest.mark.parametrize("pair", by_name(corpus.pairs("chapters")))
def test_the_sections_of_a_chapter_that_changed_are_told_exactly(pair: Pair) -> None:
    assert examine.examine_chapter(pair).differences == []


@pytest.mark.parametrize("page", by_name(corpus.pages("other")))
def test_a_page_that_is_no_amendments_page_yields_nothing(page: Page) -> None:
    assert examine.examine_other(page).differences == []


@pytest.mark.parametrize("page", by_name(corpus.pages("feeds")))
def test_feed_is_read_exactly(page: Page) -> None:
    assert examine.examine_feed(page).differences == []


def test_laid_out_pages_are_what_make_writes() -> None:
    stale = [path.name for path, text in make.laid_out() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `python -m tests.pages.make`"


@pytest.mark.parametrize("markup", LAYOUTS)
def test_editions_that_stand_in_no_file_are_read_exactly(markup: str) -> None:
    for page in make.fresh_pages(markup, range(1000, 1020)):
        assert examine.examine_amendments(page).differences == [], page.name


@pytest.mark.parametrize(("folder", "count"), AT_LEAST.items())
def test_corpus_is_as_large_as_was_promised(folder: str, count: int) -> None:
    assert len(list(corpus.pages(folder))) >= count
    assert len(list(corpus.pages(folder, held_back=True))) >= AT_LEAST_HELD_BACK.get(folder, 0)


@pytest.mark.parametrize("folder", ["pairs", "chapters"])
def test_there_are_twenty_pairs_of_each_kind(folder: str) -> None:
    assert len(list(corpus.pairs(folder))) >= 20


def held_back(folder: str, examination: Callable[[Page], Tally], *, text: bool | None = None) -> Tally:
    total = Tally()
    for page in corpus.pages(folder, held_back=True):
        if text is None or page.is_text == text:
            total.add(examination(page))
    return total


def below(floors: dict[str, float], tally: Tally) -> dict[str, float | None]:
    """What does not reach its floor; nothing looked at is below every floor."""
    shares = {aspect: tally.share(aspect) for aspect in floors}
    return {aspect: share for aspect, share in shares.items() if share is None or share < floors[aspect]}


@pytest.mark.parametrize(("floors", "text"), [(HTML_FLOORS, False), (TEXT_FLOORS, True)], ids=["html", "text"])
def test_held_back_amendments_reach_the_floors(floors: dict[str, float], text: bool) -> None:
    assert below(floors, held_back("amendments", examine.examine_amendments, text=text)) == {}


def test_held_back_contents_reach_the_floors() -> None:
    assert below(CONTENTS_FLOORS, held_back("contents", examine.examine_contents)) == {}

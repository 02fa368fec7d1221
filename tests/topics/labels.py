"""Chapters and amendments that people labelled by the scope notes, as the topics are examined with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from manual.read import read
from manual.reading import AmendmentsReading

HERE = Path(__file__).parent
SEEDS = HERE.parents[2] / "shared" / "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What is said, the topics that it must match, and those that it may match."""

    title: str | None
    details: str
    must: frozenset[str]
    may: frozenset[str]


def labelled_titles(path: Path) -> list[Labelled]:
    """A file of title, must, may."""
    return [
        Labelled(title=title, details="", must=_ids(must), may=_ids(may))
        for title, must, may in _rows(path.read_text("utf-8"))
    ]


def written_amendments(path: Path = HERE / "written-amendments.tsv") -> list[Labelled]:
    """A file of title, details, must, may."""
    return [
        Labelled(title=title or None, details=details, must=_ids(must), may=_ids(may))
        for title, details, must, may in _rows(path.read_text("utf-8"))
    ]


def seed_amendments(path: Path = HERE / "seed-amendments.tsv") -> list[Labelled]:
    """A file of page, place on the page, title, must, may; the words are read from the pages."""
    pages: dict[str, AmendmentsReading] = {}
    labelled = []
    for page, place, title, must, may in _rows(path.read_text("utf-8")):
        if page not in pages:
            reading = read((SEEDS / page).read_bytes())
            assert isinstance(reading, AmendmentsReading), f"{page} is no amendments page"
            pages[page] = reading
        entry = pages[page].entries[int(place) - 1]
        assert entry.title == (title or None), f"{page} {place}: labelled {title!r}, read {entry.title!r}"
        labelled.append(Labelled(title=entry.title, details=entry.details, must=_ids(must), may=_ids(may)))
    return labelled


def _rows(text: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def _ids(text: str) -> frozenset[str]:
    return frozenset(each for each in text.split(",") if each)

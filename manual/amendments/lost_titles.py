"""Which chapters an entry could be about whose title was lost: told from its words and the manual's contents."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import snowballstemmer

from manual.identity import fold, title_key
from manual.reading import Amendment, AmendmentsReading, Chapter, ContentsReading, Flag

MAX_LOST_TITLE = 60
"""Characters. On every page that lost titles when it was saved, all titles of this length or more survived."""
MAX_CANDIDATES = 5
LEAST_SHARE = 0.5
"""How much of a title's weight the details must say. The weight of a word is how rare it is among the titles."""

# Words of every manual; that a title and some details share them means nothing.
COMMON = frozenset(
    "a an and the of to in for on by with from or at as is are be been has have who which that this these their"
    " its not"
    " child children young people person policy policies procedure procedures guidance chapter protocol local"
    " authority"
    " service services care section information practice strategy process new updated provide providing provided"
    " amendments".split()
)
_stem = snowballstemmer.stemmer("english").stemWord


def with_candidates(reading: AmendmentsReading, contents: ContentsReading) -> AmendmentsReading:
    """The reading with ``candidates`` for each entry without a title: chapters of the contents, likeliest first.

    A chapter is a candidate when the details say most of its title's words, or, where they say nothing of the
    kind, when the contents flag it as updated or new and no other entry of that month is about it.
    """
    if all(entry.title is not None for entry in reading.entries):
        return reading
    chapters = {title_key(each.title): each for each in contents.chapters if len(each.title) < MAX_LOST_TITLE}
    weights = _weights(chapters)
    named: defaultdict[str | None, set[str]] = defaultdict(set)
    for entry in reading.entries:
        if entry.title is not None:
            named[entry.month].add(title_key(entry.title))
    newest = max((entry.month for entry in reading.entries if entry.month), default=None)

    def candidates(entry: Amendment) -> tuple[str, ...]:
        free = {key: chapter for key, chapter in chapters.items() if key not in named[entry.month]}
        told = _told(entry, free, weights)
        if told or entry.month != newest:
            return told
        flagged = [each.title for each in free.values() if Flag.UPDATED in each.flags or Flag.NEW in each.flags]
        return tuple(flagged) if len(flagged) <= MAX_CANDIDATES else ()

    return replace(
        reading,
        entries=tuple(
            replace(entry, candidates=candidates(entry)) if entry.title is None else entry
            for entry in reading.entries
        ),
    )


def _told(entry: Amendment, chapters: Mapping[str, Chapter], weights: Mapping[str, float]) -> tuple[str, ...]:
    said = set(stems(entry.details))
    shares: list[tuple[float, float, str]] = []
    for chapter in chapters.values():
        title = stems(chapter.title)
        whole = sum(weights.get(stem, 0.0) for stem in title)
        shared = sum(weights.get(stem, 0.0) for stem in title if stem in said)
        if whole and shared / whole >= LEAST_SHARE:
            shares.append((shared / whole, shared, chapter.title))
    shares.sort(key=lambda each: (-each[0], -each[1]))
    return tuple(title for _, _, title in shares[:MAX_CANDIDATES])


def _weights(titles: Mapping[str, Chapter]) -> dict[str, float]:
    counts = Counter(stem for chapter in titles.values() for stem in set(stems(chapter.title)))
    return {stem: math.log(1 + len(titles) / count) for stem, count in counts.items()}


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, without those of every manual; each once."""
    words = re.findall(r"[a-z]+", fold(text).replace("'", ""))
    return tuple(dict.fromkeys(_stem(word) for word in words if word not in COMMON))

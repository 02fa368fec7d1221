"""Compares two readings of a contents list: chapters that came, went, were retitled, moved or flagged."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from manual.identity import title_key, url_slug
from manual.page.endings import breaks_off
from manual.reading import Chapter, ContentsReading

LIKE_TITLE = 65.0
"""Per cent of a title that another must share to be its new wording, right where it stood."""
VERY_LIKE_TITLE = 85.0
"""The same anywhere in its section."""
MOST_PAIRS = 40_000
"""Pairs of unmatched chapters that are compared in search of retitled ones; beyond, they came and went."""
SHRUNK_TO = 0.5
"""Of a list's chapters: a page with fewer of them left is taken to be broken."""
A_LIST = 6
"""Chapters from which on a shrunken list says that the page is broken."""
OTHER_LIST = 0.2
"""Of a list's chapters: with fewer of them in the later list, that is another list."""
CUT_TAIL = 0.15
"""Of a list's chapters: when so many are missing from its end and nothing else changed, the page broke off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterPair:
    """One chapter as it stood and as it stands."""

    before: Chapter
    after: Chapter

    def to_json(self) -> dict[str, Any]:
        return {"before": self.before.to_json(), "after": self.after.to_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsComparison:
    """What changed between two readings of a contents list. Renumbering is no change.

    ``understood`` is False where the later reading shrank to little or is another manual's: then nothing is
    told, and ``reason`` says why. ``moved`` went to another section, told by its title; ``flagged`` had a flag
    set or taken off. A chapter can be in several of them.
    """

    understood: bool = True
    reason: str | None = None
    added: tuple[Chapter, ...] = ()
    removed: tuple[Chapter, ...] = ()
    retitled: tuple[ChapterPair, ...] = ()
    moved: tuple[ChapterPair, ...] = ()
    flagged: tuple[ChapterPair, ...] = ()

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "understood": self.understood,
            "added": [chapter.to_json() for chapter in self.added],
            "removed": [chapter.to_json() for chapter in self.removed],
            "retitled": [pair.to_json() for pair in self.retitled],
            "moved": [pair.to_json() for pair in self.moved],
            "flagged": [pair.to_json() for pair in self.flagged],
        }
        if self.reason is not None:
            document["reason"] = self.reason
        return document


def compare_contents(before: ContentsReading, after: ContentsReading) -> ContentsComparison:
    """What changed in the list, each part in the list's order."""
    lists = _Lists(before, after)
    found = lists.partners()
    taken = set(found.values())
    removed = [at for at in range(len(before.chapters)) if at not in taken]
    added = [at for at in range(len(after.chapters)) if at not in found]
    reason = _misunderstood(before, after, removed, added)
    if reason is not None:
        return ContentsComparison(understood=False, reason=reason)
    pairs = [ChapterPair(before=before.chapters[found[at]], after=after.chapters[at]) for at in sorted(found)]
    return ContentsComparison(
        added=tuple(after.chapters[at] for at in added),
        removed=tuple(before.chapters[at] for at in removed),
        retitled=tuple(pair for pair in pairs if title_key(pair.before.title) != title_key(pair.after.title)),
        moved=tuple(
            ChapterPair(before=before.chapters[found[at]], after=after.chapters[at])
            for at in sorted(found)
            if lists.has_moved(found[at], at)
        ),
        flagged=tuple(pair for pair in pairs if set(pair.before.flags) != set(pair.after.flags)),
    )


class _Lists:
    """The two lists while their chapters are brought together. Positions are told apart as ``old`` and ``new``."""

    def __init__(self, before: ContentsReading, after: ContentsReading) -> None:
        self.before, self.after = before.chapters, after.chapters
        self.old_titles = [title_key(chapter.title) for chapter in self.before]
        self.new_titles = [title_key(chapter.title) for chapter in self.after]
        self.old_places, self.new_places = _places(before), _places(after)
        self.found: dict[int, int] = {}
        """Old positions by new ones."""
        self.renamed_places: dict[str | None, str | None] = {}

    def partners(self) -> dict[int, int]:
        """The old position of each later chapter that was there before: by title, by link, by likeness."""
        self._pair_by(
            list(zip(self.old_titles, self.old_places, strict=True)),
            list(zip(self.new_titles, self.new_places, strict=True)),
        )
        self._pair_by(self.old_titles, self.new_titles)
        self._pair_by(_own_slugs(self.before), _own_slugs(self.after))
        self.renamed_places = self._renamed_places()
        self._pair_retitled()
        return self.found

    def has_moved(self, old: int, new: int) -> bool:
        place = self.old_places[old]
        return self.renamed_places.get(place, place) != self.new_places[new]

    def _pair_by(self, old_keys: Sequence[Hashable | None], new_keys: Sequence[Hashable | None]) -> None:
        taken = set(self.found.values())
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for old, key in enumerate(old_keys):
            if key is not None and old not in taken:
                waiting[key].append(old)
        for new, key in enumerate(new_keys):
            if key is not None and new not in self.found and waiting.get(key):
                self.found[new] = waiting[key].popleft()

    def _renamed_places(self) -> dict[str | None, str | None]:
        """Sections that are gone, with the one that is new and has most of their chapters: other names for one."""
        targets: dict[str | None, Counter[str | None]] = defaultdict(Counter)
        for new, old in self.found.items():
            targets[self.old_places[old]][self.new_places[new]] += 1
        old_places, new_places = set(self.old_places), set(self.new_places)
        renamed = {}
        for place, counts in targets.items():
            target = counts.most_common(1)[0][0]
            if place not in new_places and target not in old_places:
                renamed[place] = target
        return renamed

    def _pair_retitled(self) -> None:
        """Pair what is left where the titles are alike and stand in the same place of the list."""
        taken = set(self.found.values())
        old = [at for at in range(len(self.before)) if at not in taken]
        new = [at for at in range(len(self.after)) if at not in self.found]
        if len(old) * len(new) > MOST_PAIRS:
            return
        kept = {old_at: new_at for new_at, old_at in self.found.items()}
        before_old = _last_before([kept.get(at) for at in range(len(self.before))])
        before_new = _last_before([at if at in self.found else None for at in range(len(self.after))])
        likenesses = sorted(
            (
                (likeness, -first, second)
                for first in old
                for second in new
                if (likeness := fuzz.ratio(self.old_titles[first], self.new_titles[second])) >= LIKE_TITLE
                and not self.has_moved(first, second)
                and (likeness >= VERY_LIKE_TITLE or before_old[first] == before_new[second])
            ),
            reverse=True,
        )
        for _, negative, second in likenesses:
            if -negative not in taken and second not in self.found:
                self.found[second] = -negative
                taken.add(-negative)


def _last_before(values: Sequence[int | None]) -> list[int]:
    """For each place the last value that stands before it; -1 where none does."""
    found, last = [], -1
    for value in values:
        found.append(last)
        last = last if value is None else value
    return found


def _places(reading: ContentsReading) -> list[str | None]:
    """The title of the section that each chapter stands in: its number may change."""
    titles = {section.number: title_key(section.title) for section in reading.sections if section.number}
    return [
        None if chapter.section is None else titles.get(chapter.section) or title_key(chapter.section)
        for chapter in reading.chapters
    ]


def _own_slugs(chapters: Sequence[Chapter]) -> list[str | None]:
    """The part of each link that names the chapter, None where several have it."""
    slugs = [url_slug(chapter.url) for chapter in chapters]
    counts = Counter(slugs)
    return [slug if counts[slug] == 1 else None for slug in slugs]


def _misunderstood(
    before: ContentsReading, after: ContentsReading, removed: Sequence[int], added: Sequence[int]
) -> str | None:
    """Why ``after`` can't be a later version of ``before``; None when it can."""
    had, has = len(before.chapters), len(after.chapters)
    if breaks_off(after) and not breaks_off(before):
        return "the page breaks off"
    if had < A_LIST:
        return None
    if has < SHRUNK_TO * had:
        return f"of {had} chapters only {has} are left"
    if len(removed) > (1 - OTHER_LIST) * had:
        return f"of {had} chapters {len(removed)} are gone and {len(added)} others came: it is another list"
    is_tail = bool(removed) and list(removed) == list(range(had - len(removed), had))
    if is_tail and not added and len(removed) >= CUT_TAIL * had:
        return f"the last {len(removed)} of {had} chapters are missing, as when a page breaks off"
    return None

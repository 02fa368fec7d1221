"""Compares two readings of an amendments page: what is new, revised or gone.

Entries are paired from the surest ground to the weakest, each once at most, so that equal rows stay as many as
they are: the same words; the same chapter in the same month; a title that was lost, or found; a heading retyped.
What stays without a partner is new, or gone, or has rotated off the page with its whole month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from manual.amendments.reader import MAY_BE_LOST
from manual.amendments.revisions import Revision, are_typos, likeness, revision_matters, says_the_same, words_of
from manual.amendments.trust import distrust
from manual.identity import same_chapter, title_key, url_slug
from manual.reading import Amendment, AmendmentKind, AmendmentsReading

__all__ = ["AmendmentsComparison", "Revision", "compare_amendments", "revision_matters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentsComparison:
    """What two readings differ in. Not ``understood``: the later page can't be trusted, and nothing is concluded.

    ``found_titles`` are entries that say the same and whose title was lost before and is known now.
    """

    understood: bool
    reason: str | None = None
    new: tuple[Amendment, ...] = ()
    revised: tuple[Revision, ...] = ()
    removed: tuple[Amendment, ...] = ()
    found_titles: tuple[Revision, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The comparison as the command line prints it."""
        document: dict[str, Any] = {
            "understood": self.understood,
            "new": [amendment.to_json() for amendment in self.new],
            "revised": [{"before": pair.before.to_json(), "after": pair.after.to_json()} for pair in self.revised],
            "removed": [amendment.to_json() for amendment in self.removed],
        }
        return document if self.reason is None else {**document, "reason": self.reason}


def compare_amendments(before: AmendmentsReading, after: AmendmentsReading) -> AmendmentsComparison:
    """What is new, revised and removed in ``after``.

    Months that left the page whole are no removals, nor is a list of removed chapters that was lost from the page.
    """
    pairs = _Pairs(before.entries, after.entries)
    here = {entry.month for entry in after.entries}
    unpaired = list(pairs.before.values())
    if any(oddity.endswith(MAY_BE_LOST) for oddity in after.oddities):
        unpaired = [entry for entry in unpaired if entry.kind is not AmendmentKind.REMOVED]
    removed = [entry for entry in unpaired if entry.month in here]
    rotated = [entry for entry in unpaired if entry.month not in here]
    found = [pair for _, pair in sorted(pairs.found, key=lambda each: each[0])]
    revised = [pair for pair in found if not says_the_same(pair)]
    new = list(pairs.after.values())
    if reason := distrust(before, after, new, removed, rotated, revised):
        return AmendmentsComparison(understood=False, reason=reason)
    return AmendmentsComparison(
        understood=True,
        new=tuple(new),
        revised=tuple(revised),
        removed=tuple(removed),
        found_titles=tuple(pair for pair in found if pair.before.title is None and pair.after.title is not None),
    )


# -- pairing

SIMILAR = 70.0
"""Least likeness, of 100, for two entries of one month to be one entry in other words."""
MAX_COMPARED = 40_000
"""Pairs that are compared word by word within one month; only a page of nonsense has more."""
LEAST_RELABELLED = 3
"""Entries of a month that all stand in another month now, so that its heading was put right."""

Key = Callable[[Amendment], Hashable]
Allow = Callable[[Amendment, Amendment], bool]


class _Pairs:
    """Pairs the entries of two readings; ``before`` and ``after`` hold, by position, those without a partner."""

    def __init__(self, before: Sequence[Amendment], after: Sequence[Amendment]) -> None:
        self.before = dict(enumerate(before))
        self.after = dict(enumerate(after))
        self.found: list[tuple[int, Revision]] = []
        self.match(lambda entry: (entry.month, _title(entry), words_of(entry), entry.kind))
        self.match(lambda entry: (entry.month, _title(entry), words_of(entry)))
        self.match_likest(lambda entry: entry.title and (entry.month, _title(entry)))
        self.match_likest(lambda entry: url_slug(entry.url) and (entry.month, url_slug(entry.url)))
        self.match(lambda entry: (entry.month, words_of(entry)), _one_title_is_lost)
        self.match_likest(lambda entry: (entry.month, "any"), _could_be_one)
        self.match(lambda entry: (_title(entry), words_of(entry)), _one_month_is_lost)
        self.match_relabelled_months()

    def match(self, key: Key, allow: Allow | None = None) -> None:
        """Pair entries with the same key, in the page's order."""
        if not (self.before and self.after):
            return
        waiting = _by(key, self.before)
        for position, entry in list(self.after.items()):
            same = waiting.get(key(entry))
            if same and (allow is None or allow(self.before[same[0]], entry)):
                self.pair(same.pop(0), position)

    def match_likest(self, key: Key, allow: Allow | None = None) -> None:
        """Pair entries with the same key, those with the likest details first. A key of None is no key.

        With ``allow`` they must also be alike: nothing else makes them one.
        """
        if not (self.before and self.after):
            return
        waiting = _by(key, self.before)
        for group, positions in _by(key, self.after).items():
            olds = waiting.get(group, []) if group else []
            if not olds or len(olds) * len(positions) > MAX_COMPARED:
                continue
            scores = [
                (-likeness(self.before[old], self.after[new]), old, new)
                for old in olds
                for new in positions
                if allow is None or allow(self.before[old], self.after[new])
            ]
            for _, old, new in sorted(scores):
                if old in self.before and new in self.after:
                    self.pair(old, new)

    def match_relabelled_months(self) -> None:
        """A month's heading was put right: all entries of a month that went stand in one that came."""
        gone = _by(lambda entry: entry.month, self.before)
        came = _by(lambda entry: entry.month, self.after)
        for month in gone.keys() - {pair.before.month for _, pair in self.found}:
            said = [_said(self.before[position]) for position in gone[month]]
            for other, positions in came.items():
                if len(said) >= LEAST_RELABELLED and said == [_said(self.after[each]) for each in positions]:
                    for old, new in zip(gone[month], positions, strict=True):
                        self.pair(old, new)
                    del came[other]
                    break

    def pair(self, old: int, new: int) -> None:
        self.found.append((new, Revision(before=self.before.pop(old), after=self.after.pop(new))))


def _by(key: Key, entries: dict[int, Amendment]) -> dict[Hashable, list[int]]:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for position, entry in entries.items():
        groups[key(entry)].append(position)
    return groups


def _title(entry: Amendment) -> str | None:
    return title_key(entry.title) if entry.title else None


def _said(entry: Amendment) -> tuple[str | None, str]:
    return _title(entry), words_of(entry)


def _one_title_is_lost(before: Amendment, after: Amendment) -> bool:
    return (before.title is None) != (after.title is None)


def _one_month_is_lost(before: Amendment, after: Amendment) -> bool:
    return (before.month is None) != (after.month is None)


def _could_be_one(before: Amendment, after: Amendment) -> bool:
    """Whether two entries of a month are one that was retyped: alike in words, and in title if both have one."""
    if before.title is not None and after.title is not None:
        if same_chapter(
            before.title,
            before.url,
            after.title,
            after.url,
            former_titles=before.former_titles + after.former_titles,
        ):
            return True
        return are_typos(_title(before) or "", _title(after) or "") and likeness(before, after) >= SIMILAR
    least = SIMILAR if before.title is None and after.title is None else 90
    return bool(before.details) and likeness(before, after) >= least

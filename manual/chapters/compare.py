"""Compares two readings of a chapter: which sections' words changed, which came and which went."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from manual.chapters.word_changes import WordChange, same_words, word_change, word_key
from manual.identity import title_key
from manual.page.endings import breaks_off
from manual.reading import ChapterReading, ChapterSection

MUCH_THE_SAME = 60.0
"""Per cent of a section's text that must have stayed for another heading to be its new name."""
RENAMED_HEADING = 75.0
MOST_PAIRS = 10_000
"""Pairs of unmatched sections that are compared in search of renamed ones; beyond, they came and went."""
LONGEST_LIKENESS = 4_000
"""Characters of a section that are looked at for that."""
SHRUNK_TO = 0.3
"""Of a chapter's words: with less left of a chapter, and no other words, the page is taken to be broken."""
CUT_TO = 0.7
"""Of a chapter's words: with no more left, nothing changed and all gone from the end, the page broke off."""
KEPT_OF_ANOTHER = 0.3
"""Of a chapter's sections: under another title, with fewer that say the same, it is another page."""
SAID_SOMETHING = 40
"""Words without which "less left" says nothing."""

SECTION_REFERENCE = re.compile(r"\bsections?\s+(\d+(?:\.\d+)*)", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.:;!?)\]”\"'’|]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterComparison:
    """What changed between two readings of a chapter.

    ``understood`` is False where ``after`` is no later version of ``before`` but a broken page or another one;
    then nothing is told, and ``reason`` says why. ``amendment`` is the amendment box's new text where that
    changed, ``related_added`` and ``related_removed`` are lines of what it refers to: what stands in boxes is
    reported apart from what the sections say.
    """

    understood: bool = True
    reason: str | None = None
    changes: tuple[WordChange, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    amendment: str | None = None
    related_added: tuple[str, ...] = ()
    related_removed: tuple[str, ...] = ()

    @property
    def changed_sections(self) -> tuple[str, ...]:
        """The headings, as they read now, of the sections whose words changed."""
        return tuple(change.heading for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "understood": self.understood,
            "changed_sections": list(self.changed_sections),
            "added": list(self.added),
            "removed": list(self.removed),
        }
        if self.reason is not None:
            document["reason"] = self.reason
        if self.changes:
            document["changes"] = [change.to_json() for change in self.changes]
        if self.amendment is not None:
            document["amendment"] = self.amendment
        if self.related_added or self.related_removed:
            document["related"] = {"added": list(self.related_added), "removed": list(self.related_removed)}
        return document


def compare_chapters(before: ChapterReading, after: ChapterReading) -> ChapterComparison:
    """What changed in a chapter's own text. Numbers, order, furniture and punctuation change nothing."""
    pairs, removed, added = _matched(before.sections, after.sections)
    reason = _misunderstood(before, after, pairs, removed)
    if reason is not None:
        return ChapterComparison(understood=False, reason=reason)
    names = _names_of(before), _names_of(after)
    box_changed = not same_words(before.amendment or "", after.amendment or "")
    return ChapterComparison(
        changes=tuple(
            word_change(new.heading, old.text, new.text) for old, new in pairs if _differ(old, new, *names)
        ),
        added=tuple(section.heading for section in added),
        removed=tuple(section.heading for section in removed),
        amendment=after.amendment if box_changed else None,
        related_added=_lines_only_in(after.related, before.related),
        related_removed=_lines_only_in(before.related, after.related),
    )


def _lines_only_in(lines: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {word_key(line) for line in others}
    return tuple(line for line in lines if word_key(line) not in known)


Sections = Sequence[ChapterSection]
Pairs = list[tuple[ChapterSection, ChapterSection]]


def _matched(before: Sections, after: Sections) -> tuple[Pairs, list[ChapterSection], list[ChapterSection]]:
    """Sections of the two that are the same one, in the later order; then those left of the earlier and the later.

    By heading first; of several with one heading, those with the same words, then in order. Then by words.
    """
    partner: dict[int, int] = {}
    old_names = [title_key(section.heading) for section in before]
    new_names = [title_key(section.heading) for section in after]
    often = {name for name, many in (Counter(old_names) + Counter(new_names)).items() if many > 2}

    def pair_by(old_keys: Sequence[Hashable], new_keys: Sequence[Hashable]) -> None:
        taken = set(partner.values())
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for at, key in enumerate(old_keys):
            if at not in taken:
                waiting[key].append(at)
        for at, key in enumerate(new_keys):
            if at not in partner and waiting.get(key):
                partner[at] = waiting[key].popleft()

    pair_by(_with_words(before, old_names, often), _with_words(after, new_names, often))
    pair_by(old_names, new_names)
    taken = set(partner.values())
    left = [at for at in range(len(before)) if at not in taken]
    new = [at for at in range(len(after)) if at not in partner]
    for old, at in _renamed(before, after, left, new):
        partner[at] = old
        taken.add(old)
    return (
        [(before[partner[at]], after[at]) for at in sorted(partner)],
        [section for at, section in enumerate(before) if at not in taken],
        [section for at, section in enumerate(after) if at not in partner],
    )


def _with_words(sections: Sections, names: Sequence[str], often: set[str]) -> list[tuple[str, str]]:
    """Each section's heading, with its words where others have the same heading."""
    return [
        (name, word_key(section.text) if name in often else "")
        for name, section in zip(names, sections, strict=True)
    ]


def _renamed(before: Sections, after: Sections, old: list[int], new: list[int]) -> Iterator[tuple[int, int]]:
    """Sections that have another heading now and much the same text, the likest first."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return
    likenesses = []
    for first in old:
        for second in new:
            likeness = _likeness(before[first], after[second])
            if likeness > 0:
                likenesses.append((likeness, -abs(first - second), first, second))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for _, _, first, second in sorted(likenesses, reverse=True):
        if first not in taken_old and second not in taken_new:
            taken_old.add(first)
            taken_new.add(second)
            yield first, second


def _likeness(old: ChapterSection, new: ChapterSection) -> float:
    """How surely one is the other's new name, 0 where it isn't."""
    texts = [section.text[:LONGEST_LIKENESS].casefold() for section in (old, new)]
    if min(len(text) for text in texts) >= 20:
        return fuzz.ratio(*(text.split() for text in texts), score_cutoff=MUCH_THE_SAME)
    heading = fuzz.ratio(title_key(old.heading), title_key(new.heading), score_cutoff=RENAMED_HEADING)
    return heading if same_words(old.text, new.text) else 0.0


def _differ(
    old: ChapterSection, new: ChapterSection, old_names: dict[str, str], new_names: dict[str, str]
) -> bool:
    """Whether words differ; a reference to a section that only has another number now is the same."""
    if title_key(old.heading) != title_key(new.heading):
        return True
    if same_words(old.text, new.text):
        return False
    return not same_words(_by_name(old.text, old_names), _by_name(new.text, new_names))


def _names_of(reading: ChapterReading) -> dict[str, str]:
    return {section.number: title_key(section.heading) for section in reading.sections if section.number}


def _by_name(text: str, names: dict[str, str]) -> str:
    return SECTION_REFERENCE.sub(lambda found: f"section {names.get(found[1], found[1])}", text)


def _misunderstood(before: ChapterReading, after: ChapterReading, pairs: Pairs, removed: Sections) -> str | None:
    """Why ``after`` is no later version of ``before``; None when it is one."""
    if breaks_off(after) and not breaks_off(before):
        return "the page breaks off"
    kept = sum(same_words(old.text, new.text) for old, new in pairs)
    if kept < KEPT_OF_ANOTHER * len(before.sections) and not _same_title(before, after):
        return f'another page came: "{after.title[:80]}"'
    size, left = _words_in(before.sections), _words_in(after.sections)
    if size >= SAID_SOMETHING and left < SHRUNK_TO * size:
        return f"of {size} words only {left} are left"
    if _ends_inside(before.sections, pairs, removed):
        return "the text breaks off inside a section"
    is_tail = len(removed) > 1 and list(removed) == list(before.sections[-len(removed) :])
    if is_tail and kept == len(after.sections) and left < CUT_TO * size:
        return f"the last {len(removed)} sections are missing, as when a page breaks off"
    return None


def _same_title(before: ChapterReading, after: ChapterReading) -> bool:
    return fuzz.ratio(title_key(before.title), title_key(after.title)) >= RENAMED_HEADING


def _words_in(sections: Sections) -> int:
    return sum(len(section.text.split()) for section in sections)


def _ends_inside(before: Sections, pairs: Pairs, removed: Sections) -> bool:
    """Whether the later text stops in the middle of what the earlier one said, and nothing follows."""
    if not pairs:
        return False
    old, new = pairs[-1]
    was, now = word_key(old.text), word_key(new.text)
    if len(now) >= len(was) or not was.startswith(now):
        return False
    place = next(at for at, section in enumerate(before) if section is old)
    gone = {id(section) for section in removed}
    if any(id(section) not in gone for section in before[place + 1 :]):
        return False
    return place + 1 < len(before) or (bool(SENTENCE_END.search(old.text)) and not SENTENCE_END.search(new.text))

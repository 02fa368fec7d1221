"""Compiles what one subscriber is told at one due moment: the items in reading order, and a heading for them.

A digest is a plain frozen value. Its JSON is what the database keeps, so that the same digest can be rendered
again, for Slack, mail, the terminal or a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from digests.wording import KIND_WORDS, capitalised, count_words, moment_words, month_words, section_words
from manual.reading import Amendment, AmendmentKind, Section
from subscriptions.interests import Significance

ChangeOp = Literal["equal", "removed", "added"]

REREAD_MARK = "Must re-read"

SIGNIFICANCE_WORDS = {
    Significance.REREAD: REREAD_MARK,
    Significance.CHANGED: "Changed",
    Significance.MINOR: "Minor changes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """What changed in one section of a chapter whose text is followed.

    ``parts`` are the section's words in order; its old text is "equal" and "removed" joined, its new text
    "equal" and "added".
    """

    heading: str
    parts: tuple[tuple[ChangeOp, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One amendment as one subscriber is told it.

    ``section`` is the manual's top heading it stands under, None where the contents don't have it; ``position``
    its place in the contents, for sorting. ``more_url`` leads to the whole of its details: renderers shorten
    only where there is one. ``revised``: it was told before, and the manual has changed its words since.
    ``reasons`` are verb phrases ("follows the topic Fostering").
    """

    amendment_id: int
    manual: str
    manual_name: str
    amendment: Amendment
    significance: Significance
    position: int
    section: Section | None = None
    chapter_number: str | None = None
    chapter_url: str | None = None
    more_url: str | None = None
    revised: bool = False
    section_changes: tuple[SectionChange, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Everything short there is to say: the mark, what was done and when, the sections, what is odd."""
        amendment = self.amendment
        facts = [
            REREAD_MARK if self.significance is Significance.REREAD else "",
            f"{KIND_WORDS[amendment.kind]}, {month_words(amendment.month)}",
            f"Formerly {'; '.join(amendment.former_titles)}" if amendment.former_titles else "",
            section_words(amendment.sections),
            "Please re-reference" if amendment.rereference else "",
            "Told before; the manual has changed its words since" if self.revised else "",
            amendment.oddity or "",
        ]
        return tuple(fact for fact in facts if fact)

    def to_json(self) -> dict[str, Any]:
        return {
            "amendment_id": self.amendment_id,
            "manual": self.manual,
            "manual_name": self.manual_name,
            "amendment": self.amendment.to_json(),
            "significance": int(self.significance),
            "position": self.position,
            "section": {"number": self.section.number, "title": self.section.title} if self.section else None,
            "chapter_number": self.chapter_number,
            "chapter_url": self.chapter_url,
            "more_url": self.more_url,
            "revised": self.revised,
            "section_changes": [
                {"heading": change.heading, "parts": [list(part) for part in change.parts]}
                for change in self.section_changes
            ],
            "reasons": list(self.reasons),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Item:
        typed = {
            "amendment": Amendment.from_json(document["amendment"]),
            "significance": Significance(document["significance"]),
            "section": Section(**document["section"]) if document["section"] else None,
            "section_changes": tuple(
                SectionChange(heading=change["heading"], parts=tuple((op, text) for op, text in change["parts"]))
                for change in document["section_changes"]
            ),
            "reasons": tuple(document["reasons"]),
        }
        return cls(**{**document, **typed})


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLinks:
    """Where a reader can go from a digest. ``archive_url`` is the digest itself as a page."""

    manage_url: str | None = None
    unsubscribe_url: str | None = None
    archive_url: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "manage_url": self.manage_url,
            "unsubscribe_url": self.unsubscribe_url,
            "archive_url": self.archive_url,
        }


@dataclass(frozen=True, slots=True)
class SectionGroup:
    """The items under one heading of one manual, in the manual's order."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class SignificanceGroup:
    """The part of a digest that matters equally much: "Must re-read (2)"."""

    title: str
    sections: tuple[SectionGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one subscriber gets from a run. Made by ``compile_digest``, which puts ``items`` in reading order.

    ``subscriber`` and ``frequency`` are words for readers ("#fostering-team" or "this address", never the address
    itself; "weekly"). ``about`` is the one topic it is about, in lower case, if it is about one.
    ``next_updates`` are pairs of a manual's name and the month that it announces.
    """

    key: str
    subscriber: str
    frequency: str
    due_at: datetime
    items: tuple[Item, ...]
    about: str | None = None
    next_updates: tuple[tuple[str, str], ...] = ()
    links: DigestLinks = field(default_factory=DigestLinks)

    @property
    def groups(self) -> tuple[SignificanceGroup, ...]:
        """The items by significance, must re-read first, then by section."""
        groups = []
        for significance, group in groupby(self.items, key=lambda item: item.significance):
            items = tuple(group)
            title = f"{SIGNIFICANCE_WORDS[significance]} ({len(items)})"
            groups.append(SignificanceGroup(title, tuple(self._sections(items))))
        return tuple(groups)

    def _sections(self, items: Iterable[Item]) -> Iterator[SectionGroup]:
        """Headings carry the manual's name only where there are several manuals."""
        several = len(self.manual_names) > 1
        for (name, section), group in groupby(items, key=lambda item: (item.manual_name, item.section)):
            title = (
                " ".join(filter(None, (section.number, section.title))) if section else "Elsewhere in the manual"
            )
            yield SectionGroup(f"{name}: {title}" if several else title, tuple(group))

    @property
    def manual_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.manual_name for item in self.items))

    @property
    def occasion(self) -> str:
        """ "Weekly, Monday 11 May 2026, 9:00"."""
        return capitalised(f"{self.frequency}, {moment_words(self.due_at)}")

    @property
    def shared_reasons(self) -> tuple[str, ...]:
        """Why every item is here, where all are here for the same reasons; else nothing."""
        reasons = {item.reasons for item in self.items}
        return reasons.pop() if len(reasons) == 1 else ()

    @property
    def heading(self) -> str:
        """What is in it, for a subject or a headline: "3 fostering chapters changed, 1 to re-read"."""
        chapters = _chapters(self.items)
        reread = _chapters(item for item in self.items if item.significance is Significance.REREAD)
        things = count_words(chapters, *self._nouns())
        if reread == chapters:
            return f"{things} to re-read"
        ending = f", {reread} to re-read" if reread else ""
        kinds = {item.amendment.kind for item in self.items}
        if all(item.significance is Significance.MINOR for item in self.items):
            return f"Minor changes to {things}"
        if kinds == {AmendmentKind.NEW}:
            return f"{count_words(chapters, *self._nouns('new '))}{ending}"
        return f"{things} {'removed' if kinds == {AmendmentKind.REMOVED} else 'changed'}{ending}"

    def _nouns(self, adjective: str = "") -> tuple[str, str]:
        """What the items are, one and many: most are chapters, some only links."""
        adjective += f"{self.about} " if self.about else ""
        links = sum(item.amendment.kind is AmendmentKind.LINK for item in self.items)
        if links == len(self.items):
            return f"{adjective}link", f"{adjective}links"
        return f"{adjective}chapter", f"{adjective}chapters{' and links' if links else ''}"

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "subscriber": self.subscriber,
            "frequency": self.frequency,
            "due_at": self.due_at.isoformat(),
            "items": [item.to_json() for item in self.items],
            "about": self.about,
            "next_updates": [list(each) for each in self.next_updates],
            "links": self.links.to_json(),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Digest:
        typed = {
            "due_at": datetime.fromisoformat(document["due_at"]),
            "items": tuple(Item.from_json(item) for item in document["items"]),
            "next_updates": tuple((name, month) for name, month in document["next_updates"]),
            "links": DigestLinks(**document["links"]),
        }
        return cls(**{**document, **typed})


def compile_digest(
    items: Iterable[Item],
    *,
    key: str,
    subscriber: str,
    frequency: str,
    due_at: datetime,
    next_updates: Mapping[str, str | None] | None = None,
    about: str | None = None,
    links: DigestLinks | None = None,
) -> Digest:
    """One subscriber's digest of ``items``, in reading order; ``next_updates`` maps a manual's name to a month.

    An amendment that comes twice (two subscriptions caught it) is told once, with both reasons. Raises ValueError
    where there is no item, since empty digests aren't sent, and for a ``due_at`` without a time zone.
    """
    ordered = sorted(_once_each(items), key=_reading_order)
    if not ordered:
        raise ValueError(f"digest {key}: there is nothing to tell")
    if due_at.tzinfo is None:
        raise ValueError(f"digest {key}: due_at has no time zone")
    names = dict.fromkeys(item.manual_name for item in ordered)
    announced = next_updates or {}
    return Digest(
        key=key,
        subscriber=subscriber,
        frequency=frequency,
        due_at=due_at,
        items=tuple(ordered),
        about=about,
        next_updates=tuple((name, month) for name in names if (month := announced.get(name))),
        links=links or DigestLinks(),
    )


def _once_each(items: Iterable[Item]) -> list[Item]:
    """Each amendment once, with every reason and its greatest significance, and no link but to the web."""
    by_amendment: dict[int, Item] = {}
    for item in items:
        known = by_amendment.get(item.amendment_id, item)
        by_amendment[item.amendment_id] = replace(
            known,
            reasons=tuple(dict.fromkeys((*known.reasons, *item.reasons))),
            significance=max(known.significance, item.significance),
            chapter_url=_web_address(known.chapter_url),
            more_url=_web_address(known.more_url),
        )
    return list(by_amendment.values())


def _web_address(url: str | None) -> str | None:
    """``url`` if it is one to follow: a page may hold javascript: and mailto: links, or no address at all."""
    return url if url and url.lower().startswith(("https://", "http://")) and url.isprintable() else None


def _reading_order(item: Item) -> tuple[int, str, str, bool, int, int]:
    return (
        -item.significance,
        item.manual_name,
        item.manual,
        item.section is None,
        item.position,
        item.amendment_id,
    )


def _chapters(items: Iterable[Item]) -> int:
    """How many chapters; one that was amended twice counts once, one without its title for itself."""
    return len({(item.manual, item.amendment.title or item.amendment_id) for item in items})

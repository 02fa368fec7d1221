"""What one visit to a source said: the types that `read` makes and everything else uses.

All are plain frozen values: no I/O, no clock. ``to_json``/``from_json`` turn them into the documents of the
command line's contract and back; what is stored in the database is the same document.
Months are "YYYY-MM" strings, so that they sort.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class AmendmentKind(StrEnum):
    """What an amendment says was done to a chapter."""

    UPDATED = "updated"
    NEW = "new"
    REMOVED = "removed"
    REPLACED = "replaced"
    """Retitled, merged, moved or put in the place of another; ``former_titles`` names what it was."""
    LINK = "link"
    """Not a chapter: a link to a document or a site was added or changed."""


class Flag(StrEnum):
    """A word printed behind a chapter in the contents."""

    UPDATED = "updated"
    NEW = "new"
    UNDER_REVIEW = "under review"
    TO_FOLLOW = "to follow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One entry of an amendments list, as the page tells it.

    ``month`` is the heading it stands under, None where the page lost it; ``title`` is None where the page lost
    it (never guessed). ``details`` keeps the page's words, paragraphs parted by a newline. ``sections`` are the
    chapter's own section numbers ("5.2.5"), never a statute's. ``oddity`` says what was odd about the entry
    ("listed under Updated, but its words say that it is new"), None mostly.
    """

    month: str | None
    kind: AmendmentKind
    title: str | None
    details: str
    sections: tuple[str, ...] = ()
    reread: bool = False
    rereference: bool = False
    url: str | None = None
    former_titles: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    """Where the title was lost and the contents are known: the chapters it could be, likeliest first."""
    oddity: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The entry as the command line prints it. The first seven keys are the contract's, always there."""
        entry: dict[str, Any] = {
            "month": self.month,
            "kind": str(self.kind),
            "title": self.title,
            "details": self.details,
            "sections": list(self.sections),
            "reread": self.reread,
            "url": self.url,
        }
        if self.rereference:
            entry["rereference"] = True
        if self.former_titles:
            entry["former_titles"] = list(self.former_titles)
        if self.candidates:
            entry["candidates"] = list(self.candidates)
        if self.oddity is not None:
            entry["oddity"] = self.oddity
        return entry

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> Amendment:
        """The inverse of ``to_json``; keys that were left out take their defaults."""
        return cls(
            month=entry["month"],
            kind=AmendmentKind(entry["kind"]),
            title=entry["title"],
            details=entry["details"],
            sections=tuple(entry.get("sections", ())),
            reread=entry.get("reread", False),
            rereference=entry.get("rereference", False),
            url=entry.get("url"),
            former_titles=tuple(entry.get("former_titles", ())),
            candidates=tuple(entry.get("candidates", ())),
            oddity=entry.get("oddity"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentsReading:
    """An amendments page. ``entries`` are in the page's order; ``archives`` are addresses of older years' pages.

    ``edition`` is whatever cheaply tells one edition of the page from another ("v85", "Last Updated: …").
    ``oddities`` are sentences for an operator about the page as a whole.
    """

    kind: ClassVar[str] = "amendments"
    entries: tuple[Amendment, ...]
    next_update: str | None = None
    archives: tuple[str, ...] = ()
    edition: str | None = None
    oddities: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "kind": self.kind,
            "next_update": self.next_update,
            "entries": [entry.to_json() for entry in self.entries],
        }
        return _with_optional(document, archives=self.archives, edition=self.edition, oddities=self.oddities)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> AmendmentsReading:
        return cls(
            entries=tuple(Amendment.from_json(entry) for entry in document["entries"]),
            next_update=document.get("next_update"),
            archives=tuple(document.get("archives", ())),
            edition=document.get("edition"),
            oddities=tuple(document.get("oddities", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the contents. ``number`` is None where the manual numbers nothing."""

    number: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter as the contents list it. Known by its link's slug or its title, never by its number.

    ``section`` is the number of the innermost heading it stands under (its title where it has no number).
    ``note`` is what stands in brackets on the next line; ``updated_on`` an ISO date where the contents give one.
    """

    number: str | None
    title: str
    url: str | None = None
    flags: tuple[Flag, ...] = ()
    section: str | None = None
    note: str | None = None
    updated_on: str | None = None

    def to_json(self) -> dict[str, Any]:
        chapter: dict[str, Any] = {
            "number": self.number,
            "title": self.title,
            "url": self.url,
            "flags": [str(flag) for flag in self.flags],
            "section": self.section,
        }
        if self.note is not None:
            chapter["note"] = self.note
        if self.updated_on is not None:
            chapter["updated_on"] = self.updated_on
        return chapter

    @classmethod
    def from_json(cls, chapter: dict[str, Any]) -> Chapter:
        return cls(
            number=chapter["number"],
            title=chapter["title"],
            url=chapter.get("url"),
            flags=tuple(Flag(flag) for flag in chapter.get("flags", ())),
            section=chapter.get("section"),
            note=chapter.get("note"),
            updated_on=chapter.get("updated_on"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeAlso:
    """A "See also" line of the contents: ``section`` is the heading it stands under, None at the very top."""

    section: str | None
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsReading:
    """A contents page, everything in the page's own order. ``sections`` hold the headings of every depth."""

    kind: ClassVar[str] = "contents"
    sections: tuple[Section, ...]
    chapters: tuple[Chapter, ...]
    see_also: tuple[SeeAlso, ...] = ()
    edition: str | None = None
    oddities: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "kind": self.kind,
            "sections": [{"number": each.number, "title": each.title} for each in self.sections],
            "chapters": [chapter.to_json() for chapter in self.chapters],
            "see_also": [{"section": each.section, "text": each.text, "url": each.url} for each in self.see_also],
        }
        return _with_optional(document, edition=self.edition, oddities=self.oddities)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> ContentsReading:
        return cls(
            sections=tuple(Section(number=each["number"], title=each["title"]) for each in document["sections"]),
            chapters=tuple(Chapter.from_json(chapter) for chapter in document["chapters"]),
            see_also=tuple(
                SeeAlso(section=each["section"], text=each["text"], url=each.get("url"))
                for each in document.get("see_also", ())
            ),
            edition=document.get("edition"),
            oddities=tuple(document.get("oddities", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterSection:
    """A numbered section of a chapter; ``number`` is None where the page's source holds none."""

    number: str | None
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterReading:
    """A chapter's page: its own text in sections, nothing of the page's furniture.

    ``amendment`` is the text of the chapter's own amendment box; ``related`` the lines under related guidance
    and chapters; ``updated_on`` the ISO date that the new platform prints.
    """

    kind: ClassVar[str] = "chapter"
    title: str
    sections: tuple[ChapterSection, ...]
    amendment: str | None = None
    related: tuple[str, ...] = ()
    updated_on: str | None = None
    oddities: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "sections": [
                {"number": each.number, "heading": each.heading, "text": each.text} for each in self.sections
            ],
        }
        return _with_optional(
            document,
            amendment=self.amendment,
            related=self.related,
            updated_on=self.updated_on,
            oddities=self.oddities,
        )

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> ChapterReading:
        return cls(
            title=document["title"],
            sections=tuple(
                ChapterSection(number=each["number"], heading=each["heading"], text=each["text"])
                for each in document["sections"]
            ),
            amendment=document.get("amendment"),
            related=tuple(document.get("related", ())),
            updated_on=document.get("updated_on"),
            oddities=tuple(document.get("oddities", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A heading of a prose page and the text under it, paragraphs parted by a newline."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesReading:
    """A prose page: no amendments, its headings and paragraphs."""

    kind: ClassVar[str] = "notices"
    notices: tuple[Notice, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "notices": [{"heading": each.heading, "text": each.text} for each in self.notices],
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> NoticesReading:
        return cls(
            notices=tuple(Notice(heading=each["heading"], text=each["text"]) for each in document["notices"])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An item of an RSS or Atom feed. ``id`` is its own, or made from its link, or from its words.

    ``published`` and ``updated`` are ISO dates and times in UTC, None where the feed gives none.
    """

    id: str
    title: str | None
    details: str
    url: str | None = None
    published: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """An RSS or Atom feed, its entries in its own order."""

    kind: ClassVar[str] = "feed"
    title: str | None
    entries: tuple[FeedEntry, ...]
    oddities: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "entries": [
                {
                    "id": each.id,
                    "title": each.title,
                    "details": each.details,
                    "url": each.url,
                    "published": each.published,
                    "updated": each.updated,
                }
                for each in self.entries
            ],
        }
        return _with_optional(document, oddities=self.oddities)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> FeedReading:
        return cls(
            title=document["title"],
            entries=tuple(FeedEntry(**each) for each in document["entries"]),
            oddities=tuple(document.get("oddities", ())),
        )


Reading = AmendmentsReading | ContentsReading | ChapterReading | NoticesReading | FeedReading

READING_TYPES: dict[str, type[Reading]] = {
    each.kind: each for each in (AmendmentsReading, ContentsReading, ChapterReading, NoticesReading, FeedReading)
}


def reading_from_json(document: dict[str, Any]) -> Reading:
    """A stored or printed document turned back into a reading; its ``kind`` says which.

    Raises KeyError for a kind that isn't one: the document was not written by ``to_json``.
    """
    return READING_TYPES[document["kind"]].from_json(document)


def _with_optional(document: dict[str, Any], **optional: object) -> dict[str, Any]:
    """Add what is there; leave out what is empty, so that documents stay as short as the contract's."""
    for key, value in optional.items():
        if value:
            document[key] = list(value) if isinstance(value, tuple) else value
    return document

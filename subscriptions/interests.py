"""What a subscription may follow, and how much a change matters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from manual.identity import fold, title_key
from subscriptions.errors import BadInterest
from subscriptions.phrases import Phrase
from subscriptions.topics import Topics

_NUMBER = re.compile(r"(\d+(?:\.\d+)*[a-z]?)\.?")
_FORMS = (
    "write a topic, topic:Fostering, section:4.2, section:Fostering Services, chapter:Staying Put, "
    "phrase:private fostering or everything."
)


class Follows(StrEnum):
    """What kind of thing is followed."""

    TOPIC = "topic"
    SECTION = "section"
    CHAPTER = "chapter"
    PHRASE = "phrase"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Interest:
    """One thing that is followed or left out; two that mean the same are equal.

    ``value`` is a topic's id; a section's number or the key of its title; the key of a chapter's title; a folded
    phrase; empty for everything. Keys are those of `manual.identity.title_key`.
    """

    follows: Follows
    value: str = ""

    @classmethod
    def topic(cls, id_: str) -> Interest:
        return cls(Follows.TOPIC, id_)

    @classmethod
    def section(cls, number_or_title: str) -> Interest:
        number = _NUMBER.fullmatch(number_or_title)
        return cls(Follows.SECTION, number[1] if number else title_key(number_or_title))

    @classmethod
    def chapter(cls, title: str) -> Interest:
        return cls(Follows.CHAPTER, title_key(title))

    @classmethod
    def phrase(cls, text: str) -> Interest:
        """Raises ValueError for a text without words."""
        return cls(Follows.PHRASE, fold(Phrase.read(text).text))


EVERYTHING = Interest(Follows.EVERYTHING)


class Significance(IntEnum):
    """How much an amendment matters to a reader; a subscription names the least that it wants to hear of."""

    MINOR = 1
    CHANGED = 2
    REREAD = 3

    @property
    def words(self) -> str:
        """How people call it."""
        return {Significance.MINOR: "minor", Significance.CHANGED: "changed", Significance.REREAD: "must re-read"}[
            self
        ]


def parse_interest(text: str, topics: Topics) -> Interest:
    """What somebody wants to follow: a topic as people call it, "kind:value", or "everything".

    Raises UnknownTopic, which knows the nearest, and BadInterest, which says what can be written.
    """
    kind, colon, value = (part.strip() for part in text.partition(":"))
    if fold(kind) in ("everything", "all") and not value:
        return EVERYTHING
    if not colon:
        kind, value = Follows.TOPIC, kind
    if _NUMBER.fullmatch(value) and kind == Follows.TOPIC:
        raise BadInterest(f"“{value}” is a number; write section:{value} for a section of the contents.")
    try:
        return _interest(Follows(fold(kind)), value, topics)
    except ValueError:
        raise BadInterest(f"“{text.strip()}” can't be followed; {_FORMS}") from None


def _interest(follows: Follows, value: str, topics: Topics) -> Interest:
    """Raises ValueError where the value has no words, UnknownTopic where it is no topic's name."""
    if not title_key(value) or follows is Follows.EVERYTHING:
        raise ValueError(value)
    match follows:
        case Follows.TOPIC:
            return Interest.topic(topics.called(value).id)
        case Follows.SECTION:
            return Interest.section(value)
        case Follows.CHAPTER:
            return Interest.chapter(value)
        case Follows.PHRASE:
            return Interest.phrase(value)

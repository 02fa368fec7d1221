"""What topics there are, and which of them an amendment belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from rapidfuzz import fuzz, process

from subscriptions.errors import UnknownTopic
from subscriptions.phrases import Phrase, Spelling, name_key, wording, wording_of_sentences, words_of
from subscriptions.topics_file import TopicEntry, TopicsFile, load_topics_file

NEAR = 75.0
"""How alike (0-100) a name must be to be offered as "did you mean"."""
SHORT = 4
"""Letters up to which a name is like every word that happens to hold it: "PA" is not meant by "parking"."""

NONE_KNOWN: Mapping[str, Sequence[str]] = MappingProxyType({})

_ACRONYM = re.compile(r"[A-Z][A-Za-z&+-]*[A-Z+][A-Za-z+]*")
# "Section 7, Reviews has been updated" names a section of the chapter; only "Section 7 reports" are a law's.
_OWN_SECTION = re.compile(r"\bsections? \d+(?:\.\d+)*[a-z]?,", re.IGNORECASE)


class Where(StrEnum):
    """Where an amendment says what a topic looks for."""

    TITLE = "title"
    FORMER_TITLE = "former title"
    CANDIDATE = "title that it could have"
    SECTION = "section"
    DETAILS = "details"
    DETAILS_ALONE = "details, the title being lost"


_DETAILS = frozenset((Where.DETAILS, Where.DETAILS_ALONE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an amendment belongs to a topic: which phrase stands where."""

    topic: str
    phrase: str
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a team follows. ``id`` never changes; everything else may."""

    id: str
    name: str
    also: tuple[str, ...]
    covers: str
    title: tuple[Phrase, ...] = field(repr=False)
    whole_title: tuple[Phrase, ...] = field(repr=False)
    sections: tuple[Phrase, ...] = field(repr=False)
    details: tuple[Phrase, ...] = field(repr=False)
    but_not: tuple[Phrase, ...] = field(repr=False)

    @classmethod
    def read(cls, id_: str, entry: TopicEntry) -> Topic:
        return cls(
            id=id_,
            name=entry.name,
            also=entry.also,
            covers=entry.covers.strip(),
            title=_phrases(entry.title),
            whole_title=_phrases(entry.whole_title),
            sections=_phrases(entry.sections),
            details=_phrases(entry.details),
            but_not=_phrases(entry.but_not),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that people call it, its id first."""
        return (self.id, self.name, *self.also)

    @property
    def _telling_titles(self) -> tuple[Phrase, ...]:
        """The phrases for titles that say as much in running text: a single word is too often said in passing."""
        return tuple(phrase for phrase in self.title if phrase.several_words)

    def reason(self, where: Where, said: str) -> Reason | None:
        """Why this wording makes an amendment belong to this topic; None where it doesn't."""
        for exception in self.but_not:
            said = exception.struck_from(said)
        match where:
            case Where.SECTION:
                found = _first_within(self.sections, said)
            case Where.DETAILS:
                found = _first_within(self.details, said)
            case Where.DETAILS_ALONE:
                found = _first_within(self.details + self._telling_titles, said)
            case _:
                found = _first_within(self.title, said) or _first_whole(self.whole_title, said)
        return Reason(topic=self.id, phrase=found.text, where=where) if found else None


class Topics:
    """The topics of an installation, in the order of their file, their phrases compiled once.

    ``acronyms`` say what stands for what ("MACE": ["child exploitation"]); they are asked where a title's own
    words say nothing.
    """

    def __init__(self, file: TopicsFile, *, acronyms: Mapping[str, Sequence[str]] = NONE_KNOWN) -> None:
        self._topics = {id_: Topic.read(id_, entry) for id_, entry in file.topics.items()}
        self._in_passing = _phrases(file.in_passing)
        self._adults_title = _phrases(file.adults.title)
        self._adults_details = _phrases(file.adults.details)
        self._children = _phrases(file.adults.unless)
        self._spell = Spelling(_vocabulary(self._topics.values())).meant
        self._acronyms = acronyms
        self._called = {name_key(name): topic for topic in reversed(tuple(self)) for name in topic.names}
        self._called |= {name_key(topic.id): topic for topic in self}

    @classmethod
    def load(cls, own: Path | None = None, *, acronyms: Mapping[str, Sequence[str]] = NONE_KNOWN) -> Topics:
        """The shipped topics, changed by a council's own file (``Settings.topics_file``). Raises ConfigError."""
        return cls(load_topics_file(own), acronyms=acronyms)

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def __len__(self) -> int:
        return len(self._topics)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._topics

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._topics)

    def get(self, id_: str) -> Topic:
        """The topic with this id. Raises KeyError."""
        return self._topics[id_]

    def called(self, word: str) -> Topic:
        """The topic that people call so: its id, its name or what they also say; a slip is not guessed at, since
        somebody may be about to subscribe to it. Raises UnknownTopic, which knows the nearest."""
        topic = self._called.get(name_key(word))
        if topic is None:
            raise UnknownTopic(word, tuple(near.name for near in self.nearest(word)), self.ids)
        return topic

    def nearest(self, word: str, limit: int = 3) -> tuple[Topic, ...]:
        """Topics that somebody who typed this may have meant, likeliest first; none where nothing is like it."""
        names = [(name.lower(), topic) for topic in self for name in topic.names]
        choices = [name for name, _ in names if len(name) >= SHORT or len(word) <= SHORT]
        found = process.extract(word.lower(), choices, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=None)
        topic_of = dict(reversed(names))
        return tuple(dict.fromkeys(topic_of[name] for name, _, _ in found))[:limit]

    def topics_of(
        self,
        title: str | None,
        details: str,
        *,
        section: str | None = None,
        former_titles: Iterable[str] = (),
        candidates: Iterable[str] = (),
    ) -> tuple[str, ...]:
        """The ids of the topics an amendment belongs to, in the file's order: the topics of ``reasons``."""
        found = self.reasons(title, details, section=section, former_titles=former_titles, candidates=candidates)
        return tuple(reason.topic for reason in found)

    def reasons(
        self,
        title: str | None,
        details: str,
        *,
        section: str | None = None,
        former_titles: Iterable[str] = (),
        candidates: Iterable[str] = (),
    ) -> tuple[Reason, ...]:
        """Why an amendment belongs to each of its topics, one reason a topic, in the file's order.

        The chapter is judged by its title, by the titles it had, and by the title of its ``section`` of the
        contents; the details add a topic only with phrases that are never said in passing. Where the title was
        lost, the details are asked for everything and, where they say nothing, the chapters that it could be
        (``candidates``).
        """
        titles = [(Where.TITLE, title)] if title is not None else []
        titles += [(Where.FORMER_TITLE, each) for each in former_titles]
        told = [(where, self._wording(each)) for where, each in titles]
        if not self._judged(told):
            told += [(where, self._wording(name)) for where, each in titles for name in self._stands_for(each)]
        if section is not None:
            told.append((Where.SECTION, self._wording(section)))
        told.append(
            (Where.DETAILS if title is not None else Where.DETAILS_ALONE, self._wording_of_details(details))
        )
        found = self._judged(told)
        if found or title is not None:
            return found
        return self._judged([(Where.CANDIDATE, self._wording(each)) for each in candidates])

    def _stands_for(self, title: str) -> Iterator[str]:
        """What the acronyms in a title stand for."""
        for word in _ACRONYM.findall(title):
            yield from self._acronyms.get(word, ())

    def _judged(self, texts: list[tuple[Where, str]]) -> tuple[Reason, ...]:
        if self._for_adults(texts):
            return ()
        first_reasons = (
            next((reason for where, said in texts if (reason := topic.reason(where, said))), None)
            for topic in self
        )
        return tuple(reason for reason in first_reasons if reason is not None)

    def _for_adults(self, texts: list[tuple[Where, str]]) -> bool:
        for_adults = any(
            _first_within(self._adults_details if where in _DETAILS else self._adults_title, said)
            for where, said in texts
        )
        return for_adults and not any(_first_within(self._children, said) for _, said in texts)

    def _wording(self, title: str) -> str:
        return wording(title, self._spell)

    def _wording_of_details(self, details: str) -> str:
        said = wording_of_sentences(_OWN_SECTION.sub(" ", details), self._spell)
        for phrase in self._in_passing:
            said = phrase.struck_from(said)
        return said


def _phrases(texts: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase.read(text) for text in texts)


def _first_within(phrases: Iterable[Phrase], said: str) -> Phrase | None:
    return next((phrase for phrase in phrases if phrase.within(said)), None)


def _first_whole(phrases: Iterable[Phrase], said: str) -> Phrase | None:
    return next((phrase for phrase in phrases if phrase.is_whole(said)), None)


def _vocabulary(topics: Iterable[Topic]) -> Iterator[str]:
    """Every word that some topic looks for in a title or in details."""
    for topic in topics:
        for phrase in (*topic.title, *topic.whole_title, *topic.sections, *topic.details):
            yield from words_of(phrase.text)

"""The file of topics: what may stand in it, and how a council's own file changes the shipped one."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from config.files import SHIPPED, ConfigError, FileModel, load_toml
from subscriptions.phrases import Phrase

SHIPPED_TOPICS = SHIPPED / "topics.toml"


def _readable(text: str) -> str:
    Phrase.read(text)
    return text


PhraseText = Annotated[str, AfterValidator(_readable)]
TopicId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = tuple[PhraseText, ...]


class TopicPhrases(FileModel):
    """What makes chapters and amendments belong to a topic; the shipped file's head says what each key is for."""

    also: Words = ()
    title: Words = ()
    whole_title: Words = ()
    sections: Words = ()
    details: Words = ()
    but_not: Words = ()


class Extension(TopicPhrases):
    """What a council's own file adds to a topic that it otherwise keeps."""

    name: str | None = Field(None, min_length=1)
    covers: str | None = Field(None, min_length=1)


class TopicEntry(TopicPhrases):
    """A topic; known by its id, which is the key that it stands under."""

    name: str = Field(min_length=1)
    covers: str = Field(min_length=1)

    def extended(self, extension: Extension) -> TopicEntry:
        """This topic with more phrases, and with another name or description where one is given."""
        more = {key: getattr(self, key) + getattr(extension, key) for key in TopicPhrases.model_fields}
        return self.model_copy(
            update={**more, "name": extension.name or self.name, "covers": extension.covers or self.covers}
        )


class AdultsEntry(FileModel):
    """How a chapter for adult social care is known, and the words that make it everybody's again."""

    title: Words = ()
    details: Words = ()
    unless: Words = ()

    def joined(self, more: AdultsEntry) -> AdultsEntry:
        return AdultsEntry(
            title=self.title + more.title, details=self.details + more.details, unless=self.unless + more.unless
        )


class TopicsFile(FileModel):
    """A whole file. The shipped one has no ``extend`` and no ``leave_out``."""

    in_passing: Words = ()
    adults: AdultsEntry = AdultsEntry()
    topics: dict[TopicId, TopicEntry] = Field(default_factory=dict)
    extend: dict[TopicId, Extension] = Field(default_factory=dict)
    leave_out: tuple[TopicId, ...] = ()


def load_topics_file(own: Path | None = None) -> TopicsFile:
    """The shipped topics, changed by a council's own file where there is one.

    Its topics of the same id win, new ones stand behind the shipped ones. Raises ConfigError.
    """
    shipped = load_toml(SHIPPED_TOPICS, TopicsFile)
    if own is None:
        return shipped
    return _merged(shipped, load_toml(own, TopicsFile), own)


def _merged(shipped: TopicsFile, own: TopicsFile, path: Path) -> TopicsFile:
    topics = shipped.topics | own.topics
    for key, ids in (("extend", own.extend), ("leave_out", own.leave_out)):
        for id_ in ids:
            if id_ not in topics:
                raise ConfigError(f"{path}: {key} names {id_!r}, which is no topic; {_known(id_, topics)}")
    for id_, extension in own.extend.items():
        topics[id_] = topics[id_].extended(extension)
    return TopicsFile(
        in_passing=shipped.in_passing + own.in_passing,
        adults=shipped.adults.joined(own.adults),
        topics={id_: entry for id_, entry in topics.items() if id_ not in own.leave_out},
    )


def _known(id_: str, topics: dict[str, TopicEntry]) -> str:
    near = difflib.get_close_matches(id_, topics, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known topics: {', '.join(topics)}"

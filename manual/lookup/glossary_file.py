"""The glossary as files: the one that comes with Chapterwatch, and a council's own, which wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import Field

from config.files import SHIPPED, ConfigError, FileModel, load_toml
from manual.lookup.words import stems_of

Questions = dict[str, tuple[str, ...]]


class Concept(FileModel):
    """One entry; the head of ``config/glossary.toml`` says what each key is for."""

    name: str
    also: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    source: str | None = None
    outside: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


class Alike(FileModel):
    """Words that are one word in what people ask."""

    words: tuple[str, ...]


class GlossaryFile(FileModel):
    """``config/glossary.toml`` and ``config/questions.toml``, or a council's own with both in one.

    ``questions`` are what people typed who meant a concept, by its name.
    """

    concept: tuple[Concept, ...] = ()
    alike: tuple[Alike, ...] = ()
    questions: Questions = Field(default_factory=dict)


def read_glossary(own: Path | None = None) -> GlossaryFile:
    """The shipped glossary, and a council's ``own`` file over it. Raises config.files.ConfigError.

    An own entry replaces the shipped one of the same name, and takes its names and asked words from all others.
    Own questions are added to the concept that they name.
    """
    shipped = load_toml(SHIPPED / "glossary.toml", GlossaryFile)
    asked = load_toml(SHIPPED / "questions.toml", GlossaryFile).questions
    if own is None:
        return shipped.model_copy(update={"questions": asked})
    mine = load_toml(own, GlossaryFile)
    concepts = (*mine.concept, *_without(shipped.concept, mine.concept))
    _refuse_unknown(mine.questions, concepts, own)
    return GlossaryFile(
        concept=concepts,
        alike=(*shipped.alike, *mine.alike),
        questions={
            name: (*mine.questions.get(name, ()), *asked.get(name, ()))
            for name in dict.fromkeys((*mine.questions, *asked))
        },
    )


def _without(shipped: Iterable[Concept], mine: Sequence[Concept]) -> Iterator[Concept]:
    """The shipped concepts, less what the council's own say."""
    replaced = {tuple(stems_of(concept.name)) for concept in mine}
    taken = {tuple(stems_of(each)) for concept in mine for each in (*concept.names, *concept.asked)}
    for concept in shipped:
        if tuple(stems_of(concept.name)) not in replaced:
            kept = {
                key: tuple(each for each in getattr(concept, key) if tuple(stems_of(each)) not in taken)
                for key in ("also", "asked")
            }
            yield concept.model_copy(update=kept)


def _refuse_unknown(questions: Mapping[str, object], concepts: Iterable[Concept], path: Path) -> None:
    """Say so where questions are of a concept that there isn't. Raises ConfigError."""
    names = [concept.name for concept in concepts]
    for name in questions:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "give it an entry of its own, [[concept]]"
            raise ConfigError(f"{path}: questions of {name!r}, which is no concept; {hint}")

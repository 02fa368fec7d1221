"""What looking up gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from manual.lookup.index import Kind, Place

NEAR_THE_BEST = 0.6
"""Beside a sure answer only those are worth a line that come so near to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A chapter, a heading, or a "See also" entry with the number of its section. ``score`` goes from 0 to 1."""

    manual: str
    kind: Kind
    number: str | None
    title: str
    url: str | None
    score: float
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, manual: str, place: Place, score: float, reasons: tuple[str, ...]) -> Answer:
        return cls(
            manual=manual,
            kind=place.kind,
            number=place.number,
            title=place.title,
            url=place.url,
            score=round(score, 3),
            reasons=reasons,
        )

    def to_json(self, *, explain: bool = False) -> dict[str, Any]:
        """The answer as the command line prints it."""
        answer = {"number": self.number, "title": self.title, "url": self.url, "score": self.score}
        return {**answer, "reasons": list(self.reasons)} if explain else answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was found, best first; none where nothing fits. ``confident`` is said of the first one."""

    query: str
    answers: tuple[Answer, ...] = ()
    confident: bool = False

    @property
    def worth_telling(self) -> tuple[Answer, ...]:
        """What people are told: where it is sure what was meant, of the others only those that come near."""
        least = NEAR_THE_BEST * self.answers[0].score if self.confident else 0.0
        return tuple(each for each in self.answers if each.score >= least)

    def to_json(self, *, explain: bool = False) -> dict[str, Any]:
        """The document of the command line's contract; with ``explain`` each answer says why."""
        answers = [answer.to_json(explain=explain) for answer in self.answers]
        return {"query": self.query, "answers": answers, "confident": self.confident}

"""What a question gives, at whichever door it is asked: chapters, or the nearest topics and the contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.shelf import ManualAtHand, Shelf
from manual.lookup.answers import Answer, Answers
from manual.lookup.misses import Outcome
from subscriptions.topics import Topic, Topics

NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """``sure``: the first answer is what was meant. ``topics`` are the nearest where there is no answer.

    ``contents`` are the names and addresses of the contents that were looked in.
    """

    query: str
    answers: tuple[Answer, ...]
    sure: bool
    topics: tuple[Topic, ...] = ()
    contents: tuple[tuple[str, str], ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """What kind of miss this is; None where what was meant is sure."""
        if not self.answers:
            return Outcome.NOTHING
        return None if self.sure else Outcome.UNSURE


def find(shelf: Shelf, manuals: Sequence[ManualAtHand], query: str, topics: Topics) -> Findings:
    """What answers a query in these manuals: one, or every one of the shelf."""
    contents = tuple((each.name, each.url) for each in manuals)
    return findings_of(shelf.look_up(query, manuals), topics, contents)


def findings_of(answers: Answers, topics: Topics, contents: tuple[tuple[str, str], ...]) -> Findings:
    """The answers as people are told them."""
    return Findings(
        query=answers.query,
        answers=answers.worth_telling,
        sure=answers.confident,
        topics=() if answers.answers else nearest_topics(answers.query, topics),
        contents=contents,
    )


def nearest_topics(query: str, topics: Topics) -> tuple[Topic, ...]:
    """The topics that a chapter of this title would belong to, then those that are called alike."""
    own = (topics.called(id_) for id_ in topics.topics_of(query, ""))
    return tuple({topic.id: topic for topic in (*own, *topics.nearest(query))}.values())[:NEAREST]

"""How well queries were answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from manual.lookup.lookup import Answers
from tests.lookup.queries import Query


@dataclass(slots=True)
class Marks:
    """Counts of queries, and of what became of them."""

    answerable: int = 0
    right_first: int = 0
    in_three: int = 0
    unanswerable: int = 0
    said_nothing: int = 0
    falsely_sure: int = 0
    """Of the unanswerable, those that got a confident chapter."""
    confident: int = 0
    confident_right: int = 0

    def add(self, query: Query, answers: Answers) -> None:
        """Mark one query's answers."""
        numbers = [answer.number for answer in answers.answers]
        is_right = bool(numbers) and numbers[0] in query.acceptable
        self.confident += answers.confident
        self.confident_right += answers.confident and is_right
        if query.acceptable:
            self.answerable += 1
            self.right_first += is_right
            self.in_three += any(number in query.acceptable for number in numbers[:3])
        else:
            self.unanswerable += 1
            self.said_nothing += not numbers
            self.falsely_sure += answers.confident


def share(part: int, whole: int) -> float:
    """A share; all where there is nothing to share."""
    return part / whole if whole else 1.0


def marks(queries: Iterable[Query], look_up: Callable[[str, str], Answers]) -> Marks:
    """The marks of queries; ``look_up`` takes the text and the manual."""
    total = Marks()
    for query in queries:
        total.add(query, look_up(query.text, query.manual))
    return total

"""Prints how well the shipped topics judge labelled titles and amendments: ``python -m tests.topics.score``.

Names of sets choose some of them; ``--wrong`` lists what was judged wrongly, never of a held-back set.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from subscriptions.topics import Topics
from tests.topics.labels import HERE, SEEDS, Labelled, labelled_titles, seed_amendments, written_amendments

HELD_BACK = "held-back"
SETS: dict[str, Callable[[], list[Labelled]]] = {
    "building": lambda: labelled_titles(HERE / "building.tsv"),
    HELD_BACK: lambda: labelled_titles(HERE / "held-back.tsv"),
    "examples": lambda: labelled_titles(SEEDS.parent / "examples" / "topics.tsv"),
    "written": written_amendments,
    "seeds": seed_amendments,
}


@dataclass(slots=True)
class Score:
    """Counts of single judgements: topics given rightly (must or may), given wrongly, and missed (must)."""

    right: int = 0
    wrong: int = 0
    found: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0


def score_by_topic(labelled: Iterable[Labelled], topics: Topics) -> dict[str, Score]:
    """A score a topic, in the file's order."""
    scores = {id_: Score() for id_ in topics.ids}
    for each in labelled:
        given = topics.topics_of(each.title, each.details)
        for id_, score in scores.items():
            score.right += id_ in given and id_ in each.must | each.may
            score.wrong += id_ in given and id_ not in each.must | each.may
            score.found += id_ in given and id_ in each.must
            score.missed += id_ not in given and id_ in each.must
    return scores


def total(scores: Iterable[Score]) -> Score:
    whole = Score()
    for each in scores:
        whole.right += each.right
        whole.wrong += each.wrong
        whole.found += each.found
        whole.missed += each.missed
    return whole


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"any of {', '.join(SETS)}")
    parser.add_argument("--wrong", action="store_true", help="list what was judged wrongly")
    asked = parser.parse_args()
    console, topics = Console(), Topics.load()
    for name in asked.sets or SETS:
        labelled = SETS[name]()
        console.print(_table(f"{name}: {len(labelled)} labelled", score_by_topic(labelled, topics)))
        if asked.wrong and name != HELD_BACK:
            for each in labelled:
                _print_wrong(console, each, topics)


def _table(title: str, scores: dict[str, Score]) -> Table:
    table = Table("topic", "precision", "recall", "wrong", "missed", title=title)
    for id_, score in (*scores.items(), ("all", total(scores.values()))):
        table.add_row(
            id_, f"{score.precision:.3f}", f"{score.recall:.3f}", str(score.wrong or ""), str(score.missed or "")
        )
    return table


def _print_wrong(console: Console, each: Labelled, topics: Topics) -> None:
    reasons = {reason.topic: reason for reason in topics.reasons(each.title, each.details)}
    wrong = [
        f"{reason.topic} by “{reason.phrase}” in {reason.where}"
        for id_, reason in reasons.items()
        if id_ not in each.must | each.may
    ]
    missed = sorted(each.must - reasons.keys())
    if wrong or missed:
        console.print(
            f"{each.title or each.details}\n    wrong: {'; '.join(wrong)}\n    missed: {', '.join(missed)}"
        )


if __name__ == "__main__":
    main()

"""The shipped topics judge labelled titles and amendments at least this well."""

from collections.abc import Callable

import pytest

from subscriptions.topics import Topics
from tests.topics.labels import HERE, SEEDS, Labelled, labelled_titles, seed_amendments, written_amendments
from tests.topics.score import Score, score_by_topic, total

TOPICS = Topics.load()

needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the real pages are not beside the project")


@pytest.mark.parametrize(
    ("labelled", "precision", "recall"),
    [
        pytest.param(lambda: labelled_titles(HERE / "building.tsv"), 0.98, 0.99, id="building"),
        pytest.param(lambda: labelled_titles(HERE / "held-back.tsv"), 0.95, 0.97, id="held-back"),
        pytest.param(written_amendments, 0.97, 0.98, id="written"),
        pytest.param(
            lambda: labelled_titles(SEEDS.parent / "examples" / "topics.tsv"),
            0.97,
            0.97,
            id="examples",
            marks=needs_seeds,
        ),
        pytest.param(seed_amendments, 0.98, 0.99, id="seeds", marks=needs_seeds),
    ],
)
def test_the_topics_judge_well(labelled: Callable[[], list[Labelled]], precision: float, recall: float) -> None:
    score = total(score_by_topic(labelled(), TOPICS).values())
    assert score.precision >= precision
    assert score.recall >= recall


def test_a_score_counts_may_as_right_and_only_must_as_missed() -> None:
    labelled = [
        Labelled(
            title="Staying Put",
            details="",
            must=frozenset({"fostering", "court"}),
            may=frozenset({"leaving-care"}),
        ),
        Labelled(title="Adoption Panel", details="", must=frozenset(), may=frozenset()),
    ]
    assert total(score_by_topic(labelled, TOPICS).values()) == Score(right=2, wrong=1, found=1, missed=1)

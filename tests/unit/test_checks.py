"""How doctor tells of topics that no chapter belongs to."""

from __future__ import annotations

from bot.checks import empty_topics
from subscriptions.topics import Topics


def test_topics_without_chapters_are_told_together_but_those_that_are_followed() -> None:
    topics = list(Topics.load())
    followed, *others = topics
    first, rest = empty_topics("westmere", topics, {followed.id})
    assert f"the topic {followed.name}; whoever follows it" in first.words
    assert all(other.name in rest.words for other in others)
    assert followed.name not in rest.words.split(": ", 2)[2].split(", ")

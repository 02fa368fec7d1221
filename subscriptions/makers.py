"""Who made a subscription, in the words that are noted with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

THE_SUBSCRIBER = "the subscriber"
"""How the words begin where somebody subscribed their own address: "the subscriber, by mail"."""

_SLACK = "slack-user:"


def slack_maker(*, team: str, user: str) -> str:
    """The words for somebody in Slack."""
    return f"{_SLACK}{team}/{user}"


def slack_users(makers: Iterable[str]) -> list[str]:
    """The Slack ids of those who made it there, each once."""
    found = (maker.rpartition("/")[2] for maker in makers if maker.startswith(_SLACK))
    return list(dict.fromkeys(found))


def others(makers: Iterable[str], address: str) -> list[str]:
    """Those who are not the subscriber itself, each once."""
    found = (
        maker for maker in makers if not maker.startswith(THE_SUBSCRIBER) and slack_users([maker]) != [address]
    )
    return list(dict.fromkeys(found))

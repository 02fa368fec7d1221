"""The Home tab: what is new, what must be re-read, and what I and my channels follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.orders.phrases import Wording, day_says
from bot.slack import actions
from bot.slack.elements import (
    Message,
    Piece,
    button,
    heading,
    line,
    linked,
    many,
    page_of,
    row,
    rule,
    said,
    sentence,
    small,
)
from bot.slack.messages.cards import last_words
from bot.slack.messages.past import News, marked
from bot.slack.messages.subscriptions import entry
from digests.wording import count_words, title_words
from subscriptions.store import SubscriptionOf

NEW_SHOWN = 8
REREAD_SHOWN = 8
FOLLOWED_PAGE = 12
"""Subscriptions on a page: with two blocks each, and a heading a channel, all stays within a view's 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the Home tab shows one person. ``new_since`` None: they look at it for the first time.

    ``followed`` are the person's own subscriptions, then their channels'. ``notice`` is what just happened.
    """

    new: Sequence[News] = ()
    new_since: datetime | None = None
    reread: Sequence[News] = ()
    followed: Sequence[SubscriptionOf] = ()
    next_moments: Mapping[int, datetime]
    page: int = 0
    notice: Message | None = None


def home_view(home: Home, wording: Wording, *, command: str) -> dict[str, Any]:
    """The tab as views.publish takes it."""
    pieces = [
        Piece(home.notice.blocks[:10]) if home.notice else None,
        rule() if home.notice else None,
        row(
            button("Look up a procedure…", _own(actions.OPEN_LOOK_UP), style="primary"),
            button("Follow something…", _own(actions.OPEN_SUBSCRIBE)),
            button("Settings…", _own(actions.OPEN_SETTINGS)),
        ),
        *_new(home),
        *_reread(home),
        *_followed(home, wording, command),
    ]
    return {"type": "home", "blocks": list(many(pieces).blocks)}


def _new(home: Home) -> list[Piece | None]:
    if home.new_since is None:
        return [
            heading("New since you last looked"),
            small("You are here for the first time. From now on, this shows what changed between two visits."),
        ]
    title = heading("New since you last looked")
    if not home.new:
        return [title, small(f"Nothing has changed since {day_says(home.new_since)}.")]
    more = len(home.new) - NEW_SHOWN
    return [
        title,
        *(_news(each) for each in home.new[:NEW_SHOWN]),
        small(f"And {count_words(more, 'more change')}.") if more > 0 else None,
    ]


def _reread(home: Home) -> list[Piece | None]:
    if not home.reread:
        return []
    more = len(home.reread) - REREAD_SHOWN
    return [
        heading("Must be re-read"),
        small("What the manual asked to be read again in the last year, in what you and your channels follow."),
        *(_news(each) for each in home.reread[:REREAD_SHOWN]),
        small(f"And {count_words(more, 'more chapter')}.") if more > 0 else None,
    ]


def _followed(home: Home, wording: Wording, command: str) -> list[Piece | None]:
    shown, page, pages = page_of(home.followed, home.page, FOLLOWED_PAGE)
    if not shown:
        return [
            heading("What you follow"),
            sentence("Nothing yet, and your channels don’t either."),
            small(f"Press Follow something, or type {command} subscribe fostering weekly in a channel."),
        ]
    pieces: list[Piece | None] = [heading("What you and your channels follow")]
    who = ""
    for each in shown:
        if (whose := _whose(each)) != who:
            who = whose
            pieces.append(line(f"*{said(who)}*", says=said(who)))
        next_at = home.next_moments.get(each.subscription.id or 0)
        pieces.append(entry(each, wording, next_at=next_at, prefix=actions.HOME_PREFIX))
    action = _own(actions.LIST_PAGE)
    pieces.append(
        row(
            button("← Back", f"{action}:back", str(page - 1)) if page else None,
            button("More →", f"{action}:more", str(page + 1)) if page < pages - 1 else None,
        )
    )
    return pieces


def _whose(each: SubscriptionOf) -> str:
    return "You" if each.subscriber.kind.value == "slack_user" else each.subscriber.words


def _news(news: News) -> Piece:
    words = " ".join(filter(None, (news.number, title_words(news.amendment))))
    facts = " · ".join(filter(None, (last_words(news.amendment), news.manual)))
    history = button("History", _own(actions.SHOW_HISTORY), news.key, about=words) if news.key else None
    return line(f"{linked(news.url or news.amendment.url, words)}\n{marked(said(facts))}", accessory=history)


def _own(action: str) -> str:
    """The Home tab's own name for an action: what follows from it shows in the tab, not in a message."""
    return f"{actions.HOME_PREFIX}{action}"

"""What was amended: a chapter's history, what is new in a manual, and when the next update is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack import actions
from bot.slack.elements import (
    Message,
    Piece,
    button,
    heading,
    line,
    linked,
    many,
    message,
    page_of,
    row,
    said,
    sentence,
    small,
)
from bot.slack.messages.cards import last_words
from digests.digest import REREAD_MARK
from digests.slack_blocks import one_line
from digests.wording import capitalised, count_words, list_words, moment_words, month_words, shorten, title_words
from manual.cadence import is_overdue
from manual.reading import Amendment
from manual.store.history import ListState

HISTORY_SIZE = 4
NEW_SIZE = 8
HISTORY_DETAILS = 600
NEW_DETAILS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An amendment in a list of what is new. ``key`` None: its chapter isn't in the contents."""

    amendment: Amendment
    number: str | None = None
    url: str | None = None
    key: str | None = None
    manual: str | None = None


def history(
    title: str, key: str | None, past: Sequence[Amendment], page: int = 0, *, number: str | None = None
) -> Message:
    """A chapter's amendments, the newest first, a few at a time. ``number`` is the chapter's own."""
    named = " ".join(filter(None, (number, title)))
    shown, page, pages = page_of(past, page, HISTORY_SIZE)
    if not shown:
        return message(
            heading(named),
            sentence("The manual's list of amendments does not name this chapter in the years that it covers."),
        )
    counted = f" Page {page + 1} of {pages}." if pages > 1 else ""
    return message(
        heading(named),
        small(f"{count_words(len(past), 'amendment')}, the newest first.{counted}"),
        *(_passage(each, title) for each in shown),
        _pager(actions.HISTORY_PAGE, {"k": key}, page, pages) if key else None,
    )


def whats_new(news: Sequence[News], scope: str, *, ask: dict[str, str | None], page: int = 0) -> Message:
    """What changed, by month. ``scope`` completes "What changed …"; ``ask`` comes back with the buttons."""
    shown, page, pages = page_of(news, page, NEW_SIZE)
    if not shown:
        return message(sentence(f"Nothing has changed {scope}."))
    number = f" · page {page + 1} of {pages}" if pages > 1 else ""
    pieces: list[Piece | None] = [
        heading(f"What changed {scope}"),
        small(f"{count_words(len(news), 'amendment')}{number}"),
    ]
    month: str | None = "" if len({each.amendment.month for each in news}) > 1 else shown[0].amendment.month
    for each in shown:
        if each.amendment.month != month:
            month = each.amendment.month
            pieces.append(line(f"*{said(capitalised(month_words(month)))}*", says=said(month_words(month))))
        pieces.append(_news(each))
    return message(*pieces, _pager(actions.NEW_PAGE, ask, page, pages))


def when_next(
    states: Sequence[tuple[str, ListState]], digests: Sequence[tuple[str, datetime]], now: datetime
) -> Message:
    """When the manuals announce their next update, and when this channel's or person's next digests are due.

    ``states`` carry the manuals' names, ``digests`` words for whose digest it is.
    """
    pieces = [_announced(name, state, now) for name, state in states]
    if not pieces:
        pieces = [sentence("No manual's list of amendments has been read yet.")]
    due = [f"{words}: {moment_words(moment)}" for words, moment in digests]
    return message(
        heading("The next update"),
        *pieces,
        small(f"The next digest, if anything has changed by then: {list_words(due)}.") if due else None,
    )


def _announced(name: str, state: ListState, now: datetime) -> Piece:
    name = one_line(name, 150)
    if state.next_update is None:
        words = f"{name}: the list of amendments does not say when the next update is due."
    elif is_overdue(now, state.next_update):
        words = f"{name}: an update was announced for {month_words(state.next_update)} and has not come."
    else:
        words = f"{name}: the next update is announced for {month_words(state.next_update)}."
    return many((sentence(words), small(_looked(state))))


def _looked(state: ListState) -> str:
    if state.failing_since is not None:
        return f"The page could not be read since {moment_words(state.failing_since)}; what is known may be old."
    if state.fetched_at is None:
        return "The page was not looked at yet."
    return f"Last looked at {moment_words(state.fetched_at)}."


def _passage(amendment: Amendment, title: str) -> Piece:
    renamed = amendment.title if amendment.title and amendment.title != title else ""
    facts = " · ".join(filter(None, (last_words(amendment), f"as “{renamed}”" if renamed else "")))
    details, _ = shorten(amendment.details, HISTORY_DETAILS)
    return many((line(f"*{said(facts)}*", says=said(facts)), sentence(details) if details else None))


def _news(news: News) -> Piece:
    amendment = news.amendment
    words = " ".join(filter(None, (news.number, title_words(amendment))))
    facts = " · ".join(filter(None, (last_words(amendment).partition(", ")[0], news.manual)))
    details, _ = shorten(" ".join(amendment.details.split()), NEW_DETAILS)
    more = button("History", actions.SHOW_HISTORY, news.key, about=words) if news.key else None
    title = linked(news.url or amendment.url, words)
    return line(
        "\n".join(filter(None, (f"{title} · {marked(said(facts))}", said(details)))),
        says=". ".join(filter(None, (f"• {said(words)}", said(facts), said(details)))),
        accessory=more,
    )


def marked(facts: str) -> str:
    """The mark in bold, so that it is seen."""
    return facts.replace(REREAD_MARK, f"*{REREAD_MARK}*", 1) if facts.startswith(REREAD_MARK) else facts


def _pager(action: str, ask: dict[str, str | None], page: int, pages: int) -> Piece | None:
    kept = {key: value for key, value in ask.items() if value}
    newer = button("← Newer", f"{action}:newer", {**kept, "p": page - 1}) if page > 0 else None
    older = button("Older →", f"{action}:older", {**kept, "p": page + 1}) if page < pages - 1 else None
    return row(newer, older)

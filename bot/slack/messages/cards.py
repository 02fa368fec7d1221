"""The answer to a look-up: one chapter as a card, the others that could be meant, or that nothing was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack import actions
from bot.slack.elements import (
    Message,
    Piece,
    button,
    line,
    link_button,
    linked,
    many,
    message,
    row,
    said,
    sentence,
    small,
    small_markup,
)
from digests.digest import REREAD_MARK
from digests.slack_blocks import escape, link
from digests.wording import KIND_WORDS, list_words, month_words, section_words, shorten
from manual.reading import Amendment

SHOWN_DETAILS = 350
MOST_CONTENTS = 5
LOOK_THROUGH = "Look through the contents"
TRY_OTHER_WORDS = "Try other words, a chapter's number, or what the chapter would be called."
NOT_MEANT = "Not what I meant"
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A chapter, a section or a "see also" line that answers. ``key`` None: not a chapter, so it has no history.

    ``where`` is the heading it stands under; ``manual`` its manual's name, None where there is only one.
    """

    title: str
    number: str | None = None
    url: str | None = None
    where: str | None = None
    manual: str | None = None
    key: str | None = None
    last: Amendment | None = None

    @property
    def words(self) -> str:
        return " ".join(filter(None, (self.number, self.title)))

    @property
    def place(self) -> str:
        return " · ".join(filter(None, (self.where, self.manual)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What looking something up gave. ``sure``: the first card is what was meant.

    ``contents`` are the manuals' names and the addresses of their contents; ``topics`` the nearest topics' names.
    ``may_be_kept``: the words are those of whoever asks, who may tell us that they found nothing.
    """

    query: str
    cards: tuple[Card, ...]
    sure: bool
    contents: tuple[tuple[str, str], ...] = ()
    topics: tuple[str, ...] = ()
    may_be_kept: bool = True


def answer(found: Found) -> Message:
    """The message for whoever asked."""
    if not found.cards:
        return _nothing(found)
    if not found.sure:
        return _several(found)
    first, *others = found.cards
    return message(*_card(first, share=True), _others("It could also be", others), _refusal(found))


def shared(card: Card, *, by: str) -> Message:
    """A card as everybody in the channel sees it. ``by`` is a user's id."""
    return message(
        *_card(card, share=False),
        small_markup(f"Looked up and shared by <@{by}>", f"Looked up and shared by <@{by}>"),
    )


def card_of(card: Card) -> Message:
    """One chapter by itself, when it was chosen from several."""
    return message(*_card(card, share=True))


def refused(query: str, contents: Sequence[tuple[str, str]]) -> Message:
    """For who meant none of the chapters that were shown."""
    return message(
        sentence(f"Sorry. That “{_short(query)}” did not find its chapter is noted, without your name."),
        _contents(contents),
        small(TRY_OTHER_WORDS),
    )


def preview(card: Card) -> Message:
    """A link's preview: title, when it was last amended, and whether it must be re-read; no more."""
    heading, last, *_ = _card(card, share=False)
    return message(heading, Piece(last.blocks[:1], last.says) if last else None)


def last_words(amendment: Amendment) -> str:
    """ "Must re-read · Updated, May 2026 · Section 3"."""
    return " · ".join(
        filter(
            None,
            (
                REREAD_MARK if amendment.reread else "",
                f"{KIND_WORDS[amendment.kind]}, {month_words(amendment.month)}",
                section_words(amendment.sections),
            ),
        )
    )


def _card(card: Card, *, share: bool) -> list[Piece | None]:
    return [
        line(
            "\n".join(filter(None, (linked(card.url, card.words), said(card.place)))),
            says=". ".join(filter(None, (said(card.words), said(card.place), said(card.url or "", 500)))),
        ),
        _last(card),
        _buttons(card, share=share),
    ]


def _last(card: Card) -> Piece | None:
    if card.key is None:
        return None
    if card.last is None:
        return small("Not amended in the years that the manual's list covers.")
    words = said(last_words(card.last))
    bold = words.replace(REREAD_MARK, f"*{REREAD_MARK}*", 1) if card.last.reread else words
    details, _ = shorten(card.last.details, SHOWN_DETAILS)
    return many(
        (
            small_markup(f"Last amended: {bold}", f"Last amended: {words}"),
            sentence(details) if details else None,
        )
    )


def _buttons(card: Card, *, share: bool) -> Piece | None:
    history = button("History", actions.SHOW_HISTORY, card.key, about=card.title) if card.key else None
    return row(
        link_button("Read", actions.READ, card.url, about=card.title),
        history,
        button("Share in channel", actions.SHARE, card.key, about=card.title) if share and card.key else None,
    )


def _others(intro: str, cards: Sequence[Card]) -> Piece | None:
    if not cards:
        return None
    return many((small(f"{intro}:"), *(_choice(card) for card in cards)))


def _choice(card: Card) -> Piece:
    """One line, with a button that shows its card."""
    show = button("Show", actions.SHOW_CHAPTER, card.key, about=card.title) if card.key else None
    place = f" · {said(card.place)}" if card.place else ""
    return line(f"{linked(card.url, card.words)}{place}", says=f"• {said(card.words)}{place}", accessory=show)


def _several(found: Found) -> Message:
    return message(
        sentence(
            f"“{_short(found.query)}” could mean several chapters. The likeliest first:"
            if len(found.cards) > 1
            else f"No chapter surely answers “{_short(found.query)}”. The nearest:"
        ),
        *(_choice(card) for card in found.cards),
        _contents(found.contents),
        _refusal(found),
    )


def _nothing(found: Found) -> Message:
    return message(
        sentence(f"Nothing in the manual answers to “{_short(found.query)}”."),
        small(f"The nearest {'topics are' if len(found.topics) > 1 else 'topic is'} {list_words(found.topics)}.")
        if found.topics
        else None,
        _contents(found.contents),
        small(TRY_OTHER_WORDS),
    )


def _contents(contents: Sequence[tuple[str, str]]) -> Piece | None:
    """Where to look for oneself: a line for each manual."""
    of = {name: f" of {_short(name)}" if len(contents) > 1 else "" for name, _ in contents}
    lines = [(f"{LOOK_THROUGH}{of[name]}", url) for name, url in contents[:MOST_CONTENTS]]
    return many(small_markup(link(url, words), f"{escape(words)}: {escape(url)}") for words, url in lines)


def _refusal(found: Found) -> Piece | None:
    """A button for who meant something else, which keeps the words."""
    if not found.may_be_kept:
        return None
    return row(button(NOT_MEANT, actions.NONE_OF_THESE, found.query[:LONGEST_QUERY], about=found.query))


def _short(query: str) -> str:
    words, cut = shorten(" ".join(query.split()), 120)
    return words if words or not cut else query[:120] + "…"

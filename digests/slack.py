"""Renders a digest for Slack: a post for the channel and, where it is long, more messages for its thread.

Every message keeps within Slack's limits by construction, whatever the manual holds. The manual's own words
are shown exactly: those that Slack would take for formatting stand in ``plain_text``.
The top-level ``text`` of a message says all that its blocks say: screen readers read it in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, zip_longest
from typing import Any

from digests.digest import REREAD_MARK, Digest, SectionGroup, SignificanceGroup
from digests.entry import ChangedSection, Entry, closing_lines, entry_of, lengths, passage_text
from digests.slack_blocks import (
    Block,
    buttons,
    chunks,
    clip,
    context,
    divider,
    escape,
    formats,
    header,
    link,
    menu_option,
    one_line,
    plain,
    section,
)
from digests.slack_limits import HEADER_TEXT, MESSAGE_BLOCKS
from digests.wording import count_words, list_words

# The names of what can be clicked in a digest. They stand in Slack as long as its messages do: never rename one.
ENTRY_MENU = "digest_entry"
FEEDBACK = "feedback"

LENGTHS = lengths(reread=900, changed=600, minor=200)
LENGTHS_OF_MANY = lengths(reread=500, changed=240, minor=0)
MANY = 40
"""From this many items on, details are kept shorter, so that a thread stays one that people read."""

# Characters of a message's text, escaped. A digest that fits in one post is one; of a longer one the channel sees
# the beginning only, since nobody scrolls past a wall gladly. Head, foot, headings and the longest part of an item
# together stay under MESSAGE_TEXT.
_WHOLE_TEXT = 2_800
_POST_TEXT = 1_600
_THREAD_TEXT = 3_600
_CHUNK = 1_000
_LINE = 400
_HEADING = 200
_LABEL = re.compile(r"^(Was|Now|Added|Taken out):", re.MULTILINE)
_ITEM_BLOCKS = MESSAGE_BLOCKS - 8  # the rest is the head's and the foot's


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """A message as chat.postMessage takes it; the sender adds the channel, the thread, and no unfurling."""

    text: str
    blocks: tuple[Block, ...]

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "blocks": list(self.blocks)}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> SlackMessage:
        return cls(text=document["text"], blocks=tuple(document["blocks"]))


def render_slack(digest: Digest) -> tuple[SlackMessage, ...]:
    """The messages of ``digest``: the first is the channel's post, the others follow in its thread, in order."""
    foot = _foot(digest)
    pages = _paginate(digest, first_room=_WHOLE_TEXT - len(foot.text))
    if len(pages) > 1:
        pages = _paginate(digest, first_room=_POST_TEXT - len(foot.text))
    later = len(digest.items) - pages[0].items
    post = _joined([_head(digest), pages[0].piece, _continues(later), foot])
    thread = [
        _joined([_continued(digest, number, len(pages)), page.piece]) for number, page in enumerate(pages[1:], 2)
    ]
    return tuple(SlackMessage(text=piece.text, blocks=piece.blocks) for piece in (post, *thread))


def render_notice(heading: str, text: str) -> SlackMessage:
    """A message for operators: a headline and paragraphs, cut to what one message holds."""
    headline = one_line(heading, HEADER_TEXT)
    body = clip(text.strip(), _THREAD_TEXT - HEADER_TEXT)
    blocks = (header(headline), *(plain(chunk) for chunk in chunks(body, _CHUNK)))
    return SlackMessage(text=f"{escape(headline)}\n{escape(body)}".strip(), blocks=blocks)


# --- Filling messages ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """Blocks that stay together, and what they say (escaped)."""

    blocks: tuple[Block, ...] = ()
    text: str = ""


def _joined(pieces: Iterable[_Piece]) -> _Piece:
    pieces = list(pieces)
    blocks = tuple(block for piece in pieces for block in piece.blocks)
    return _Piece(blocks, "\n".join(piece.text for piece in pieces if piece.text))


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of an item and the headings it stands under, outermost first. An item has one part, rarely more."""

    piece: _Piece
    headings: tuple[_Piece, ...]
    first: bool


@dataclass(slots=True)
class _Page:
    """A message being filled with up to ``room`` characters. ``items`` counts those that begin on it."""

    room: int
    piece: _Piece = _Piece()
    headings: tuple[_Piece, ...] = ()
    items: int = 0

    def takes(self, part: _Part) -> bool:
        """Whether ``part`` fits. An empty page takes any: parts are made so that one always fits a message."""
        piece = self._with(part)
        return not self.piece.blocks or (len(piece.blocks) <= _ITEM_BLOCKS and len(piece.text) <= self.room)

    def add(self, part: _Part) -> None:
        self.piece = self._with(part)
        self.headings = part.headings
        self.items += part.first

    def _with(self, part: _Part) -> _Piece:
        """What the page would hold with ``part`` and those of its headings that don't stand above it already."""
        pairs = zip_longest(part.headings, self.headings)
        missing = [wanted for wanted, _ in dropwhile(lambda pair: pair[0] == pair[1], pairs) if wanted]
        return _joined([self.piece, *missing, part.piece])


def _paginate(digest: Digest, first_room: int) -> list[_Page]:
    """All items over as few messages as hold them, in order."""
    pages = [_Page(first_room)]
    for part in _parts(digest):
        if not pages[-1].takes(part):
            pages.append(_Page(_THREAD_TEXT))
        pages[-1].add(part)
    return pages


def _parts(digest: Digest) -> Iterator[_Part]:
    shown = LENGTHS_OF_MANY if len(digest.items) >= MANY else LENGTHS
    for group in digest.groups:
        for under in group.sections:
            headings = (_group_heading(group), _section_heading(under))
            for item in under.items:
                first, *more = _entry_pieces(entry_of(item, digest, shown), item.amendment_id)
                yield _Part(first, headings, first=True)
                for piece in more:
                    yield _Part(piece, headings, first=False)


# --- The words ----------------------------------------------------------------------------------------------


def _head(digest: Digest) -> _Piece:
    heading = one_line(digest.heading, HEADER_TEXT)
    about = escape(one_line(f"{list_words(digest.manual_names)} · {digest.occasion}", _LINE))
    return _Piece((header(heading), context(about)), f"{escape(heading)}\n{about}")


def _continues(later: int) -> _Piece:
    """A line under a post that doesn't hold everything."""
    if not later:
        return _Piece()
    words = f"{count_words(later, 'more change')} in the thread of this message."
    return _Piece((context(f"*{words}*"),), words)


def _continued(digest: Digest, number: int, of: int) -> _Piece:
    words = escape(one_line(f"{number} of {of}: {digest.heading}", _HEADING))
    return _Piece((context(words),), words)


def _group_heading(group: SignificanceGroup) -> _Piece:
    return _Piece((divider(), header(group.title)), f"\n{group.title}")


def _section_heading(under: SectionGroup) -> _Piece:
    title = escape(one_line(under.title, _HEADING))
    return _Piece((section(f"*{title}*"),), f"\n{title}")


def _entry_pieces(entry: Entry, amendment_id: int) -> list[_Piece]:
    """An entry in one piece; in more where its words fill more than one block."""
    title = one_line(entry.title, _LINE)
    first, *more = chunks(entry.details, _CHUNK) or [""]
    facts = escape(one_line(" · ".join((*entry.facts, *filter(None, [entry.why]))), _LINE))
    foot = f"{_mark(facts)} · {link(entry.more_url, 'Read the whole entry')}" if entry.more_url else _mark(facts)
    titled, *said = _titled(f"*{link(entry.url, title)}*", first)
    blocks = ({**titled, "accessory": _menu(entry, amendment_id)}, *said)
    top = _Piece(blocks, f"\n{escape(title)}\n{escape(first)}".rstrip())
    pieces = [top, *(_said(chunk) for chunk in more)]
    pieces[-1] = _joined([pieces[-1], _Piece((context(foot),), facts)])
    for changed in entry.changed_sections:
        pieces += _changed_section_pieces(changed)
    if entry.unshown_words:
        pieces.append(_said(entry.unshown_words))
    return pieces


def _titled(title: str, words: str) -> tuple[Block, ...]:
    """A title over the manual's words, in one block unless Slack would take some of the words for formatting."""
    if formats(words):
        return section(title), plain(words)
    return (section(f"{title}\n{escape(words)}".strip()),)


def _menu(entry: Entry, amendment_id: int) -> Block:
    """What a reader can do about an entry. Whether they may change what is followed is decided when they do."""
    choices = [menu_option("Read the chapter", f"read:{amendment_id}", url=entry.url)] if entry.url else []
    choices.append(menu_option("History", f"history:{amendment_id}"))
    choices.append(menu_option("Not for us…", f"not_for_us:{amendment_id}"))
    return {"type": "overflow", "action_id": ENTRY_MENU, "options": choices}


def _said(words: str) -> _Piece:
    return _Piece((plain(words),), escape(words))


def _mark(facts: str) -> str:
    """The mark in bold, so that it is seen; its words say it where nothing is bold."""
    return facts.replace(REREAD_MARK, f"*{REREAD_MARK}*", 1) if facts.startswith(REREAD_MARK) else facts


def _changed_section_pieces(changed: ChangedSection) -> Iterator[_Piece]:
    """What was and what is, passage by passage; the section's heading comes with the first."""
    heading = escape(one_line(f"Changed in “{changed.heading}”", _HEADING))
    above = _Piece((context(f"*{heading}*"),), f"\n{heading}")
    for passage in changed.passages:
        for chunk in chunks(passage_text(passage), _CHUNK):
            yield _joined([above, _Piece((_compared(chunk),), escape(chunk))])
            above = _Piece()


def _compared(words: str) -> Block:
    """The lines of a passage, their labels in bold, unless Slack would take some of the words for formatting."""
    return plain(words) if formats(words) else section(_LABEL.sub(r"*\1:*", escape(words)))


def _foot(digest: Digest) -> _Piece:
    words = [escape(one_line(line, _HEADING)) for line in closing_lines(digest)]
    links = [
        link(url, label)
        for url, label in (
            (digest.links.archive_url, "See this as a page"),
            (digest.links.manage_url, "Change what is sent here"),
            (digest.links.unsubscribe_url, "Stop these messages"),
        )
        if url
    ]
    lines = "\n".join(filter(None, [*words, " · ".join(links)]))
    blocks = (divider(), *([context(lines)] if lines else []), buttons(("Something wrong?", FEEDBACK, digest.key)))
    return _Piece(blocks, "\n" + "\n".join(words) if words else "")

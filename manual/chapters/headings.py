"""Finds a chapter page's title, its own list of contents and its headings, whatever they are set as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from manual.identity import title_key
from manual.numbering import bare_number, leading_number, parts_of
from manual.page.blocks import Block, BlockKind, Page

LONGEST = 160
"""Characters. A longer line is no heading."""
ENOUGH = 2
"""Headings of one sort from which on the page is taken to use them throughout."""
LIST_OF_CONTENTS = 3
"""Lines. Fewer that come again as headings are no list of contents."""

_NAMED = (
    r"(?:guidance|legislation|regulations?|chapters?|procedures?|polic(?:y|ies)|do?cuments?|links?|resources?|standards?"
    r"|information|reading)"
)
RELATED = re.compile(
    r"(?:(?:statutory|government|relevant|related|associated|linked|useful|further)\W+(?:(?:and|or|/) )?)+"
    rf"{_NAMED}"
    rf"(?:(?:,| and| &| ?/)+ ?(?:relevant |related )?{_NAMED})*\s*:?",
    re.IGNORECASE,
)
AMENDMENT = re.compile(r"amendments?(?: (?:box|history|to this chapter))?\s*:?", re.IGNORECASE)
CONTENTS = re.compile(
    r"(?:table of |chapter )?contents(?: list)?\s*:?|(?:in|on) this (?:chapter|page)\s*:?", re.IGNORECASE
)
BOX = re.compile(
    r"scope(?: of (?:this|the) (?:chapter|procedure|policy|document|guidance))?\s*:?|definitions?\s*:?"
    r"|key points\s*:?|(?:standards? and )?regulations(?: and standards)?\s*:?",
    re.IGNORECASE,
)
NO_TITLE = re.compile(
    r".*\blogo\b.*|.*\balt text\b.*|skip to .*|.*\b(?:procedures|online) manual|.*\bcookies?\b.*|home|menu|search"
    r"|print.*|view .*|caption:.*|v\d+|contents",
    re.IGNORECASE,
)
ENDS = (".", ";", ",", ":", "!", "?")
"""What ends a line of text and no heading."""
PLAIN_INTEGER = re.compile(r"(\d{1,2})\s+(?=[A-Z])")
SITE_NAME = re.compile(
    r".*\b(?:procedures|manual|handbook|council|partnership|board|services|policies)(?: online| manual| website)*",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"related (?:pages?|content|articles?)|share(?: this page)?|follow us(?: on .*)?|quick links|navigation|menu"
    r"|search|.*\bcookies?\b.*|feedback|was this (?:page )?(?:helpful|useful).*|in this section|contact us"
    r"|site ?map",
    re.IGNORECASE,
)
"""Headings of what a site puts beside a chapter."""
TITLE_PARTS = re.compile(r"\s+[|–—·»-]\s+|\s*[|»]\s*")


class Heading(NamedTuple):
    number: str | None
    words: str


def heading_in(block: Block) -> Heading:
    """A block's words as a heading's: its number apart, in a run of its own or in front."""
    if len(block.text) > 2 * LONGEST:
        return Heading(None, block.text)
    runs = [run.text.strip() for run in block.runs if run.text.strip()]
    if len(runs) > 1 and (number := bare_number(runs[0])) is not None:
        return Heading(number, block.text.strip().removeprefix(runs[0]).strip())
    number, words = leading_number(block.text)
    if number is None and block.kind is BlockKind.HEADING and (plain := PLAIN_INTEGER.match(block.text)):
        return Heading(plain[1], block.text[plain.end() :])
    return Heading(number, words) if words else Heading(None, block.text)


def is_box(block: Block) -> bool:
    """Whether a line is the heading of one of the boxes that stand above a chapter's text."""
    return any(_is_label(block, heads) for heads in (BOX, RELATED, AMENDMENT))


def _is_label(block: Block, words: re.Pattern[str]) -> bool:
    """Whether a line says just this, and is neither a link nor in a list, as in the site's navigation."""
    could_be = len(block.text) <= LONGEST and block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)
    return could_be and words.fullmatch(block.text.strip()) is not None and not block.links


def with_numbers_joined(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; a number that is a heading of its own is joined with the next one's words."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if (
            before is not None
            and (before.kind, before.level) == (block.kind, block.level)
            and (before.kind is BlockKind.HEADING or (before.bold and block.bold))
            and bare_number(before.text)
            and heading_in(block).number is None
        ):
            joined[-1] = block._replace(
                text=f"{before.text.strip().rstrip('.')}. {block.text}", runs=(), gap=before.gap
            )
        else:
            joined.append(block)
    return joined


def title_of(blocks: Sequence[Block], page: Page) -> tuple[int, str | None]:
    """Where the chapter's title stands (-1: nowhere), and its words without the number."""
    end = next((at for at, block in enumerate(blocks) if _begins_text(block)), len(blocks))
    names = [part for part in TITLE_PARTS.split(page.title or "") if part.strip()]
    above = [at for at, block in enumerate(blocks[:end]) if _could_be_title(block)]
    headings = [at for at in above if blocks[at].kind is BlockKind.HEADING]
    headings = [at for at in headings if not SITE_NAME.fullmatch(blocks[at].text.strip())] or headings
    at = _named(blocks, headings or above, {title_key(heading_in_words(name)) for name in names} - {""})
    if at < 0 and headings:
        at = _topmost(blocks, headings)
    elif at < 0 and page.is_html:
        at = next((at for at in reversed(above) if blocks[at].bold), -1)
    elif at < 0 and above:
        lines = [at for at in above if not blocks[at].text.endswith(ENDS)] or above
        numbered = [at for at in lines if heading_in(blocks[at]).number]
        at = numbered[0] if numbered else lines[-1] if end < len(blocks) else lines[0]
    if at >= 0:
        return at, heading_in(blocks[at]).words.strip()
    return -1, heading_in_words(names[0]) if names else None


def _named(blocks: Sequence[Block], candidates: Sequence[int], keys: set[str]) -> int:
    """Where the page's own <title> is said again: the site's name, if it is in it, stands above the chapter's."""
    first: dict[str, int] = {}
    for at in candidates:
        key = title_key(heading_in(blocks[at]).words)
        if key in keys:
            first.setdefault(key, at)
    return max(first.values(), default=-1)


def heading_in_words(words: str) -> str:
    """The words without a number in front."""
    return leading_number(words.strip())[1] or words.strip()


def _begins_text(block: Block) -> bool:
    """Whether the chapter's boxes or its first section begin here: the title must stand above."""
    if is_box(block):
        return True
    number, words = heading_in(block)
    is_set_apart = block.kind is BlockKind.HEADING or block.bold or (block.gap > 0 and block.indent == 0)
    return number == "1" and bool(words) and is_set_apart and len(block.text) <= LONGEST


def _could_be_title(block: Block) -> bool:
    words = block.text.strip()
    fits = block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) and len(words) <= 2 * LONGEST
    return fits and not NO_TITLE.fullmatch(words) and not CONTENTS.fullmatch(words)


def _topmost(blocks: Sequence[Block], headings: Sequence[int]) -> int:
    """The last heading of the highest level before the first deeper one: site names stand above the title."""
    level = min(blocks[at].level for at in headings)
    if all(blocks[at].level == level for at in headings):
        return headings[0] if len(headings) > 2 else headings[-1]
    found = headings[0]
    for at in headings:
        if blocks[at].level == level:
            found = at
        elif blocks[found].level == level:
            break
    return found


def list_of_contents(blocks: Sequence[Block]) -> dict[int, str]:
    """The lines of the page's own list of contents, with the heading that each names; its "Contents" included."""
    keys = [title_key(heading_in(block).words) if len(block.text) <= LONGEST else "" for block in blocks]
    last = {key: at for at, key in enumerate(keys) if key}
    start = next((at for at, block in enumerate(blocks) if _is_label(block, CONTENTS)), None)
    if start is not None:
        found = {start: ""}
        seen: set[str] = set()
        for at in range(start + 1, len(blocks)):
            block = blocks[at]
            listed = block.kind is BlockKind.ITEM or block.indent > 0 or last.get(keys[at], at) > at
            if not keys[at] or keys[at] in seen or not listed or is_box(block):
                break
            seen.add(keys[at])
            found[at] = keys[at]
        return found
    for run in _runs_of_items(blocks):
        if len(run) >= LIST_OF_CONTENTS and all(keys[at] and last[keys[at]] > run[-1] for at in run):
            return {at: keys[at] for at in run}
    return {}


def _runs_of_items(blocks: Sequence[Block]) -> Iterator[list[int]]:
    run: list[int] = []
    for at, block in enumerate(blocks):
        if block.kind is BlockKind.ITEM:
            run.append(at)
        elif run:
            yield run
            run = []
    if run:
        yield run


def headings_of(blocks: Sequence[Block], *, is_html: bool) -> dict[int, Heading]:
    """The headings below the title by position; boxes' headings among them."""
    found = {at: Heading(None, block.text.strip()) for at, block in enumerate(blocks) if is_box(block)}
    marked = {
        at: heading_in(block)
        for at, block in enumerate(blocks)
        if block.kind is BlockKind.HEADING and len(block.text) <= 2 * LONGEST
    }
    numbered = dict(_numbered(blocks, only_bold=sum(at not in found for at in marked) >= ENOUGH))
    body = {at for at in (*marked, *numbered) if at not in found}
    found = {**marked, **numbered, **found}
    if len(body) < ENOUGH:
        found |= dict(_set_apart(blocks) if is_html else _lone_lines(blocks))
    return dict(sorted(found.items()))


def _numbered(blocks: Sequence[Block], *, only_bold: bool) -> Iterator[tuple[int, Heading]]:
    """Lines that begin with the next number in turn: 1, 2, 2.1, 2.2, 3. A list's "1." inside section 4 is not."""
    last: tuple[int, ...] = ()
    for at, block in enumerate(blocks):
        if len(block.text) > LONGEST or block.indent or block.kind in (BlockKind.ITEM, BlockKind.CAPTION):
            continue
        number, words = heading_in(block)
        if number is None or not words or not all(part.isdecimal() for part in parts_of(number)):
            continue
        place = tuple(int(part) for part in parts_of(number))
        is_marked = block.kind is BlockKind.HEADING
        if not is_marked and (words.endswith((".", ";", ",")) or (only_bold and not block.bold)):
            continue
        if is_marked or _is_next(place, last):
            last = place
            if not is_marked:
                yield at, Heading(number, words.strip())


def _is_next(place: tuple[int, ...], last: tuple[int, ...]) -> bool:
    above, step = place[:-1], place[-1]
    if above != last[: len(above)] or len(above) > len(last):
        return False
    return 1 <= step - (last[len(above)] if len(last) > len(above) else 0) <= 2


def _set_apart(blocks: Sequence[Block]) -> Iterator[tuple[int, Heading]]:
    """Short lines wholly in bold, or in capitals: the headings of pages that mark none."""
    for at, block in enumerate(blocks):
        words = block.text.strip()
        is_short = (
            block.kind is BlockKind.PARAGRAPH
            and len(words) <= LONGEST // 2
            and not words.endswith((".", ";", ","))
        )
        if is_short and (block.bold or (words.isupper() and len(words) > 3)):
            yield at, heading_in(block)


def _lone_lines(blocks: Sequence[Block]) -> Iterator[tuple[int, Heading]]:
    """Short lines without a full stop between blank lines, with text below: the headings of an unmarked text."""
    for at, block in enumerate(blocks[:-1]):
        words = block.text.strip()
        is_line = (
            block.kind is BlockKind.PARAGRAPH and block.gap > 0 and not block.indent and len(words) <= LONGEST // 2
        )
        following = blocks[at + 1]
        is_text = following.kind is BlockKind.ITEM or following.text.endswith(ENDS) or "|" in following.text
        if is_line and is_text and words[:1].isupper() and not words.endswith(ENDS) and "|" not in words:
            yield at, heading_in(block)

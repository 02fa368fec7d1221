"""Decides which numbered rows of a contents list are headings: by what stands below them and how they are set."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

from manual.contents.rows import Row
from manual.identity import title_key
from manual.numbering import is_under, parts_of
from manual.page.blocks import BlockKind

MOSTLY = 0.8
"""When so many rows of one style have chapters below them, the others of that style are headings too."""

HARDLY = 0.2
"""When no more linked rows of one style than this have numbers below them, these may be chapters with annexes."""
A_LIST = 5


def numbered_headings(rows: Sequence[Row]) -> set[int]:
    """The positions of the numbered rows that are headings. Rows without a number are never among them.

    A heading is what has numbers below it (1.2 before 1.2.1), or is set as those are that have, or stands
    among neighbours that have: a section may well be empty.
    """
    numbered = [at for at, row in enumerate(rows) if row.number is not None]
    parents = {at for at in numbered if _has_rows_below(rows, at)}
    parents |= {
        at for at, following in pairwise(numbered) if is_under(_number(rows[following]), _number(rows[at]))
    }
    by_style = _counts(rows, numbered, parents, lambda row: row.style)
    by_family = _counts(rows, numbered, parents, _family)
    by_depth = _counts(rows, numbered, parents, lambda row: (row.style, len(parts_of(_number(row)))))

    def is_heading(at: int) -> bool:
        row = rows[at]
        having, many = by_style[row.style]
        if at in parents and not (row.url and having < HARDLY * many and many >= A_LIST):
            return True
        if row.flags or row.updated_on or row.note:
            return False
        if having >= MOSTLY * many:
            return True
        having, many = by_family[_family(row)]
        if many == 1:
            having, many = by_depth[row.style, len(parts_of(_number(row)))]
        return having - (at in parents) > (many - 1) / 2

    return {at for at in numbered if is_heading(at)}


def without_quick_links(rows: Sequence[Row]) -> list[Row]:
    """The rows without the list of sections on top of the page: what comes again as a heading further down.

    One whose words are others there ("3. Adoption and Permanence" above, "3. Adoption" below) is known by its
    neighbours.
    """
    kept = list(rows)
    for _ in range(2):  # the first round can leave some that look like chapters because the rest stood by them
        headings = sorted(numbered_headings(kept))
        again = {_key(kept[at]): at for at in headings}
        last = {kept[at].number: at for at in headings}
        numbered = [at for at, row in enumerate(kept) if row.number is not None]
        quick = {at for at in numbered if again.get(_key(kept[at]), at) > at}
        for order in (numbered, numbered[::-1]):
            for before, at in pairwise(order):
                if before in quick and kept[at].style == kept[before].style and last.get(kept[at].number, at) > at:
                    quick.add(at)
        kept = [row for at, row in enumerate(kept) if at not in quick]
    return kept


def _has_rows_below(rows: Sequence[Row], at: int) -> bool:
    """Whether a row that is set as a heading is followed by rows that have no numbers of their own."""
    row = rows[at]
    set_apart = row.kind is BlockKind.HEADING or row.alone or (row.bold and not row.url)
    if not set_apart or at + 1 >= len(rows):
        return False
    following = rows[at + 1]
    is_listed = (
        following.inside
        or following.below
        or following.kind in (BlockKind.ITEM, BlockKind.ROW)
        or following.url is not None
    )
    return following.number is None and is_listed and not following.is_see_also


def _counts(
    rows: Sequence[Row], numbered: Sequence[int], parents: set[int], key: Callable[[Row], Hashable]
) -> dict[Hashable, tuple[int, int]]:
    """By key: how many of its rows are parents, and how many rows it has."""
    counts: dict[Hashable, tuple[int, int]] = {}
    for at in numbered:
        found = key(rows[at])
        having, many = counts.get(found, (0, 0))
        counts[found] = (having + (at in parents), many + 1)
    return counts


def _number(row: Row) -> str:
    assert row.number is not None
    return row.number


def _family(row: Row) -> tuple[Hashable, ...]:
    """Rows of one style below one heading."""
    return (row.style, parts_of(_number(row))[:-1])


def _key(row: Row) -> tuple[str | None, str]:
    return row.number, title_key(row.words)

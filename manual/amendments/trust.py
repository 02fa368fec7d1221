"""Whether a later reading can be trusted, or the page was broken, cut off or emptied on its way."""

from __future__ import annotations

from collections.abc import Sequence

from manual.amendments.reader import TRUNCATED
from manual.amendments.revisions import Revision
from manual.reading import Amendment, AmendmentsReading

LEAST_GONE = 3
"""Fewer entries than this may be taken out of a list without making it suspicious."""


def distrust(
    before: AmendmentsReading,
    after: AmendmentsReading,
    new: Sequence[Amendment],
    removed: Sequence[Amendment],
    rotated: Sequence[Amendment],
    revised: Sequence[Revision],
) -> str | None:
    """Why nothing should be concluded from the later page; None when it looks whole."""
    gone = len(removed) + len(rotated)
    if not after.entries:
        return "the list is empty now" if before.entries else None
    if TRUNCATED in after.oddities and (gone or revised):
        return f"{TRUNCATED}, and {gone} entries are missing"
    expected = len(before.entries) - len(rotated)
    if len(removed) >= LEAST_GONE and len(removed) * 2 > expected:
        return f"{len(removed)} of {expected} entries are gone from months that are still on the page"
    last = after.entries[-1]
    whole_new = [entry for entry in new if entry is not last]
    if (last in new or any(pair.after is last for pair in revised)) and _breaks_off(last, before.entries):
        return "the list breaks off inside its last entry"
    had_footer = bool(before.next_update or before.archives or before.edition)
    lost_footer = had_footer and not (after.next_update or after.archives or after.edition)
    if lost_footer and not whole_new and (gone or any(pair.after is last for pair in revised)):
        return "the end of the page is missing"
    if rotated and not new and _lost_newest(before, rotated):
        return "the newest month is gone, and older ones are still there"
    if (
        len(rotated) >= LEAST_GONE
        and not new
        and not after.archives
        and len(rotated) * 5 > len(before.entries) * 4
    ):
        return f"{len(rotated)} of {len(before.entries)} entries are gone, and nothing new came"
    return None


def _breaks_off(last: Amendment, entries: Sequence[Amendment]) -> bool:
    """Whether an entry is the beginning of another and no more."""
    return not last.details.endswith(".") and any(
        entry.month == last.month
        and (entry.title or "").startswith(last.title or "")
        and entry.details.startswith(last.details)
        for entry in entries
    )


def _lost_newest(before: AmendmentsReading, rotated: Sequence[Amendment]) -> bool:
    newest = max((entry.month for entry in before.entries if entry.month), default=None)
    return newest is not None and any(entry.month == newest for entry in rotated)

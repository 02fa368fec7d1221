"""Turns whatever a source says into a list of amendments, so that one comparison and one record serve them all."""

from __future__ import annotations

from manual.reading import (
    Amendment,
    AmendmentKind,
    AmendmentsReading,
    FeedEntry,
    FeedReading,
    NoticesReading,
    Reading,
)


def entries_of(reading: Reading) -> AmendmentsReading | None:
    """The reading as a list of amendments: a feed's items, a prose page's notices, an amendments list as it is.

    None for contents and chapters: their changes are told from two readings, not from one.
    """
    match reading:
        case AmendmentsReading():
            return reading
        case FeedReading():
            return AmendmentsReading(entries=tuple(_from_feed(entry) for entry in reading.entries))
        case NoticesReading():
            return AmendmentsReading(
                entries=tuple(
                    Amendment(month=None, kind=AmendmentKind.UPDATED, title=notice.heading, details=notice.text)
                    for notice in reading.notices
                )
            )
        case _:
            return None


def _from_feed(entry: FeedEntry) -> Amendment:
    when = entry.updated or entry.published
    return Amendment(
        month=when[:7] if when else None,
        kind=AmendmentKind.UPDATED,
        title=entry.title,
        details=entry.details,
        url=entry.url,
    )

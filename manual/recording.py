"""What a list's reading means for what is known of it: decided purely, recorded in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from manual import store
from manual.amendments.compare import compare_amendments, revision_matters
from manual.errors import Unreadable
from manual.identity import fold, title_key
from manual.reading import Amendment, AmendmentsReading
from manual.store import RecordedAmendment, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to do about each difference. Ids are those of stored amendments."""

    told: tuple[tuple[Amendment, int | None], ...]
    """Amendments to record and to tell; with the id of the one that each revises, None for a new one."""
    corrected: tuple[tuple[Amendment, int], ...]
    """Other words for a known amendment, not worth telling again."""
    found: tuple[tuple[Amendment, int], ...]
    """Known amendments whose title was lost and is known now: told to those who were not told of them before."""
    gone: tuple[int, ...]
    """No longer on the page: taken away, or moved into the archive."""
    back: tuple[int, ...]
    """On the page again. Not told again."""


async def record_baseline(
    connection: AsyncConnection,
    source: Source,
    reading: AmendmentsReading,
    archived: Sequence[Amendment],
    now: datetime,
) -> None:
    """Take down what stands there at first sight, and in its archive. Nobody is told of it."""
    entries = [(amendment, None) for amendment in reading.entries]
    await store.record_amendments(connection, source, entries, baseline=True, now=now)
    here = {_said(amendment) for amendment in reading.entries}
    older = [(amendment, None) for amendment in archived if _said(amendment) not in here]
    recorded = await store.record_amendments(connection, source, older, baseline=True, now=now)
    await store.mark_gone(connection, [each.id for each in recorded], now)


async def record_list(
    connection: AsyncConnection, source: Source, reading: AmendmentsReading, now: datetime
) -> list[RecordedAmendment]:
    """Record what is new or revised since the last reading. Returns what is to be told. Raises Unreadable."""
    known = await store.known_amendments(connection, source.id)
    earlier = {
        each.id: await store.earlier_wordings(connection, each.id) for each in known if each.revises_id is not None
    }
    last = await store.latest_reading(connection, source.id)
    before = last if isinstance(last, AmendmentsReading) else reading
    changes = decide(known, reading, earlier=earlier, before=before)
    for amendment, amendment_id in (*changes.corrected, *changes.found):
        await store.correct_amendment(connection, amendment_id, amendment)
    await store.mark_gone(connection, changes.gone, now)
    await store.mark_back(connection, changes.back)
    told = await store.record_amendments(connection, source, changes.told, baseline=False, now=now)
    found = await store.amendments_by_id(connection, [amendment_id for _, amendment_id in changes.found])
    return [*told, *(each for each in found if not each.baseline)]


def decide(
    known: Sequence[RecordedAmendment],
    after: AmendmentsReading,
    *,
    earlier: Mapping[int, Sequence[Amendment]],
    before: AmendmentsReading,
) -> Changes:
    """What is new, revised or gone. Pure. Raises Unreadable where the two lists can't be compared.

    ``earlier`` holds, for known amendments that were revised before, their former wordings: a page that flips
    back to one of them (a stale cache, say) tells nobody anything new. ``before`` is the last reading: that its
    foot (next update, archive) is lost now tells a page that was cut off from one that lists less.
    """
    here = [each for each in known if not each.gone]
    comparison = compare_amendments(replace(before, entries=tuple(each.amendment for each in here)), after)
    if not comparison.understood:
        raise Unreadable(comparison.reason or "the list can't be compared with the last one")
    ids: defaultdict[Amendment, list[int]] = defaultdict(list)
    for each in here:
        ids[each.amendment].append(each.id)
    new, back = _without_returning(comparison.new, [each for each in known if each.gone])
    told: list[tuple[Amendment, int | None]] = [(amendment, None) for amendment in new]
    corrected: list[tuple[Amendment, int]] = []
    for pair in comparison.revised:
        amendment_id = ids[pair.before].pop(0)
        told_before = any(not revision_matters(former, pair.after) for former in earlier.get(amendment_id, ()))
        if revision_matters(pair.before, pair.after) and not told_before:
            told.append((pair.after, amendment_id))
        else:
            corrected.append((pair.after, amendment_id))
    revised = {id(pair.after) for pair in comparison.revised}
    found = [
        (pair.after, ids[pair.before].pop(0)) for pair in comparison.found_titles if id(pair.after) not in revised
    ]
    months = {amendment.month for amendment in after.entries}
    gone = {ids[amendment].pop(0) for amendment in comparison.removed}
    gone |= {each.id for each in here if each.amendment.month not in months}
    return Changes(
        told=tuple(told),
        corrected=tuple(corrected),
        found=tuple(found),
        gone=tuple(sorted(gone)),
        back=tuple(back),
    )


def _without_returning(
    new: Sequence[Amendment], away: Sequence[RecordedAmendment]
) -> tuple[list[Amendment], list[int]]:
    """Part what is new from what had gone and came back with the same words."""
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for each in away:
        waiting[_said(each.amendment)].append(each.id)
    really_new, back = [], []
    for amendment in new:
        same = waiting[_said(amendment)]
        if same:
            back.append(same.pop(0))
        else:
            really_new.append(amendment)
    return really_new, back


def _said(amendment: Amendment) -> Hashable:
    title = title_key(amendment.title) if amendment.title else None
    return amendment.month, amendment.kind, title, fold(amendment.details)

"""What is kept of a manual: every query on its sources, readings and amendments."""

from __future__ import annotations

from manual.store.amendments import (
    RecordedAmendment,
    SectionChanges,
    amendments_by_id,
    correct_amendment,
    earlier_wordings,
    known_amendments,
    mark_back,
    mark_gone,
    record_amendments,
)
from manual.store.held import (
    attach_section_changes,
    drop_held,
    listed_chapters,
    release_held,
)
from manual.store.readings import (
    fingerprint,
    latest_contents,
    latest_reading,
    record_reading,
)
from manual.store.sources import (
    CLAIM_LASTS,
    Source,
    add_chapters,
    add_sources,
    all_sources,
    claim_due_source,
    make_due,
    record_failure,
    record_good_visit,
    record_overdue,
    still_claimed,
)

__all__ = [
    "CLAIM_LASTS",
    "RecordedAmendment",
    "SectionChanges",
    "Source",
    "add_chapters",
    "add_sources",
    "all_sources",
    "amendments_by_id",
    "attach_section_changes",
    "claim_due_source",
    "correct_amendment",
    "drop_held",
    "earlier_wordings",
    "fingerprint",
    "known_amendments",
    "latest_contents",
    "latest_reading",
    "listed_chapters",
    "make_due",
    "mark_back",
    "mark_gone",
    "record_amendments",
    "record_failure",
    "record_good_visit",
    "record_overdue",
    "record_reading",
    "release_held",
    "still_claimed",
]

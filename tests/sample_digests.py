"""Digests of a fictional council, Westmere: builders for tests, and whole samples that the pictures show too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from digests.digest import ChangeOp, Digest, DigestLinks, Item, SectionChange, compile_digest
from digests.wording import LONDON
from manual.reading import Amendment, AmendmentKind, Section
from subscriptions.interests import Significance

MANUAL = "https://procedures.westmere.example/chapters"
PAGES = "https://chapterwatch.westmere.example"
NAME = "Westmere Children’s Services Procedures"
DUE = datetime(2026, 5, 11, 9, 0, tzinfo=LONDON)
LINKS = DigestLinks(
    manage_url=f"{PAGES}/subscriptions/IjQi.aGVsbG8",
    unsubscribe_url=f"{PAGES}/unsubscribe/IjQi.d29ybGQ",
    archive_url=f"{PAGES}/digests/weekly-2026-05-11-4",
)


def an_amendment(title: str | None = "Private Fostering", **changes: Any) -> Amendment:
    values: dict[str, Any] = {
        "month": "2026-05",
        "kind": AmendmentKind.UPDATED,
        "title": title,
        "details": "Section 3, Notifications has been brought into line with local practice.",
    }
    return Amendment(**{**values, **changes})


def an_item(number: int = 1, amendment: Amendment | None = None, **changes: Any) -> Item:
    """An item; ``number`` is its amendment's id and its place in the contents."""
    values: dict[str, Any] = {
        "amendment_id": number,
        "manual": "westmere",
        "manual_name": NAME,
        "amendment": amendment or an_amendment(),
        "significance": Significance.CHANGED,
        "section": Section(number="5.1", title="Fostering"),
        "position": number,
        "chapter_url": f"{MANUAL}/p_{number}.html",
        "more_url": f"{PAGES}/amendments/{number}",
        "reasons": ("follows the topic Fostering",),
    }
    return Item(**{**values, **changes})


def a_digest(items: Iterable[Item] | None = None, **changes: Any) -> Digest:
    values: dict[str, Any] = {
        "key": "weekly-2026-05-11-4",
        "subscriber": "this channel",
        "frequency": "weekly",
        "due_at": DUE,
        "links": LINKS,
    }
    return compile_digest([an_item()] if items is None else items, **{**values, **changes})


FOSTERING = Section(number="5.1", title="Fostering Services")
PLACEMENTS = Section(number="4.2", title="Placements")
LEAVING_CARE = Section(number="4.8", title="Leaving Care")

_VISITS: tuple[tuple[ChangeOp, str], ...] = (
    ("equal", "The supervising social worker visits the foster home "),
    ("removed", "at least every eight weeks"),
    ("added", "at least every six weeks, and every four in the first year of approval"),
    ("equal", ". One visit a year is unannounced. "),
    (
        "added",
        "The visit’s record says whether each child was seen alone and, if not, why not and when they will be. ",
    ),
    ("equal", "The record is shared with the carer within ten working days."),
)


def fostering_digest(**changes: Any) -> Digest:
    """What a fostering team gets after an update: five entries, one to re-read, one that lost its title."""
    items = [
        an_item(
            1,
            an_amendment(
                "Supervision and Support of Foster Carers",
                details="This chapter has been rewritten to follow the new standard on carers’ supervision and "
                "should be re-read throughout. Section 4, Visits sets out how often carers are visited and what "
                "is recorded.",
                sections=("4",),
                reread=True,
            ),
            section=FOSTERING,
            chapter_number="5.1.6",
            significance=Significance.REREAD,
            section_changes=(SectionChange(heading="4 Visits", parts=_VISITS),),
        ),
        an_item(
            2,
            an_amendment(
                "Delegated Authority to Foster Carers",
                details="Section 2.3, Haircuts, Piercings and Sleepovers now says who decides when parents and "
                "the council don’t agree. A flowchart has been added as Appendix 1.",
                sections=("2.3",),
            ),
            section=PLACEMENTS,
            chapter_number="4.2.9",
        ),
        an_item(
            3,
            an_amendment(
                None,
                details="The form for recording an exemption from the usual fostering limit has been replaced.",
                candidates=("Exemptions to the Fostering Limit", "Reviews of Foster Carers"),
            ),
            section=None,
            chapter_url=None,
        ),
        an_item(
            4,
            an_amendment(
                "Staying Put",
                details="A new chapter on young people who stay with their former foster carers after 18. It "
                "covers the agreement, money, and what happens when the arrangement ends.",
                kind=AmendmentKind.NEW,
            ),
            section=FOSTERING,
            chapter_number="5.1.11",
        ),
        an_item(
            5,
            an_amendment("Fostering Panel", details="Links have been updated.", kind=AmendmentKind.UPDATED),
            section=FOSTERING,
            chapter_number="5.1.3",
            significance=Significance.MINOR,
        ),
    ]
    values: dict[str, Any] = {"about": "fostering", "next_updates": {NAME: "2026-11"}}
    return a_digest(items, **{**values, **changes})


_CHAPTERS = {
    Section(number="1.2", title="Managing Individual Cases"): (
        "Assessments",
        "Strategy Meetings",
        "Core Groups",
        "Chronologies",
        "Closing a Case",
    ),
    Section(number="1.4", title="Court"): (
        "Public Law Outline",
        "Emergency Protection Orders",
        "Legal Gateway Meetings",
        "Statements and Reports for Court",
        "Supervision Orders",
    ),
    Section(number="3.4", title="Children at Particular Risk"): (
        "Missing Children",
        "Gangs and Youth Violence",
        "Trafficking and Modern Slavery",
        "Online Safety",
        "Forced Marriage",
    ),
    Section(number="4.2", title="Placements"): (
        "Placements with Parents",
        "Out of Area Placements",
        "Placements in Foster Care",
        "Delegated Authority",
        "Visits to Children in Care",
    ),
    Section(number="4.8", title="Leaving Care"): (
        "Pathway Plans",
        "Personal Advisers",
        "Money for Care Leavers",
        "Staying in Touch",
        "Young People in Custody",
    ),
    Section(number="5.1", title="Fostering Services"): (
        "Fostering Panel",
        "Private Fostering",
        "Reviews of Foster Carers",
        "Allegations against Foster Carers",
        "Exemptions to the Fostering Limit",
    ),
    Section(number="6.1", title="Records"): (
        "Case Recording Standards",
        "Access to Records",
        "Retention of Records",
        "Recording of Meetings",
        "Transfer of Cases",
    ),
}
_CHANGES = (
    "Section 3, Timescales has been revised to show working days throughout.",
    "The chapter has been updated after this year’s practice review. Section 5, Review and Closure says who signs "
    "off the plan and by when.",
    "A section on children’s own views has been added, with examples of how to record them.",
    "This chapter has been rewritten locally and should be re-read throughout.",
    "Links to guidance have been updated.",
)


def whole_manual_digest(number: int = 31, **changes: Any) -> Digest:
    """What somebody who follows everything gets after a planned update: ``number`` entries all over the manual."""
    chapters = [
        (section, index, title) for section in _CHAPTERS for index, title in enumerate(_CHAPTERS[section], 1)
    ]
    items = []
    for index in range(number):
        section, place, title = chapters[index * len(chapters) // number]
        if number > len(chapters):
            title = f"{title}, Part {index + 1}"
        details = _CHANGES[index % len(_CHANGES)]
        amendment = an_amendment(
            title,
            details=details,
            reread="re-read" in details,
            sections=("3",) if "Section 3" in details else (),
        )
        items.append(
            an_item(
                index + 1,
                amendment,
                significance=_significance(details),
                section=section,
                chapter_number=f"{section.number}.{place}",
                reasons=("follows everything",),
            )
        )
    return a_digest(items, **{"next_updates": {NAME: "2026-11"}, **changes})


def _significance(details: str) -> Significance:
    if "re-read" in details:
        return Significance.REREAD
    return Significance.MINOR if details.startswith("Links") else Significance.CHANGED

"""One item of a digest as readers see it, in words and links: what Slack, mail and the terminal all show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from digests.digest import Digest, Item
from digests.passages import Passage, passages
from digests.wording import count_words, list_words, month_words, shorten, title_words
from subscriptions.interests import Significance

Lengths = Mapping[Significance, int]
"""How many characters of an item's details are shown, by how much it matters; 0 shows its title alone."""

MOST_PASSAGES = 6


def lengths(*, reread: int, changed: int, minor: int) -> Lengths:
    return {Significance.REREAD: reread, Significance.CHANGED: changed, Significance.MINOR: minor}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSection:
    """A section of the chapter's own text that changed, and its first changed passages."""

    heading: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item's words.

    ``more_url`` is there only where the details were shortened; of a ``bare`` entry nothing but the title is to be
    shown. ``why`` is there only where the digest's items are in it for different reasons.
    """

    title: str
    url: str | None
    reread: bool
    details: str
    more_url: str | None
    facts: tuple[str, ...]
    why: str | None
    changed_sections: tuple[ChangedSection, ...]
    unshown_words: str
    """That more passages changed than are shown, "" mostly."""
    bare: bool


def entry_of(item: Item, digest: Digest, shown: Lengths) -> Entry:
    """``item`` in words. Its details are shortened only where a link leads to the whole of them."""
    more_url = item.more_url or digest.links.archive_url
    most = shown[item.significance]
    whole = item.amendment.details.strip()
    details, shortened = shorten(whole, most) if more_url else (whole, False)
    changed, unshown = _changed_sections(item, most=MOST_PASSAGES if most else 0)
    return Entry(
        title=" ".join(filter(None, (item.chapter_number, title_words(item.amendment)))),
        url=item.chapter_url,
        reread=item.significance is Significance.REREAD,
        details=details,
        more_url=more_url if shortened else None,
        facts=item.facts,
        why=_why(item, digest),
        changed_sections=changed,
        unshown_words=unshown,
        bare=shortened and not details,
    )


def closing_lines(digest: Digest) -> list[str]:
    """When each manual is updated next; and why this came, where all items have one reason."""
    lines = next_update_lines(digest)
    if digest.shared_reasons:
        lines.append(f"You get this because {digest.subscriber} {list_words(digest.shared_reasons)}.")
    return lines


def next_update_lines(digest: Digest) -> list[str]:
    """When each manual is updated next, where it says so."""
    one = len(digest.manual_names) == 1
    return [
        f"Next update{'' if one else f' of {name}'}: {month_words(month)}." for name, month in digest.next_updates
    ]


def passage_text(passage: Passage) -> str:
    """A passage as plain text: a line "Was: …" and a line "Now: …", or one "Added: …" or "Taken out: …"."""
    return "\n".join(f"{label}: {''.join(words.text for words in run).strip()}" for label, run in passage.lines)


def _why(item: Item, digest: Digest) -> str | None:
    if digest.shared_reasons or not item.reasons:
        return None
    return f"Here because {digest.subscriber} {list_words(item.reasons)}"


def _changed_sections(item: Item, most: int) -> tuple[tuple[ChangedSection, ...], str]:
    """The chapter's changed sections with ``most`` passages in all, and words for those that leaves out."""
    sections, room, unshown = [], most, 0
    for change in item.section_changes:
        found = passages(change)
        sections.append(ChangedSection(heading=change.heading, passages=found[:room]))
        unshown += len(found[room:])
        room -= len(found[:room])
    places = count_words(unshown, "more place" if most else "place")
    return tuple(sections), f"Changed in {places}." if unshown else ""

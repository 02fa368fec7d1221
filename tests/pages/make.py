"""Writes the laid-out pages of the corpus: ``python -m tests.pages.make``. The same pages every time."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.pages import wording
from tests.pages.corpus import HELD_BACK, HERE
from tests.pages.layouts import (
    LAYOUTS,
    LOSES_REMOVED,
    LOSES_TITLES,
    WITHOUT_GROUPS,
    Block,
    Edition,
    Entry,
    loses_title,
)

# markup, seed, sizes of the blocks (newest first)
VISIBLE: list[tuple[str, int, list[int]]] = [
    ("caption tables", 1, [19, 8]),
    ("caption tables", 2, [33, 2, 11, 9, 16, 22, 10]),
    ("headings outside tables", 3, [11, 1, 6]),
    ("nested layout tables", 4, [16]),
    ("definition lists", 5, [9, 4]),
    ("div rows", 6, [22]),
    ("one table for all", 7, [10, 8, 2, 31]),
    ("new platform", 8, [7, 4, 9, 1]),
    ("three columns", 9, [11, 2, 1, 6, 1]),
    ("text A (joined rows)", 10, [19, 6]),
    ("text A (blank lines)", 11, [22, 4]),
    ("text B (pipe)", 12, [11, 8, 9, 10, 16, 8]),
    ("text B (leading pipes)", 13, [9, 2]),
    ("text B (new platform)", 14, [8, 6]),
]
KEPT_BACK: list[tuple[str, int, list[int]]] = [
    ("caption tables", 101, [10, 19]),
    ("headings outside tables", 102, [31, 1]),
    ("nested layout tables", 103, [8, 6]),
    ("definition lists", 104, [16]),
    ("div rows", 105, [4, 9]),
    ("one table for all", 106, [19, 22, 9, 11]),
    ("new platform", 107, [16, 2, 6]),
    ("three columns", 108, [1, 8, 4]),
    ("text A (joined rows)", 109, [16, 2]),
    ("text A (blank lines)", 110, [9, 10]),
    ("text B (pipe)", 111, [19, 11]),
    ("text B (leading pipes)", 112, [11]),
    ("text B (new platform)", 113, [10, 4]),
]
AREAS = ["Westmere", "Harrowfold", "Thornley Vale", "Saltmarsh", "Dale", "Ashenby", "Kingsmead", "Sussmere"]


def main() -> None:
    for root, wanted in ((HERE, VISIBLE), (HELD_BACK, KEPT_BACK)):
        for markup, seed, sizes in wanted:
            edition = _edition(random.Random(seed), sizes, new_platform=markup in WITHOUT_GROUPS)
            _write(root / "amendments", markup, seed, edition)


def _edition(chance: random.Random, sizes: list[int], *, new_platform: bool) -> Edition:
    newest = date(chance.randint(2017, 2025), chance.choice([3, 4, 5, 6]), 1)
    months = [newest]
    for _ in sizes[1:]:
        months.append(_months_before(months[-1], chance.choice([1, 5, 6, 6, 6])))
    blocks = tuple(
        Block(month=month, entries=tuple(_entries(chance, size, month, new_platform)))
        for month, size in zip(months, sizes, strict=True)
    )
    next_update = None if new_platform else _months_before(newest, -6)
    return Edition(area=chance.choice(AREAS), blocks=blocks, next_update=next_update)


def _months_before(month: date, count: int) -> date:
    ordinal = month.year * 12 + month.month - 1 - count
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def _entries(chance: random.Random, size: int, month: date, new_platform: bool) -> Iterator[Entry]:
    """Mostly updated chapters in the manual's order, then new ones, then removed."""
    new = min(size // 5, 4)
    removed = 0 if new_platform else chance.choice([0, 0, min(size // 4, 6)])
    titles = sorted(chance.sample(wording.SHORT_TITLES + wording.LONG_TITLES, size))
    added = set(chance.sample(titles[1:], new)) if new else set()
    for title in titles[: size - removed]:
        if title not in added:
            is_replaced = chance.random() < 0.06
            yield _entry(chance, title, "updated", "replaced" if is_replaced else "updated", month, new_platform)
    for title in sorted(added & set(titles[: size - removed])):
        yield _entry(chance, title, "new", "new", month, new_platform)
    if new > 1 and not new_platform:
        yield _entry(chance, chance.choice(wording.LINK_TITLES), "new", "link", month, new_platform)
    for title in chance.sample(wording.REMOVED_TITLES, removed):
        yield Entry(title=title, slug="", group="removed", kind="removed")


SENTENCES = {
    "updated": wording.UPDATED,
    "new": wording.NEW,
    "replaced": wording.REPLACED,
    "link": wording.LINKS,
}


def _entry(chance: random.Random, title: str, group: str, kind: str, month: date, new_platform: bool) -> Entry:
    sentence = chance.choice(SENTENCES[kind])
    first = chance.randint(1, 9)
    number = str(first) if chance.random() < 0.6 else f"{first}.{chance.randint(1, 12)}"
    heading, other_heading = chance.sample(wording.HEADINGS, 2)
    fill = {
        "was": "was" if new_platform else "has been",
        "n": number,
        "m": str(first + chance.randint(1, 3)),
        "h": heading,
        "g": other_heading,
        "old": chance.choice(wording.FORMER_TITLES),
    }
    paragraphs = [paragraph.format(**fill) for paragraph in sentence.paragraphs]
    if new_platform:
        paragraphs[0] = _with_month(paragraphs[0], month)
    return Entry(
        title=title,
        slug="p_" + re.sub(r"[^a-z]+", "_", title.casefold()).strip("_")[:24],
        group=group,
        kind=kind,
        paragraphs=tuple(paragraphs),
        sections=tuple(each.format(**fill) for each in sentence.sections),
        reread=sentence.reread,
        rereference=sentence.rereference,
        former_titles=(fill["old"],) if sentence.former else (),
    )


def _with_month(sentence: str, month: date) -> str:
    first, _, rest = sentence.partition(" ")
    first = first.lower() if first in {"This", "The", "A", "In", "Links"} else first
    return f"In {month:%B %Y}, {first} {rest}"


def _write(folder: Path, markup: str, seed: int, edition: Edition) -> None:
    is_text = markup.startswith("text")
    suffix = "txt" if is_text else "html"
    name = f"laid-out-{re.sub('[^a-z]+', '-', markup.casefold()).strip('-')}-{seed}"
    url = f"https://{edition.area.split()[0].casefold()}.example.org/manual/amendments.html"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.{suffix}").write_text(LAYOUTS[markup](edition), encoding="utf-8")
    notes = {
        "about": f"Laid out by make.py: {len(edition.blocks)} months.",
        "markup": markup,
        "url": None if is_text else url,
        "content_type": "text/plain; charset=utf-8" if is_text else "text/html; charset=utf-8",
        "truth": {
            "kind": "amendments",
            "next_update": f"{edition.next_update:%Y-%m}" if edition.next_update else None,
            "entries": [],
        },
    }
    rows = ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in _truths(edition, markup))
    text = json.dumps(notes, ensure_ascii=False, indent=1).replace('"entries": []', f'"entries": [\n{rows}\n  ]')
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _truths(edition: Edition, markup: str) -> Iterator[dict[str, Any]]:
    """What the page still says once the markup has lost what it loses."""
    for block in edition.blocks:
        for entry in block.entries:
            is_removed = entry.kind == "removed"
            if is_removed and markup in LOSES_REMOVED:
                continue
            lost = markup in LOSES_TITLES and loses_title(entry)
            truth = {
                "month": f"{block.month:%Y-%m}",
                "kind": entry.kind,
                "title": None if lost else entry.title,
                "details": None if is_removed else "\n".join(each.removeprefix("• ") for each in entry.paragraphs),
                "sections": list(entry.sections),
                "reread": entry.reread,
                "url": None if is_removed or markup.startswith("text") else _url(entry, markup),
            }
            if entry.rereference:
                truth["rereference"] = True
            if entry.former_titles:
                truth["former_titles"] = list(entry.former_titles)
            yield truth


def _url(entry: Entry, markup: str) -> str:
    return f"{entry.slug}.{'htm' if markup == 'nested layout tables' else 'html'}"


if __name__ == "__main__":
    main()

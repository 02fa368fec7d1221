"""Writes the laid-out pages of the corpus: ``python -m tests.pages.make``. The same pages every time."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.pages import wording
from tests.pages.contents_layouts import CONTENTS_LAYOUTS, Part, Row
from tests.pages.corpus import HELD_BACK, HERE, Page, page_of
from tests.pages.layouts import (
    LAYOUTS,
    LOSES_REMOVED,
    LOST_TITLE,
    WITHOUT_GROUPS,
    Block,
    Edition,
    Entry,
)
from tests.pages.wording import Sentence

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
    ("bootstrap panels", 15, [9, 10]),
    ("text A (new platform)", 16, [10, 2]),
    ("text C (filtered)", 17, [11, 4]),
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
    ("bootstrap panels", 114, [6, 22]),
    ("text A (new platform)", 115, [9, 1]),
    ("text C (filtered)", 116, [16]),
]
CONTENTS = [(HERE, "old three-column tables", 21), (HERE, "new platform", 22), (HERE, "text A", 23)]
CONTENTS_KEPT_BACK = [
    (HELD_BACK, "old three-column tables", 121),
    (HELD_BACK, "new platform", 122),
    (HELD_BACK, "text A", 123),
]
PARTS = ["All Children", "Safeguarding", "Children in Care", "Fostering", "Adoption", "Leaving Care", "Appendices"]
AREAS = ["Westmere", "Harrowfold", "Thornley Vale", "Saltmarsh", "Dale", "Ashenby", "Kingsmead", "Sussmere"]

Files = Iterator[tuple[Path, str]]


def main() -> None:
    for path, text in laid_out():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def laid_out() -> Files:
    """Every laid-out page and its truth: where each goes, and what stands in it."""
    for root, wanted in ((HERE, VISIBLE), (HELD_BACK, KEPT_BACK)):
        for markup, seed, sizes in wanted:
            edition = _edition(random.Random(seed), sizes, new_platform=markup in WITHOUT_GROUPS)
            yield from _amendments_page(root / "amendments", markup, seed, edition)
    for root, markup, seed in CONTENTS + CONTENTS_KEPT_BACK:
        yield from _contents_page(root / "contents", markup, seed, list(_parts(random.Random(seed))))


BLOCK_SIZES = [1, 1, 2, 2, 4, 6, 8, 9, 10, 11, 16, 19, 22, 31]
"""As real blocks are: the median is eight or nine entries."""


def fresh_pages(markup: str, seeds: Iterable[int]) -> Iterator[Page]:
    """Amendments pages that nobody has seen, one a seed, each with its truth; they stand in no file."""
    for seed in seeds:
        chance = random.Random(seed)
        sizes = [chance.choice(BLOCK_SIZES) for _ in range(chance.choice([1, 1, 2, 3, 5]))]
        edition = _edition(chance, sizes, new_platform=markup in WITHOUT_GROUPS)
        (path, page), (_, notes) = _amendments_page(Path("fresh"), markup, seed, edition)
        yield page_of(path, page.encode(), json.loads(notes))


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
    sentences = [each for each in SENTENCES[kind] if not new_platform or _tells_kind(each, kind)]
    sentence = chance.choice(sentences)
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
        slug=_slug(title),
        group=group,
        kind=kind,
        paragraphs=tuple(paragraphs),
        sections=tuple(each.format(**fill) for each in sentence.sections),
        reread=sentence.reread,
        rereference=sentence.rereference,
        joins=sentence.joins,
        former_titles=(fill["old"],) if sentence.former else (),
    )


def _tells_kind(sentence: Sentence, kind: str) -> bool:
    """Where there are no groups, only the sentence can say that a chapter is new."""
    first = sentence.paragraphs[0]
    return kind != "new" or (first.startswith("This") and "added" in first)


def _slug(title: str) -> str:
    return "p_" + re.sub(r"[^a-z]+", "_", title.casefold()).strip("_")[:24]


def _with_month(sentence: str, month: date) -> str:
    first, _, rest = sentence.partition(" ")
    first = (
        first.lower() if first in {"This", "The", "A", "In", "From", "Links", "Added", "All", "Young"} else first
    )
    return f"In {month:%B %Y}, {first} {rest}"


def _amendments_page(folder: Path, markup: str, seed: int, edition: Edition) -> Files:
    truth = {
        "kind": "amendments",
        "next_update": f"{edition.next_update:%Y-%m}" if edition.next_update else None,
        "entries": list(_truths(edition, markup)),
    }
    about = f"Laid out by make.py: {len(edition.blocks)} months."
    yield from _files(folder, markup, seed, LAYOUTS[markup](edition), about, truth)


def _files(folder: Path, markup: str, seed: int, page: str, about: str, truth: dict[str, Any]) -> Files:
    is_text = markup.startswith("text")
    stem = f"laid-out-{re.sub('[^a-z]+', '-', markup.casefold()).strip('-')}-{seed}"
    notes = {
        "about": about,
        "markup": markup,
        "url": None if is_text else f"https://manual.example.org/{seed}/{truth['kind']}.html",
        "content_type": "text/plain; charset=utf-8" if is_text else "text/html; charset=utf-8",
        "truth": truth,
    }
    yield folder / f"{stem}.{'txt' if is_text else 'html'}", page
    yield folder / f"{stem}.json", _a_row_a_line(notes)


def _a_row_a_line(notes: dict[str, Any]) -> str:
    """JSON in which each entry is one line, so that people can read it and compare it."""
    rows: list[Any] = []

    def marked(value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows.extend(value)
            return [f"@{index}@" for index in range(len(rows) - len(value), len(rows))]
        return value

    truth = {key: marked(value) for key, value in notes["truth"].items()}
    text = json.dumps({**notes, "truth": truth}, ensure_ascii=False, indent=1)
    return re.sub(r'"@(\d+)@"', lambda match: json.dumps(rows[int(match[1])], ensure_ascii=False), text) + "\n"


def _truths(edition: Edition, markup: str) -> Iterator[dict[str, Any]]:
    """What the page still says once the markup has lost what it loses."""
    for block in edition.blocks:
        for entry in block.entries:
            is_removed = entry.kind == "removed"
            if is_removed and markup in LOSES_REMOVED:
                continue
            lost = markup in LOST_TITLE and LOST_TITLE[markup](entry) and not is_removed
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


def _parts(chance: random.Random) -> Iterator[Part]:
    """All the titles there are, under numbered parts with and without sub-sections; some numbers are left out."""
    titles = wording.SHORT_TITLES + wording.LONG_TITLES
    chance.shuffle(titles)
    for first, name in enumerate(PARTS, start=1):
        if chance.random() < 0.5:
            rows = tuple(_rows(chance, str(first), [titles.pop() for _ in range(13)]))
            yield Part(number=str(first), title=name, rows=rows)
            continue
        yield Part(number=str(first), title=name)
        for second, heading in enumerate(chance.sample(wording.HEADINGS, 3), start=1):
            number = f"{first}.{second}"
            rows = tuple(_rows(chance, number, [titles.pop() for _ in range(4)]))
            see_also = chance.choice(["", "", *wording.LINK_TITLES])
            yield Part(number=number, title=heading, rows=rows, see_also=see_also)


def _rows(chance: random.Random, number: str, titles: list[str]) -> Iterator[Row]:
    count = 0
    for title in titles:
        count += chance.choice([1, 1, 1, 1, 2])
        flag = chance.choice([""] * 8 + ["Updated", "Updated", "New", "under review"])
        yield Row(number=f"{number}.{count}", title=title, slug=_slug(title), flag=flag)


def _contents_page(folder: Path, markup: str, seed: int, parts: list[Part]) -> Files:
    is_new, is_text = markup == "new platform", markup.startswith("text")
    chapters = [
        {
            "number": row.number,
            "title": row.title,
            "url": None if is_text else f"{row.slug}.html",
            "flags": [row.flag.casefold()] if row.flag else [],
            "section": part.number,
            **({"updated_on": "2025-01-27"} if is_new and not row.flag.islower() else {}),
        }
        for part in parts
        for row in part.rows
    ]
    truth = {
        "kind": "contents",
        "sections": [{"number": part.number, "title": part.title} for part in parts],
        "chapters": chapters,
        "see_also": [
            {"section": part.number, "text": part.see_also, "url": None if is_text else "l.html"}
            for part in parts
            if part.see_also and not is_new
        ],
    }
    about = f"Laid out by make.py: {len(chapters)} chapters."
    yield from _files(folder, markup, seed, CONTENTS_LAYOUTS[markup](parts), about, truth)


if __name__ == "__main__":
    main()

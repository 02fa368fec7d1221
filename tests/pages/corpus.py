"""Loads the corpus: each page with the truth that stands beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HELD_BACK = HERE / "held-back"
PAGE_SUFFIXES = (".html", ".txt", ".xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its bytes as they would arrive, and what it says."""

    name: str
    path: Path
    about: str
    markup: str
    url: str | None
    content_type: str | None
    content: bytes = field(repr=False)
    truth: dict[str, Any] = field(repr=False)

    @property
    def is_text(self) -> bool:
        return self.path.suffix == ".txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A page at two visits, and what came between them."""

    name: str
    before: Page
    after: Page
    about: str
    markup: str
    truth: dict[str, Any] = field(repr=False)


def pages(folder: str, *, held_back: bool = False) -> Iterator[Page]:
    """The pages of "amendments", "contents", "other" or "feeds", by name."""
    root = HELD_BACK / folder if held_back else HERE / folder
    for notes_path in sorted(root.glob("*.json")):
        notes = json.loads(notes_path.read_text(encoding="utf-8"))
        path = _page_path(root, notes_path.stem)
        yield page_of(path, path.read_bytes(), notes)


def pairs(folder: str) -> Iterator[Pair]:
    """The pairs of "pairs" (amendments) or "chapters", by name."""
    for notes_path in sorted((HERE / folder).glob("*.json")):
        notes = json.loads(notes_path.read_text(encoding="utf-8"))
        paths = [_page_path(HERE / folder, f"{notes_path.stem}.{when}") for when in ("before", "after")]
        before, after = (page_of(path, path.read_bytes(), notes) for path in paths)
        yield Pair(
            name=notes_path.stem,
            before=before,
            after=after,
            about=notes["about"],
            markup=notes["markup"],
            truth=notes["truth"],
        )


def page_of(path: Path, content: bytes, notes: dict[str, Any]) -> Page:
    """The page at ``path`` with the notes that stand beside it."""
    return Page(
        name=path.stem,
        path=path,
        about=notes["about"],
        markup=notes["markup"],
        url=notes.get("url"),
        content_type=notes.get("content_type"),
        content=content,
        truth=notes["truth"],
    )


def _page_path(root: Path, stem: str) -> Path:
    for suffix in PAGE_SUFFIXES:
        path = root / f"{stem}{suffix}"
        if path.exists():
            return path
    raise FileNotFoundError(f"{root / stem}: there is a truth but no page ({', '.join(PAGE_SUFFIXES)})")

"""Tallies of what was right, and how titles and words are compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """How much was right, by what was looked at: [right, of]. Differences are sentences for a person."""

    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    differences: list[str] = field(default_factory=list)

    def note(self, aspect: str, right: bool, difference: str = "") -> None:
        self.counts[aspect][0] += right
        self.counts[aspect][1] += 1
        if not right and difference:
            self.differences.append(f"{aspect}: {difference}")

    def add(self, other: Tally) -> None:
        for aspect, (right, of) in other.counts.items():
            self.counts[aspect][0] += right
            self.counts[aspect][1] += of
        self.differences.extend(other.differences)

    def share(self, aspect: str) -> float | None:
        """Right out of all, None where nothing was looked at."""
        right, of = self.counts.get(aspect, (0, 0))
        return right / of if of else None


def plain(text: str | None) -> str:
    """A title as people compare it."""
    if text is None:
        return ""
    text = re.sub(r"[‘’`´]", "'", text)
    text = re.sub(r"[“”]", '"', text)
    text = re.sub(r"\s*[‐-―]\s*|\s+-\s+", " - ", text)
    return re.sub(r"\s+", " ", text).strip(" .;,:|").casefold()


def words(text: str | None) -> list[str]:
    return re.findall(r"[^\W_]+", (text or "").casefold())


def agree(
    tally: Tally,
    aspect: str,
    key: str,
    truth: Document,
    said: Document,
    name: str,
    as_key: Callable[[Any], Any] = lambda value: value,
) -> None:
    """Note whether ``key`` is what the truth says, or one of its ``also``."""
    accepted = [truth.get(key), *truth.get("also", {}).get(key, [])]
    right = any(as_key(said.get(key)) == as_key(each) for each in accepted)
    tally.note(aspect, right, f"{name}: {said.get(key)!r} for {truth.get(key)!r}")

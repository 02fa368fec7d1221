"""The words that went and came between two versions of a text, and when two texts have the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz.distance import Indel

from manual.identity import fold

Op = Literal["equal", "removed", "added"]
Part = tuple[Op, str]

CONTEXT = 160
"""Characters of unchanged text that stay on either side of a change."""
LONGEST = 4_000
"""Words or lines. Longer stretches are not laid side by side word by word: it would cost more than it tells."""
ISLAND = 2
"""Words. So few unchanged ones between changes are read more easily as changed with them."""

SAYS_SOMETHING = re.compile(r"[^\W_]|[£%€]")
WORD = re.compile(r"\S+\s*")
# What is set between digits tells numbers apart: 1.5 is not 15, and 2/3 not 23.
PUNCTUATION = re.compile(r"(?<!\d)[^\w\s£%€]|[^\w\s£%€](?!\d)|_")
DIGITS_APART = re.compile(r"(?<=\d)\s+(?=\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChange:
    """What changed in the words of one section.

    ``parts`` follow the section's order and join without anything between: "equal" and "removed" make the old
    text, "equal" and "added" the new. Long unchanged stretches are shortened to the words around the changes.
    """

    heading: str
    parts: tuple[Part, ...]

    def to_json(self) -> dict[str, Any]:
        return {"heading": self.heading, "parts": [list(part) for part in self.parts]}


def word_key(text: str) -> str:
    """What texts share that say the same: no case, quotes, dashes, entities, punctuation, no white space."""
    words = PUNCTUATION.sub("", fold(text))
    return "".join(DIGITS_APART.sub("_", words).split())


def same_words(text: str, other: str) -> bool:
    """Whether two texts say the same, however they are written."""
    return text == other or word_key(text) == word_key(other)


def word_change(heading: str, before: str, after: str) -> WordChange:
    """The change between a section's old and new text, line by line and in changed lines word by word."""
    parts: list[Part] = []
    for old, new in _stretches(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if same_words(old, new):
            parts.append(("equal", new))
        else:
            parts.extend(_merged(_differences(_words(old), _words(new))))
    return WordChange(heading=heading, parts=tuple(_shortened(_joined(parts))))


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Lines that stayed, pair by pair, and between them what took the place of what."""
    gone: list[str] = []
    come: list[str] = []
    for op, line in _differences(old, new):
        if op == "removed":
            gone.append(line)
        elif op == "added":
            come.append(line)
        else:
            if gone or come:
                yield "".join(gone), "".join(come)
                gone, come = [], []
            yield line, line
    if gone or come:
        yield "".join(gone), "".join(come)


def _differences(old: Sequence[str], new: Sequence[str]) -> list[Part]:
    """Each of the old and the new as a part; what both have, as the new writes it."""
    keys = {each: word_key(each) for each in {*old, *new}}
    old_keys, new_keys = [keys[each] for each in old], [keys[each] for each in new]
    start = 0
    while start < min(len(old), len(new)) and old_keys[start] == new_keys[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old_keys[-1 - end] == new_keys[-1 - end]:
        end += 1
    parts = _kept(old[:start], new[:start])
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(inner_old), len(inner_new)) > LONGEST:
        parts += (("removed", each) for each in inner_old)
        parts += (("added", each) for each in inner_new)
    else:
        for step in Indel.opcodes(old_keys[start : len(old) - end], new_keys[start : len(new) - end]):
            gone, come = inner_old[step.src_start : step.src_end], inner_new[step.dest_start : step.dest_end]
            if step.tag == "equal":
                parts += _kept(gone, come)
            elif step.tag == "delete":
                parts += (("removed", each) for each in gone)
            else:
                parts += (("added", each) for each in come)
    return parts + _kept(old[len(old) - end :], new[len(new) - end :])


def _kept(old: Sequence[str], new: Sequence[str]) -> list[Part]:
    """What stayed, as the new writes it; parted from what follows where either was."""
    return [
        ("equal", after if after[-1:].isspace() or not before[-1:].isspace() else f"{after} ")
        for before, after in zip(old, new, strict=True)
    ]


def _words(text: str) -> list[str]:
    """Words with the white space behind them; a dash or bullet by itself goes with the word before."""
    words: list[str] = []
    for word in WORD.findall(text):
        if words and not SAYS_SOMETHING.search(word):
            words[-1] += word
        else:
            words.append(word)
    return words


def _merged(parts: Sequence[Part]) -> Iterator[Part]:
    """Changes with hardly a word between them as one: what went, then what came."""
    runs: list[tuple[bool, list[Part]]] = []
    for part in parts:
        is_change = part[0] != "equal"
        if not runs or runs[-1][0] != is_change:
            runs.append((is_change, []))
        runs[-1][1].append(part)
    gone, come = "", ""
    for at, (is_change, run) in enumerate(runs):
        is_island = 0 < at < len(runs) - 1 and len(run) <= ISLAND and bool(gone and come)
        if is_change or is_island:
            gone += "".join(text for op, text in run if op != "added")
            come += "".join(text for op, text in run if op != "removed")
        else:
            yield from (("removed", gone), ("added", come))
            gone, come = "", ""
            yield from run
    yield from (("removed", gone), ("added", come))


def _joined(parts: Sequence[Part]) -> list[Part]:
    joined: list[Part] = []
    for op, text in parts:
        if not text:
            continue
        if joined and joined[-1][0] == op:
            joined[-1] = (op, joined[-1][1] + text)
        else:
            joined.append((op, text))
    return joined


def _shortened(parts: Sequence[Part]) -> Iterator[Part]:
    for at, (op, text) in enumerate(parts):
        if op != "equal":
            yield op, text
            continue
        head = text[:CONTEXT] if at > 0 else ""
        tail = text[-CONTEXT:] if at < len(parts) - 1 else ""
        if len(text) <= len(head) + len(tail) + CONTEXT // 4:
            yield op, text
            continue
        # cut between words
        head = head[: head.rfind(" ") + 1] if " " in head else head
        tail = tail[tail.find(" ") :] if " " in tail else tail
        yield op, f"{head}…{tail}"

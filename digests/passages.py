"""Turns the changed words of a section into short passages to compare: what it was, what it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digests.digest import ChangeOp, SectionChange
from digests.wording import shorten

Part = tuple[ChangeOp, str]

_CONTEXT = 70  # characters of unchanged words kept on each side, enough for most of a line
_LONGEST = 500  # characters of one run of changed words; the chapter itself has the rest
_WHOLE = 60  # a run this long reads well alone, without the words around it


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words; ``changed`` ones are shown struck out or underlined where that can be shown."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One place that changed. ``was`` is empty where words were only added, ``now`` where only cut."""

    was: tuple[Words, ...]
    now: tuple[Words, ...]

    @property
    def lines(self) -> tuple[tuple[str, tuple[Words, ...]], ...]:
        """The passage as labelled lines: ("Was", …) and ("Now", …), or one of ("Added", …), ("Taken out", …)."""
        if not self.was:
            return (("Added", self.now),)
        if not self.now:
            return (("Taken out", self.was),)
        return (("Was", self.was), ("Now", self.now))


def passages(change: SectionChange) -> tuple[Passage, ...]:
    """The places of a section that changed, in its order, each with a little of the unchanged words around it."""
    return tuple(_passage(*place) for place in _places(change.parts))


def _places(parts: Sequence[Part]) -> Iterator[tuple[str, list[Part], str]]:
    """Runs of changes with little between them: the words before, the parts of the run, the words after."""
    before, run, between = "", list[Part](), ""
    for op, text in parts:
        if op != "equal":
            if between:
                run.append(("equal", between))
                between = ""
            run.append((op, text))
        elif not run:
            before = text
        elif len(text) <= _CONTEXT:
            between += text
        else:
            yield before, run, between + text
            before, run, between = text, [], ""
    if run:
        yield before, run, between


def _passage(before: str, run: Sequence[Part], after: str) -> Passage:
    ops = {op for op, _ in run}
    if len(ops) == 1 and sum(len(text) for _, text in run) >= _WHOLE:
        around: tuple[list[Words], list[Words]] = ([], [])
    else:
        around = ([Words(_last_words(before))], [Words(_first_words(after))])
    was = [Words(_cut(text), op == "removed") for op, text in run if op != "added"]
    now = [Words(_cut(text), op == "added") for op, text in run if op != "removed"]
    if not around[0]:
        return Passage(_tidy(was) if "removed" in ops else (), _tidy(now) if "added" in ops else ())
    return Passage(_tidy([*around[0], *was, *around[1]]), _tidy([*around[0], *now, *around[1]]))


def _tidy(words: Sequence[Words]) -> tuple[Words, ...]:
    """No empty words, and no white space marked as changed at the end of what changed."""
    tidy = []
    for each in words:
        text = each.text.rstrip()
        tidy += [Words(text, each.changed), Words(each.text[len(text) :])]
    return tuple(each for each in tidy if each.text)


def _cut(text: str) -> str:
    return shorten(text, _LONGEST)[0] if len(text) > _LONGEST else text


def _last_words(text: str) -> str:
    """The end of ``text``: its last sentence, or as many whole words as there is room for."""
    tail = text[-_CONTEXT:]
    sentence = max(tail.rfind(". "), tail.rfind("\n"))
    if sentence >= 0 and sentence + 2 < len(tail):
        return tail[sentence + 1 :].lstrip()
    if len(text) <= _CONTEXT:
        return text
    return "…" + tail[tail.find(" ") + 1 :]


def _first_words(text: str) -> str:
    """The start of ``text``: up to its first sentence's end, or as many whole words as there is room for."""
    head = text[:_CONTEXT]
    sentence = head.find(". ")
    if sentence >= 0:
        return head[: sentence + 1]
    if len(text) <= _CONTEXT:
        return text
    return head[: head.rfind(" ") if " " in head else None].rstrip() + "…"

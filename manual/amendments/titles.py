"""Titles and details told apart where no cell divides them: in text pages, paragraphs and list items.

A manual's details are sentences that begin in few ways and say what was changed (`manual.amendments.sentences`);
its titles are neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from manual.amendments.sentences import (
    CHANGE_VERB,
    GLUED_START,
    INNER_START,
    MAX_SENTENCE,
    START,
    STRONG_START,
    goes_on,
    is_details,
    main_verb,
)
from manual.identity import title_key
from manual.page.blocks import Block, Run

MAX_TITLE = 260
"""Characters. The longest real one has 219."""

# "Private Fostering. This chapter ...", "Young Carers - wording on reviews."
_PARTED = re.compile(
    rf"(.{{3,150}}?)(?:\. (?={START.pattern})|(?: [-–—]|:) (?={STRONG_START.pattern})| [-–—] (?=[a-z][^–—]*\.$))"
)
_SENTENCE_END = re.compile(r"[.;]\s+(?=[A-Z(])")
_CAPITAL = re.compile(r"(?<=\s)[A-Z]")
_LEADING_NUMBER = re.compile(r"^\d{1,3}(?:[.)]|(?:\.\d{1,3})+[a-z]?\.?)\s+(?=\S)")
_QUOTED = re.compile(r"['‘\"“]([^'‘’\"“”]+)['’\"”]")
_ONLY_NUMBER = re.compile(r"(?:Sections?|Appendix|Paragraph)? ?[\d.]+[a-z]?")
# A title doesn't end in these: a sentence went on.
_UNFINISHED = frozenset(
    "a an the of to in for and or with on by from at under as into see within about regarding concerning that is"
    " which has have was were are be new additional minor updated further local statutory revised & this these its"
    " their per via than between through including no not section sections".split()
)


# "The Private Fostering chapter has been updated."
_NAMED = re.compile(r"The ([A-Z][^.\n]{2,120}?) (?:chapter|procedure|policy|protocol) (?:has|was)\b")


class Split(NamedTuple):
    title: str
    details: str


def split_title(text: str, known: Mapping[str, str], *, joined: bool = False) -> Split | None:
    """A line that holds a title and its details, taken apart; None where it holds one of them only.

    The longest known title decides (``known`` maps `title_key` to titles), then the way that sentences begin:
    the last possible beginning before the first verb, where what goes before it could be a title. ``joined``: the
    line is known to hold both, so that any capital may begin the sentence ("Social Media Twitter was changed").
    """
    if known and (split := _split_known(text, known)):
        return split
    text = GLUED_START.sub(r"\1 ", text[:MAX_SENTENCE], count=1) + text[MAX_SENTENCE:]
    if (parted := _PARTED.match(text)) and _could_be_title(parted[1]) and not is_details(parted[1]):
        return Split(clean_title(parted[1]), text[parted.end() :])
    sentence_end = _SENTENCE_END.search(text)
    first = text[: min(sentence_end.start() if sentence_end else len(text), MAX_SENTENCE)]
    is_sentence = goes_on(text) if joined else START.match(text) is not None
    for begin in _beginnings(first, joined and not is_sentence):
        title = text[:begin].rstrip()
        if is_sentence and not (STRONG_START.match(text, begin) and _is_titled(title)):
            continue
        if _could_be_title(title):
            return Split(clean_title(title), text[begin:])
    return None


def _beginnings(sentence: str, any_capital: bool) -> list[int]:
    """Where in a line its sentence may begin, the likeliest first: the last before the verb; where no verb is
    known, the first that is followed by a small letter."""
    begins = [found.start() for found in INNER_START.finditer(sentence)]
    verb = main_verb(sentence)
    if verb is None:
        return [begin for begin in begins if goes_on(sentence[begin : begin + MAX_TITLE])]
    begins = [begin for begin in begins if begin < verb.start()]
    if any_capital and not begins:
        begins = [found.start() for found in _CAPITAL.finditer(sentence, 0, verb.start())]
    return begins[::-1]


def split_marked(block: Block) -> Split | None:
    """A line whose beginning is marked as a title, by a link, by bold letters or by being glued to the rest of it
    without a space, and goes on: taken apart there."""
    runs = block.runs
    if len(runs) < 2:
        return None
    is_marked = runs[0].bold or runs[0].url is not None
    end = 1
    while is_marked and end < len(runs) and _alike(runs[end], runs[0]):
        end += 1
    title = "".join([run.text for run in runs[:end]]).strip()
    rest = "".join([run.text for run in runs[end:]])
    details = rest.lstrip(" :–—-").strip()
    if not details or is_details(title) or not _could_be_title(title):
        return None
    split = Split(clean_title(title), details)
    if is_details(details) or START.match(details):
        return split if is_marked or not (runs[0].text[-1].isspace() or rest[0].isspace()) else None
    is_parted = title.endswith((":", "-", "–")) or rest.lstrip()[:1] in ":–—-"
    return split if is_marked and is_parted and details.endswith(".") else None


def _alike(run: Run, first: Run) -> bool:
    return (run.bold, run.url) == (first.bold, first.url)


def title_named(text: str) -> str | None:
    """The title that a sentence names as its subject, which is all that some lists have; None without one."""
    found = _NAMED.match(text)
    return clean_title(found[1]) if found else None


def clean_title(text: str) -> str:
    """A title without its number, and without the punctuation that only joined it to something."""
    if text[:1].isdigit():
        text = _LEADING_NUMBER.sub("", text)
    text = text.strip().rstrip(":;,–—- ")
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[1]
    return text[:-1].rstrip() if text.endswith(".") and not text.endswith(("..", " etc.")) else text


def _split_known(text: str, known: Mapping[str, str]) -> Split | None:
    """Split behind the longest known title that the text begins with."""
    for boundary in reversed([found.start() for found in re.finditer(r"[\s–—:-]", text[: MAX_TITLE + 1])]):
        rest = text[boundary:].lstrip(" :–—-")
        if rest and not rest[0].islower() and (title := known.get(title_key(text[:boundary]))):
            return Split(title, rest)
    return None


def _could_be_title(text: str) -> bool:
    if not 3 <= len(text) <= MAX_TITLE or text.endswith((",", "(", ";", "&", "/")):
        return False
    if text.count("(") != text.count(")") or _ONLY_NUMBER.fullmatch(text):
        return False
    last = text.rstrip(" :–—-").rsplit(" ", 1)[-1].casefold()
    return last not in _UNFINISHED and not CHANGE_VERB.search(text)


def _is_titled(text: str) -> bool:
    """Whether most words begin with a capital, as a title's do."""
    words = [word for word in re.findall(r"[A-Za-z]\w*", text) if len(word) > 3]
    return len(words) >= 2 and sum(word[0].isupper() for word in words) * 3 >= len(words) * 2

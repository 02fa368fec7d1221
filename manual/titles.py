"""Titles and details told apart where no cell divides them: in text pages, paragraphs and list items.

A manual's details are sentences that begin in few ways and say what was changed; its titles are neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from manual.blocks import Block
from manual.identity import fold, title_key
from manual.wording import CHANGED

MAX_TITLE = 260
"""Characters. The longest real one has 219."""

MAX_SPLIT = 1000
"""Characters of a line that are searched for the end of its title."""

# Beginnings of a sentence about a chapter. Strong ones begin no title's second half.
_STRONG = (
    r"This(?= (?:new |local |whole |joint |revised )*(?:\w+ )?(?:has|have|was|is|chapter|procedure|policy|guidance|protocol"
    r"|strategy|document|link|resource|pdf|form|guide|framework|process|section|provides|reflects)\b)|These(?= \w+ (?:has|have|was|were|are))"
    r"|In (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}"
    r"|Sections? \d+(?:\.\d+)*[a-z]?(?:,| has| have| was| to| and \d)|An?(?= (?:new|link|reference|section|paragraph|note"
    r"|number|further|local|additional|updated|revised|flowchart|definition|sentence|bullet|minor)\b)"
    r"|The(?= (?:link|section|chapter|guidance section|reference|flowchart|scope|related|relevant|further|definition|whole)\b)"
    r"|Links? (?:to|has|have|was|were)|Minor (?:amendments?|changes?|revisions?|updates?|corrections?)|Information (?:on|about|in|has|was)"
    r"|Additional (?:information|guidance|text|links?|section)|Definitions? (?:of|has|have|was|were)|New (?:section|link|guidance|information)s?"
    r"|Changes (?:have|were|made)|Amendments? (?:has|have|was|were|made)|Appendix \w+\b|References? (?:to|has|have|was)|Details (?:of|have)"
    r"|Added (?:to|as|in)\b"
)
_WEAK = (
    r"This|These|The|A|An|In|Section|Information|Links?|Amendments?|Minor|Additional|Definitions|New|Appendix|From"
    r"|Changes|Details|References?|Further|Statutory Guidance|Local information|Contact details|Updated|It|Following|Also"
)
STRONG_START = re.compile(rf"(?:{_STRONG})")
START = re.compile(
    rf"(?:{_STRONG}|(?:{_WEAK}|Also|Please|Throughout|As|To|Where|There|All|Some|Several|Within|Under)\b)"
)
# Where rows are known to hold titles: "Information about ..." goes on, "Information Sharing ..." is a title.
_GOES_ON = re.compile(rf"(?:{_STRONG}|(?:This|These|The|An?|Also|Please)\b|(?:{_WEAK})(?= [a-z])|From(?= \d))")
_POSSIBLE_START = re.compile(rf"(?<=[\s–—:-])(?:{_STRONG}|(?:{_WEAK})\b)")

_SURE_START = re.compile(r"Sections? \d+(?:\.\d+)*[a-z]?,|Please\b|Also,|In (?:Section|the section)\b|N\.B\.")
_DONE = re.compile(r"\b(?:has|have) (?:[a-z]+ )?been\b|\b(?:was|were) (?:[a-z]+ly )?[a-z]+(?:ed|en|wn|t)\b")
# "Child to Parent AbuseNew chapter added.": two cells without a space between
_GLUED = re.compile(rf"([a-z)])(?=(?:{_STRONG}|(?:{_WEAK})\b))")
_LEADING_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,3})+[a-z]?\.?\s+(?=\S)")
_ONLY_NUMBER = re.compile(r"(?:Sections?|Appendix|Paragraph)? ?[\d.]+[a-z]?")
_CAPITAL = re.compile(r"(?<=\s)[A-Z]")
_VERB = re.compile(
    r"\b(?:has|have|had|was|were|is|are|been|will|should|must|can|please|reflects|provides|sets out)\b", re.I
)
_CHANGE_VERB = re.compile(
    r"\b(?:has|have|had|was|were|is|are)\b(?: [a-z]\w*){0,3}? (?:re-?)?(?:[a-z]\w*(?:ed|d)|new|rewritten|re-written|written|made|put|taken)\b"
)
_OTHER_VERB = re.compile(
    r"\b(?:has|have|had|was|were|is|are|will|should|must|reflects|provides|sets out|outlines|contains|includes|gives"
    r"|describes|explains|replace[sd]|says|covers|refers|gave|made|went|became|came|now)\b"
)
_LAST_PARTICIPLE = re.compile(
    r"\b(?:[a-z]+ed|rewritten|re-written)\b(?=[.;,]|$)"
)  # "Section 6, Consent rewritten."
_SENTENCE_END = re.compile(r"[.;]\s+(?=[A-Z(])")
# A title doesn't end in these: a sentence went on.
_UNFINISHED = frozenset(
    "a an the of to in for and or with on by from at under as into see within about regarding concerning that which is"
    " has have was were are be new additional minor updated further local statutory revised & this these its their per"
    " via than between through including no not section sections".split()
)
_FRAGMENT = re.compile(r"[A-Z][\w-]*(?: [a-z&'’(][\w'’,-]*\)?){1,9}\.?")  # "Links updated", "Reviewed and updated"
_NEW_ROW = re.compile(
    r"(?:In [A-Z][a-z]+ \d{4},? )?[Tt]his (?:new |local )?(?:chapter|procedure|policy|guidance|protocol|document|strategy|link"
    r"|resource|section of the manual)(?: has| was| is a new)\b"
)


# "Private Fostering. This chapter ...", "Young Carers - wording on reviews."
_PARTED = re.compile(
    rf"(.{{3,150}}?)(?:\. (?={START.pattern})|(?: [-–—]|:) (?={STRONG_START.pattern})| [-–—] (?=[a-z][^–—]*\.$))"
)


class Split(NamedTuple):
    title: str
    details: str


def is_details(text: str) -> bool:
    """Whether a line is a sentence about a chapter and not a chapter's title."""
    if _SURE_START.match(text):
        return True
    words = text.count(" ") + 1
    starts = START.match(text) is not None
    ends = text.rstrip("'\"’”)").endswith((".", "!"))
    text = text[:MAX_SPLIT]
    folded = fold(text)
    has_verb = _VERB.search(folded) is not None
    if CHANGED.search(folded) and (has_verb or starts or ends or (words <= 9 and _FRAGMENT.fullmatch(text))):
        return True
    if (starts or ends) and _DONE.search(text):
        return True
    return ends and (words >= 12 or (words >= 4 and (has_verb or starts)))


def begins_entry(text: str) -> bool:
    """Whether details begin as an entry's first sentence does ("This chapter has been ..."), not as its second."""
    return _NEW_ROW.match(text) is not None


def goes_on(text: str) -> bool:
    """Whether a line of a page on which each row is a line is no row but more of the row before it."""
    return _GOES_ON.match(text) is not None


def split_title(text: str, known: Mapping[str, str], *, joined: bool = False) -> Split | None:
    """A line that holds a title and its details, taken apart; None where it holds one of them only.

    The longest known title decides (``known`` maps `title_key` to titles), then the way that sentences begin:
    the last possible beginning before the first verb, where what goes before it could be a title. ``joined``: the
    line is known to hold both, so that any capital may begin the sentence ("Social Media Twitter was changed").
    """
    if known and (split := _split_known(text, known)):
        return split
    text = _GLUED.sub(r"\1 ", text[:MAX_SPLIT], count=1) + text[MAX_SPLIT:]
    if (parted := _PARTED.match(text)) and _could_be_title(parted[1]) and not is_details(parted[1]):
        return Split(clean_title(parted[1]), text[parted.end() :])
    sentence_end = _SENTENCE_END.search(text)
    first = text[: min(sentence_end.start() if sentence_end else len(text), MAX_SPLIT)]
    is_sentence = goes_on(text) if joined else START.match(text) is not None
    for begin in _beginnings(first, joined and not is_sentence):
        title = text[:begin].rstrip()
        if is_sentence and not (STRONG_START.match(text, begin) and _is_titled(title)):
            continue
        if _could_be_title(title):
            return Split(clean_title(title), text[begin:])
    return None


def _beginnings(sentence: str, any_capital: bool) -> list[int]:
    """Where in a line its sentence may begin, the likeliest first: last before the verb, or, where no verb is known,
    the first that is followed by a small letter."""
    verb = _CHANGE_VERB.search(sentence) or _OTHER_VERB.search(sentence) or _LAST_PARTICIPLE.search(sentence)
    if verb is None:
        return [
            found.start() for found in _POSSIBLE_START.finditer(sentence) if goes_on(sentence[found.start() :])
        ]
    begins = [found.start() for found in _POSSIBLE_START.finditer(sentence, 0, verb.end())]
    if any_capital:
        begins = begins or [found.start() for found in _CAPITAL.finditer(sentence, 0, min(verb.end(), MAX_TITLE))]
    return [begin for begin in reversed(begins) if begin < verb.start()]


def split_marked(block: Block) -> Split | None:
    """A line whose beginning is marked as a title, by a link, by bold letters or by being glued to the rest of it
    without a space, and goes on: taken apart there."""
    runs = block.runs
    if len(runs) < 2:
        return None
    marked = 1
    while marked < len(runs) and (runs[marked].bold, runs[marked].url) == (runs[0].bold, runs[0].url) != (
        False,
        None,
    ):
        marked += 1
    title = "".join([run.text for run in runs[:marked]]).strip()
    rest = "".join([run.text for run in runs[marked:]])
    details = rest.lstrip(" :–—-").strip()
    if not details or is_details(title) or not _could_be_title(title):
        return None
    is_said = is_details(details) or START.match(details) is not None
    if runs[0].bold or runs[0].url:
        is_parted = title.endswith((":", "-", "–")) or rest.lstrip()[:1] in ":–—-"
        return Split(clean_title(title), details) if is_said or (is_parted and details.endswith(".")) else None
    is_glued = not runs[0].text[-1].isspace() and not rest[0].isspace()
    return Split(clean_title(title), details) if is_said and is_glued else None


def clean_title(text: str) -> str:
    """A title without its number, and without the punctuation that only joined it to something."""
    if text[:1].isdigit():
        text = _LEADING_NUMBER.sub("", text)
    text = text.strip().rstrip(":;,–—- ")
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
    return last not in _UNFINISHED and not _CHANGE_VERB.search(text)


def _is_titled(text: str) -> bool:
    """Whether most words begin with a capital, as a title's do."""
    words = [word for word in re.findall(r"[A-Za-z]\w*", text) if len(word) > 3]
    return len(words) >= 2 and sum(word[0].isupper() for word in words) * 3 >= len(words) * 2

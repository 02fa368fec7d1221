"""How the sentences of a manual's amendments begin and what their verbs are, so that they are told from titles."""

from __future__ import annotations

import re

from manual.amendments.wording import CHANGED
from manual.identity import fold

MAX_SENTENCE = 1000
"""Characters of a line that are looked at."""


def _any_of(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


# Nothing but a sentence about a chapter begins so.
_STRONG = _any_of(
    # "This chapter ...", "This local policy has ...", "These details have ..."
    r"This(?= (?:new |local |whole |joint |revised )*(?:\w+ )?(?:has|have|was|is|chapter|procedure|policy|guidance"
    r"|protocol|strategy|document|link|resource|pdf|form|guide|framework|process|section|provides|reflects)\b)",
    r"These(?= \w+ (?:has|have|was|were|are))",
    # "In May 2025, ..."
    r"In (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}",
    # "Section 5.2.5, Providing Support ..."
    r"Sections? \d+(?:\.\d+)*[a-z]?(?:,| has| have| was| to| and \d)",
    # "A new Section 6 ...", "The link to ..."
    r"An?(?= (?:new|link|reference|section|paragraph|note|number|further|local|additional|updated|revised)\b)",
    r"An?(?= (?:flowchart|definition|sentence|bullet|minor)\b)",
    r"The(?= (?:link|section|chapter|guidance section|reference|flowchart|scope|related|relevant)\b)",
    r"The(?= (?:further|definition|whole)\b)",
    r"Links? (?:to|has|have|was|were)",
    r"Minor (?:amendments?|changes?|revisions?|updates?|corrections?)",
    r"Information (?:on|about|in|has|was)",
    r"Additional (?:information|guidance|text|links?|section)",
    r"Definitions? (?:of|has|have|was|were)",
    r"New (?:section|link|guidance|information)s?",
    r"Changes (?:have|were|made)",
    r"Amendments? (?:has|have|was|were|made)",
    r"Appendix \w+\b",
    r"References? (?:to|has|have|was)",
    r"Details (?:of|have)",
    r"Added (?:to|as|in)\b",
)
# Sentences begin so, and so do titles.
_WEAK = _any_of(
    *(
        "This",
        "These",
        "The",
        "An?",
        "In",
        "It",
        "From",
        "Also",
        "Following",
        "Section",
        "Appendix",
        "Information",
    ),
    *("Links?", "Amendments?", "Changes", "Details", "References?", "Definitions", "Minor", "Additional", "New"),
    *("Further", "Updated", "Statutory Guidance", "Local information", "Contact details"),
)
STRONG_START = re.compile(_STRONG)
START = re.compile(
    rf"(?:{_STRONG}|(?:{_WEAK}|Please|Throughout|As|To|Where|There|All|Some|Several|Within|Under)\b)"
)
INNER_START = re.compile(rf"(?<=[\s–—:-])(?:{_STRONG}|{_WEAK}\b)")
"""Where, inside a line, a sentence may begin."""
GLUED_START = re.compile(rf"([a-z)])(?=(?:{_STRONG}|{_WEAK}\b))")
"""The same without a space before it: "Child to Parent AbuseNew chapter added."."""

# "Information about ..." goes on with an entry, "Information Sharing ..." is the next one's title.
_GOES_ON = re.compile(rf"(?:{_STRONG}|(?:This|These|The|An?|Also|Please)\b|{_WEAK}(?= [a-z])|From(?= \d))")
_BEGINS_ENTRY = re.compile(
    r"(?:In [A-Z][a-z]+ \d{4},? )?[Tt]his (?:new |local )?(?:chapter|procedure|policy|guidance|protocol|document"
    r"|strategy|link|resource|section of the manual)(?: has| was| is a new)\b"
)
_SURE_DETAILS = re.compile(r"Sections? \d+(?:\.\d+)*[a-z]?,|Please\b|Also,|In (?:Section|the section)\b|N\.B\.")
_FRAGMENT = re.compile(r"[A-Z][\w-]*(?: [a-z&'’(][\w'’,-]*\)?){1,9}\.?")  # "Links updated", "Reviewed and updated"

_DONE = re.compile(r"\b(?:has|have) (?:[a-z]+ )?been\b|\b(?:was|were) (?:[a-z]+ly )?[a-z]+(?:ed|en|wn|t)\b")
_ANY_VERB = re.compile(
    r"\b(?:has|have|had|was|were|is|are|been|will|should|must|can|please|reflects|provides|sets out)\b"
)
CHANGE_VERB = re.compile(
    r"\b(?:has|have|had|was|were|is|are)\b(?: [a-z]\w*){0,3}?"
    r" (?:re-?)?(?:[a-z]\w*(?:ed|d)|new|rewritten|re-written|written|made|put|taken)\b"
)
_OTHER_VERB = re.compile(
    r"\b(?:has|have|had|was|were|is|are|will|should|must|reflects|provides|sets out|outlines|contains|includes"
    r"|gives|describes|explains|replace[sd]|says|covers|refers|gave|made|went|became|came|now)\b"
)
_LAST_PARTICIPLE = re.compile(r"\b(?:[a-z]+ed|re-?written)\b(?=[.;,]|$)")  # "Section 6, Consent rewritten."


def is_details(text: str) -> bool:
    """Whether a line is a sentence about a chapter and not a chapter's title."""
    if _SURE_DETAILS.match(text):
        return True
    words = text.count(" ") + 1
    starts = START.match(text) is not None
    ends = text.rstrip("'\"’”)").endswith((".", "!"))
    text = text[:MAX_SENTENCE]
    folded = fold(text)
    has_verb = _ANY_VERB.search(folded) is not None
    if CHANGED.search(folded) and (has_verb or starts or ends or (words <= 9 and _FRAGMENT.fullmatch(text))):
        return True
    if (starts or ends) and _DONE.search(text):
        return True
    return ends and (words >= 12 or (words >= 4 and (has_verb or starts)))


def begins_entry(text: str) -> bool:
    """Whether details begin as an entry's first sentence does ("This chapter has been ..."), not as its second."""
    return _BEGINS_ENTRY.match(text) is not None


def goes_on(text: str) -> bool:
    """Whether a line of a page on which each row is a line is no row but more of the row before it."""
    return _GOES_ON.match(text) is not None


def main_verb(sentence: str) -> re.Match[str] | None:
    """The first verb that says what was done; without one the first of any kind."""
    return CHANGE_VERB.search(sentence) or _OTHER_VERB.search(sentence) or _LAST_PARTICIPLE.search(sentence)

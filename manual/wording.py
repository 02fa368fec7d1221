"""What an entry's own words say was done to its chapter, and whether it is to be read again.

The tables hold what publishers were seen to write. All patterns are searched in `plain` text: folded (lower case,
straight quotes, single spaces), a sentence a line. In them {this} is "this local procedure" or "the chapter", {was}
"has now been", {noun} any word for a chapter, {start} the beginning of a sentence with or without "In May 2025,".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from manual.identity import fold, title_key
from manual.reading import AmendmentKind

_NOUN = (
    "(?:chapter|procedure|policy|policies|guidance|guide|guideline|strategy|protocol|document|pdf|form|resource"
    "|toolkit|flowchart|template|leaflet|statement|appendix|process|framework|agreement|handbook|booklet|pathway"
    "|page|topic|note|plan|checklist|manual|standard)s?"
)
_PARTS = {
    "noun": _NOUN,
    "this": rf"\b(?:(?:this|these)(?: [\w-]+){{0,2}}? {_NOUN}|the (?:whole )?(?:chapter|procedure))",
    "was": "(?: has| have| had| was| were| is| are)(?: now| also| recently| newly| all)*(?: been)?(?: now| also)*",
    "start": r"^(?:(?:in |from |as of )?[a-z]+ \d{4},? )?",
}


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(each.format(**_PARTS) for each in alternatives), re.MULTILINE)


class Telling(NamedTuple):
    """Words that tell a kind. ``hints`` are substrings of which at least one must be there: they are quick to look
    for, and most entries have none of them."""

    kind: AmendmentKind
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


# In this order: the first that is found tells the kind.
TELLINGS = (
    Telling(
        AmendmentKind.REMOVED,
        ("removed", "withdrawn", "deleted", "archived", "retired", "continued", "taken", "no longer"),
        _pattern(
            "{this}{was} (?:removed|withdrawn|deleted|archived|retired|discontinued|taken (?:out|down)|no longer)\\b",
            r"^this link{was} removed\b",
            r"\b(?:removed|withdrawn|deleted) from (?:the|this) (?:\w+ ){{0,3}}manual\b",
        ),
    ),
    Telling(
        AmendmentKind.REPLACED,
        (
            "replac",
            "titled",
            "named",
            "merge",
            "amalgam",
            "combine",
            "moved",
            "supersed",
            "previous",
            "formerly",
            "called",
            "changed",
            "(was",
            "split",
            "divided",
            "place of",
        ),
        _pattern(
            # "This chapter has been re-titled (previously called Overnight Stays ...)"
            r"{this}{was} (?:[\w-]+ ){{0,3}}?(?:re-? ?titled|re-? ?named|merged|amalgamated|combined|superseded)\b",
            r"^re-?titled\b|\bre-?titled (?:\(|from|as|to|')",
            "{this}{was} (?:moved|relocated) (?:in)?to\\b",
            # "... replaced with an updated version", "This protocol has been replaced by ..."
            "{this}{was} (?:updated and )?replaced\\b",
            "{this}(?: now| also| has)? (?:replace[sd]|superseded?s?|amalgamates|merges|combines|brings together)\\b",
            "{this},?(?: which| that)?(?: was| were| is)?,? (?:previously|formerly) (?:called|known|titled|entitled|named)\\b",
            r"{this}{was} [^.\n]{{0,60}}\((?:previously|formerly)\b",
            "{this} has amalgamated\\b",
            # "replaces the previous chapter entitled X", "replaces a similar chapter", "replaces all other chapters of
            # the same name", "has been added to the manual and replaces a previous one"
            r"\breplac(?:es|ing) (?:the|a|an|all|both|our|two|three)(?: (?:\w+|two|three)){{0,2}}?"
            r" (?:chapters?|procedures?|policy|policies|one)\b",
            r"^(?:it|this|which)? ?(?:replaces|supersedes) (?:the|a|'|\")",
            # "Renamed from X", "Title changed from X" (a partnership's log)
            r"^(?:chapter |procedure )?(?:re-?named|re-?titled|merged)\b|\b(?:name|title){was}? ?changed (?:from|to)\b",
            "{this},?(?: which| that)?{was} called\\b|^it{was} (?:previously |formerly )?called\\b|\\bnow (?:en)?titled\\b",
            r"^now (?:called|known as)\b|\((?:was|previously|formerly) \w",
            "{this}{was} (?:split|divided) (?:in)?to\\b|{this} takes the place of\\b|^takes the place of\\b",
            # "to cover three previous procedures"
            r"\bto cover (?:two|three|four|several|the) previous (?:chapter|procedure|polic)",
        ),
    ),
    Telling(
        AmendmentKind.LINK,
        ("link",),
        _pattern(
            # "A link to this resource has been added", "This link has been updated"
            r"{start}(?:a |the )?(?:new )?(?:web ?)?links? to (?:this|these)\b(?: \w+)?{was} (?:added|updated|amended|included)\b",
            r"{start}(?:this|these|the) (?:web ?)?links?{was} (?:added|updated|amended|changed|replaced|refreshed|corrected)\b",
            # "A link to the ... Booklet has been added to the manual"
            r"\blinks? [^.\n]*\b(?:added|included) (?:in)?to (?:the|this|our) (?:[\w']+ ){{0,3}}manual\b",
        ),
    ),
    Telling(
        AmendmentKind.NEW,
        ("new", "added", "introduced", "created", "developed", "written", "published"),
        _pattern(
            # "This chapter has been added to the manual", "This PDF has been added"
            r"{start}(?:{this}|it){was} (?:added(?! to (?:to|reflect|include)\b)|introduced|created|developed"
            r"|written(?! again)|published|uploaded|new)\b",
            # "This is a new chapter", "This New chapter was added", "A new chapter on ..."
            r"{start}(?:this is )?(?:a|an|this)(?: brand)? new(?: local| national| joint| statutory)?"
            r" (?:chapter|procedure|policy|protocol|pdf|document|guidance|strategy)\b(?! (?:section|link|version))",
            r"^new (?:local )?(?:chapter|procedure|policy|protocol|guidance)(?:[.,;:]| -|$| added| has been added)",
            # "Added to the manual after the pilot"
            r"{start}(?:newly |now )?added (?:in)?to (?:the|this|our) (?:[\w']+ ){{0,3}}manual\b",
            # "This is a local policy which has been added as new into ..."
            r"\badded as (?:a )?new\b",
            r"^this [^.\n]*\badded (?:in)?to (?:the|this|our) (?:[\w']+ ){{0,3}}manual\b",
        ),
    ),
)
NEW_LINK = _pattern(r"{start}(?:a |the |an )?(?:new )?links? (?:to [^.\n]+)?{was} (?:added|included|inserted)\b")
"""Under "New Chapters" this is all the entry is; elsewhere it is a change to a chapter."""
LINK_ADDED = re.compile(r"\blinks? to (?:the |our )?(.+?)" + _PARTS["was"] + r" (?:added|included|inserted)\b")

CHANGED = re.compile(
    r"\b(?:re-?)?(?:add|amend|updat|revis|refresh|review|replac|remov|includ|insert|chang|expand|extend|strengthen"
    r"|clarif|correct|restructur|reformat|merg|mov|introduc|incorporat|develop|creat|publish|simplif|order|check"
    r"|delet|emphasis|highlight|enhanc|refin|draft|upload|nam|titl|align|link|locat|amalgamat)(?:i?ed|d)\b"
    r"|\bre-?wr\w{1,2}t+en\b"  # "re-wriiten" (Enfield, October 2017)
    r"|\bwithdrawn\b|\btaken (?:out|down)\b|\bno longer\b|\bnew (?:section|link|appendix|guidance|version|chapter)s?\b"
)
"""Something was done. Every entry says so but for policy prose."""

DESCRIBES = _pattern(
    r"\bin {this},",
    r"{this} (?:is designed to|aims to|provides|describes|sets out|gives|outlines|explains|covers|contains|offers"
    r"|applies to|is intended|is for)\b(?! (?:further|additional|updated|more|new)\b)",
)
"""What a chapter is for: told in place of a change because the chapter is new (Enfield's second table of October
2020 stands under "Updated Chapters")."""

# -- to be read again

REREAD = _pattern(
    r"\bre-? ?read\b(?!ing)",
    r"\bread (?:it |them |this |the |chapter )*(?:throughout|in full|fully|in (?:its|it's|their) entirety|again|carefully)\b",
    r"\b(?:please|should|must|need to|asked to|advised to|required to)(?: now| all| also)* (?:fully )?read (?:the |this )"
    r"(?:whole|entire|full|complete|new|revised|updated)? ?{noun}\b(?! (?:in conjunction|alongside|together|with)\b)",
)
NOT_REREAD = re.compile(
    r"\b(?:no need|not need|n't need|not necessary|not required|need not|needn't)\b[^.\n]{0,40}\bre-? ?read\b"
)
REREFERENCE = re.compile(r"\bre-? ?referenced?\b|\bplease reference\b")


def plain(text: str) -> str:
    """Text as the patterns want it: folded, a sentence a line."""
    return "\n".join([fold(line) for line in text.split("\n")]).replace(". ", ".\n")


def told_kind(words: str, title: str | None) -> AmendmentKind | None:
    """The kind that an entry's plain words tell, or None when they tell of a change and no more."""
    for telling in TELLINGS:
        if any(hint in words for hint in telling.hints) and telling.pattern.search(words):
            return telling.kind
    if title and "link" in words and (found := LINK_ADDED.search(words)):
        # "A link to the Practice Standards has been added" under the title "Practice Standards"
        return AmendmentKind.LINK if title_key(found.group(1)) == title_key(title) else None
    return None


def is_description(words: str) -> bool:
    """Whether plain words tell what a chapter is for and of no change to it."""
    return DESCRIBES.search(words) is not None and CHANGED.search(words) is None


def asks_reread(words: str) -> bool:
    """Whether plain words ask that the chapter be read again. "Refreshed throughout" alone does not."""
    if "read" not in words:
        return False
    return REREAD.search(words) is not None and NOT_REREAD.search(words) is None


def asks_rereference(words: str) -> bool:
    """Whether plain words ask that the chapter be referenced again, which is weaker than reading it."""
    return "referenc" in words and REREFERENCE.search(words) is not None

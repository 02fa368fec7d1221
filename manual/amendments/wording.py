"""What an entry's own words say was done to its chapter, and whether it is to be read again.

The tables hold what publishers were seen to write, with an example above each pattern. Patterns are searched in
`plain` text: folded (lower case, straight quotes, single spaces), a sentence a line. In them <start> begins
a sentence, with or without "In May 2025,"; <this> is "this local procedure" or "the chapter"; <was> is "has now
been"; <noun> is any word for a chapter.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from manual.identity import fold
from manual.reading import AmendmentKind

_NOUN = (
    "(?:chapter|procedure|policy|policies|guidance|guide|guideline|strategy|protocol|document|pdf|form|resource"
    "|toolkit|flowchart|template|leaflet|statement|appendix|process|framework|agreement|handbook|booklet|pathway"
    "|page|topic|note|plan|checklist|manual|standard)s?"
)
_PARTS = {
    "<start>": r"^(?:(?:in |from |as of )?[a-z]+ \d{4},? )?",
    "<this>": rf"\b(?:(?:this|these)(?: [\w-]+){{0,2}}? {_NOUN}|the (?:whole )?(?:chapter|procedure))",
    "<was>": "(?: has| have| had| was| were| is| are)(?: now| also| recently| newly| all)*(?: been)?"
    "(?: now| also| recently| newly)*",
    "<noun>": _NOUN,
}


def _pattern(*alternatives: str) -> re.Pattern[str]:
    whole = "|".join(alternatives)
    for name, part in _PARTS.items():
        whole = whole.replace(name, part)
    return re.compile(whole, re.MULTILINE)


class Telling(NamedTuple):
    """Words that tell a kind. One of ``hints`` stands in every text that ``pattern`` finds: to look for them first
    costs little, and most entries have none of them."""

    kind: AmendmentKind
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


# The first that is found tells the kind.
TELLINGS = (
    Telling(
        AmendmentKind.REMOVED,
        ("removed", "withdrawn", "deleted", "archived", "retired", "discontinued", "taken", "no longer"),
        _pattern(
            # "This chapter has been removed", "This procedure is no longer in use"
            r"<this><was> (?:removed|withdrawn|deleted|archived|retired|discontinued|no longer)\b",
            r"<this><was> taken (?:out|down)\b",
            r"^this link<was> removed\b",
            r"\b(?:removed|withdrawn|deleted) from (?:the|this) (?:\w+ ){0,3}manual\b",
        ),
    ),
    Telling(
        AmendmentKind.REPLACED,
        (
            *(
                "replac",
                "titled",
                "named",
                "name",
                "title",
                "called",
                "merge",
                "amalgam",
                "combine",
                "split",
                "divided",
            ),
            *("moved", "relocated", "supersed", "place of", "previous", "formerly", "(was"),
        ),
        _pattern(
            # "This chapter has been re-titled (previously called Overnight Stays and Social Visits)"
            r"<this><was> (?:[\w-]+ ){0,3}?(?:re-? ?titled|re-? ?named|merged|amalgamated|combined|superseded)\b",
            r"<this><was> (?:split|divided) (?:in)?to\b",
            r"^(?:chapter |procedure )?(?:re-? ?titled|re-? ?named|merged)\b|\bre-?titled (?:\(|from|as|to|')",
            # "The title of this chapter has been changed from ... to ...", "This chapter has a new title"
            r"\b(?:name|title)(?: of <this>)?<was> changed\b|<this> has a new (?:name|title)\b",
            r"\b(?:name|title) changed (?:from|to)\b|^now (?:called|known as|entitled)\b",
            # "This chapter, formerly known as ...", "it was previously called ...", "Renamed (was ...)"
            r"<this>,?(?: which| that)?(?: was| were| is)?,? (?:previously|formerly) (?:called|known|titled"
            r"|named)\b",
            r"<this>,?(?: which| that)?(?: was| were| is)?,? (?:previously|formerly) entitled\b",
            r"<this><was> (?:now )?called\b|^it<was> (?:previously |formerly )?called\b",
            r"<this><was> [^.\n]{0,60}\((?:previously|formerly)\b|\((?:was|previously|formerly) \w",
            # "This chapter has been moved to the Fostering section"
            r"<this><was> (?:moved|relocated) (?:in)?to\b",
            # "This protocol has been replaced", "... replaced with an updated version"
            r"<this><was> (?:updated and )?replaced\b",
            # "This chapter replaced the previous chapter called ...", "... has amalgamated Slavery with ..."
            r"<this>(?: now| also| has)? (?:replace[sd]|supersede[sd]|amalgamate[sd]|merge[sd]|combine[sd])\b",
            r"<this>(?: now| also)? (?:brings together|takes the place of)\b|^takes the place of\b",
            # "... has been added to the manual and replaces a previous one", "replaces all other chapters"
            r"\breplac(?:es|ing) (?:the|a|an|all|both|our|two|three)(?: \w+){0,2}?"
            r" (?:chapters?|procedures?|policy|policies|one)\b",
            r"^(?:it|this|which)? ?(?:replaces|supersedes) (?:the|a|'|\")",
            # "to cover three previous procedures", "Two chapters have been combined"
            r"\bto cover (?:two|three|four|several|the) previous (?:chapter|procedure|polic)",
            r"^(?:two|three|four|several) (?:chapters|procedures|policies)<was> (?:merged|combined|amalgamated)\b",
        ),
    ),
    Telling(
        AmendmentKind.LINK,
        ("link",),
        _pattern(
            # "A link to this resource has been added", "This link has been updated", "This is a link to ..."
            r"<start>(?:a |the )?(?:new )?(?:web ?)?links? to (?:this|these)\b(?: \w+)?<was> (?:added|updated)\b",
            r"<start>(?:a |the )?(?:new )?(?:web ?)?links? to (?:this|these)\b(?: \w+)?<was> (?:amended"
            r"|included)\b",
            r"<start>(?:this|these|the) (?:web ?)?links?<was> (?:added|updated|amended|changed|replaced"
            r"|refreshed)\b",
            r"<start>this is a link\b|^link (?:added|updated|amended|changed)\b",
            # "A link to the Practice Standards Booklet has been added to the manual"
            r"\blinks? [^.\n]{0,200}\b(?:added|included) (?:in)?to (?:the|this|our) (?:[\w']+ ){0,3}manual\b",
        ),
    ),
    Telling(
        AmendmentKind.NEW,
        ("new", "added", "introduced", "created", "developed", "written", "published", "uploaded"),
        _pattern(
            # "This chapter has been added to the manual", "This PDF has been added"
            r"<start>(?:<this>|it)<was> (?:added(?! to (?:to|reflect|include)\b)|introduced|created|published"
            r"|new)\b",
            r"<start>(?:<this>|it)<was> (?:developed(?! further)|written(?! again)|uploaded)\b",
            # "This is a new chapter", "This New chapter was added", "A new chapter on ..."
            r"<start>(?:this is )?(?:a|an|this)(?: brand)? new(?: local| national| joint| statutory)?"
            r" (?:chapter|procedure|policy|protocol|pdf|document|guidance|strategy)\b(?! (?:section|link"
            r"|version))",
            # "New chapter added."
            r"^new (?:local )?(?:chapter|procedure|policy|protocol)(?:[.,;:]| -|$| added| has been added)",
            # "Added to the manual after the pilot"
            r"<start>(?:newly |now )?added (?:in)?to (?:the|this|our) (?:[\w']+ ){0,3}manual\b",
            # "This is a local policy which has been added as new into ..."
            r"\badded as (?:a )?new\b|^this [^.\n]{0,200}\badded (?:in)?to (?:the|this"
            r"|our) (?:[\w']+ ){0,3}manual\b",
        ),
    ),
)
NEW_LINK = _pattern(
    r"<start>(?:a |the |an )?(?:new )?links? (?:to [^.\n]{1,200})?<was> (?:added|included|inserted)\b"
)
"""Under "New Chapters" this is all that an entry is; elsewhere it is a change to a chapter."""
# "A link to the Practice Standards has been added": a link, when the entry's title is Practice Standards
LINK_ADDED = _pattern(r"\blinks? to (?:the |our )?(.{1,200}?)<was> (?:added|included|inserted)\b")

CHANGED = re.compile(
    r"\b(?:re-?)?(?:add|amend|updat|revis|refresh|review|replac|remov|includ|insert|chang|expand|extend|strengthen"
    r"|clarif|correct|restructur|reformat|merg|mov|introduc|incorporat|develop|creat|publish|simplif|order|check"
    r"|delet|emphasis|highlight|enhanc|refin|draft|upload|nam|titl|align|link|locat|amalgamat)(?:i?ed|d)\b"
    r"|\bre-?wr\w{1,2}t+en\b"  # "re-wriiten" (Enfield, October 2017)
    r"|\bwithdrawn\b|\btaken (?:out|down)\b|\bno longer\b"
    r"|\bnew (?:section|link|appendix|guidance|version|chapter)s?\b"
)
"""Something was done. Every entry says so but for policy prose."""

DESCRIBES = _pattern(
    r"\bin <this>,",
    r"<this> (?:is designed to|aims to|provides|describes|sets out|gives|outlines|explains|covers|contains|offers"
    r"|applies to|is intended|is for)\b(?! (?:further|additional|updated|more|new)\b)",
)
"""What a chapter is for: told in place of a change because the chapter is new (Enfield's second table of October
2020 stands under "Updated Chapters")."""

# -- to be read again

REREAD = _pattern(
    # "should be re-read", "re read", "reread throughout"
    r"\bre-? ?read(?:ing)?\b",
    # "should be read in it's entirety", "read throughout"
    r"\bread (?:it |them |this |the |chapter |all |through )*(?:throughout|in full|fully|again|afresh"
    r"|carefully)\b",
    r"\bread (?:it |them |this |the |chapter )*(?:in (?:its|it's|their) entirety|as a whole)\b"
    r"|\bbe (?:fully )?read fully\b",
    # "Please read the whole chapter", "should be fully read"
    r"\b(?:please|should|must|need to|asked to|advised to|required to|you)(?: now| all| also)* (?:fully )?read"
    r" (?:the |this )(?:whole|entire|full|complete|new|revised|updated)? ?<noun>\b"
    r"(?! (?:in conjunction|alongside|together|with)\b)",
    r"\bbe fully read\b",
)
NOT_REREAD = re.compile(
    r"\b(?:no need|not need|n't need|not necessary|not required|need not"
    r"|needn't)\b[^.\n]{0,40}\bre-? ?read(?:ing)?\b"
)
REREFERENCE = re.compile(r"\bre-? ?referenced?\b|\bplease reference\b")


MAX_READ = 5000
"""Characters of an entry whose words are read. More is a procedure that was pasted into its cell."""


def plain(text: str) -> str:
    """Text as the patterns want it: folded, a sentence a line; of a text over MAX_READ its two ends."""
    if len(text) > MAX_READ:
        text = f"{text[: MAX_READ // 2]}\n{text[-MAX_READ // 2 :]}"
    return "\n".join([fold(line) for line in text.split("\n")]).replace(". ", ".\n")


def told_kind(words: str) -> AmendmentKind | None:
    """The kind that an entry's plain words tell, or None when they tell of a change and no more."""
    for telling in TELLINGS:
        for hint in telling.hints:  # a plain loop: this is done for every entry, and any() costs twice as much
            if hint in words:
                if telling.pattern.search(words):
                    return telling.kind
                break
    return None


def is_description(words: str) -> bool:
    """Whether plain words tell what a chapter is for and of no change to it."""
    return CHANGED.search(words) is None and DESCRIBES.search(words) is not None


def asks_reread(words: str) -> bool:
    """Whether plain words ask that the chapter be read again. "Refreshed throughout" alone does not."""
    if "read" not in words:
        return False
    return REREAD.search(words) is not None and NOT_REREAD.search(words) is None


def asks_rereference(words: str) -> bool:
    """Whether plain words ask that the chapter be referenced again, which is weaker than reading it."""
    return "referenc" in words and REREFERENCE.search(words) is not None

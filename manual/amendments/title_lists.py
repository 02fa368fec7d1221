"""Lists of titles without details, as "Removed Chapters" mostly are: bullets, paragraphs, or a line run"
" together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from manual.amendments.sentences import is_details
from manual.amendments.titles import MAX_TITLE, clean_title
from manual.page.blocks import Block, BlockKind

# "The above policies are currently under review": about the list, and no title of it
EXPLAINS = re.compile(
    r"(?:The (?:above|following)|These|This|Those|All (?:of )?(?:the|these)|Please|Note|N\.?B|For |We |It |As "
    r"|Any |See "
    r"|Both|A number|The (?:chapters?|policies|documents?|procedures?|list|removed) |In addition|Where|If )"
)
# "Old Policy has been removed ...", "Old Policy (now part of New Policy)", "Old Policy - replaced by New Policy"
GONE = re.compile(
    r"(?P<title>.{3,200}?)(?: chapter| procedure| policy)?(?:"
    r"(?P<sentence> (?:has|have|was|were)(?: now)?(?: been)? (?:removed|withdrawn|deleted|archived|replaced"
    r"|incorporated"
    r"|merged|superseded)\b.*)"
    r"|\s*[(–—-]\s?(?P<aside>(?:(?:now )?(?:replaced|superseded|incorporated|covered|merged|moved|included"
    r"|part of|see"
    r"|removed|withdrawn|no longer)|this (?:is|has|was|chapter))\b.*))"
)
# a list that was run together: "Old Loans Form; Fees and Fines;"
SEVERAL = re.compile(r"[;.]\s+(?=[A-Z\d'\"‘“])|\s+[•·]\s+")
MAX_LINE = 5000
"""Characters of a line that may hold several titles."""


def listed_titles(lines: Sequence[Block]) -> Iterator[tuple[str, str, Block]]:
    """Each title of a list with what is said of it, mostly nothing, and the line it stands on.

    Where there are bullets only they count.
    """
    items = [line for line in lines if line.kind is BlockKind.ITEM]
    for line in items or lines:
        if len(line.text) > MAX_LINE:
            continue
        for text in SEVERAL.split(line.text):
            explains = EXPLAINS.match(text) is not None
            if (gone := GONE.fullmatch(text)) and (items or not explains):
                details = text if gone["sentence"] else gone["aside"].strip(" ()–—-")
                yield clean_title(gone["title"]), details, line
            elif len(text) <= MAX_TITLE and clean_title(text) and not (explains and is_details(text)):
                yield clean_title(text), "", line

"""Lines that are the site's and not the page's: "Back to top", "Print this page", cookie bars."""

from __future__ import annotations

import re

FURNITURE = re.compile(
    r"(?:back to |return to )?(?:the )?top(?: of (?:the )?page)?|print(?: this)?(?: page)?|skip to\b.*|skip|close"
    r"|share(?: this.*)?|search(?: (?:this|the) .*)?|home(?: page)?|contact us.*|feedback|report abuse.*|menu"
    r"|copyright\b.*|©.*|all rights reserved.*|powered by\b.*|privacy(?: policy| notice| statement)?|disclaimer"
    r"|cookies?(?: policy| settings)?|.*we use cookies.*|accessibility(?: statement)?|follow us.*|site ?map"
    r"|terms (?:of use|and conditions)|log ?(?:in|out)|click here.*|page \d+.*|(?:main |return to )?contents"
    r"|quick links.*|toggle navigation"
    r"|.*logo alt text.*|company logo|spacer.*|.*floating buttons|size:.*|.*view this website.*"
    r"|view [\w ]+ (?:procedures|manual)|read more|more information"
    r"|(?:view|open|see|go to) (?:the |this )?chapter",
    re.IGNORECASE,
)
MAX_FURNITURE = 120
"""Characters of a line of furniture."""


def is_furniture(text: str) -> bool:
    """Whether a whole line is furniture. Inside an entry the same words say something ("Searches of Rooms")."""
    return len(text) <= MAX_FURNITURE and FURNITURE.fullmatch(text) is not None

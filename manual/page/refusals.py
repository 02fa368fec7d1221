"""Pages that a server sends in place of the one that was asked for, with status 200 like any other."""

from __future__ import annotations

import re

from manual.page.blocks import Page

MAX_WORDS = 250
"""A longer page is a page, whatever words are in it."""

REFUSALS = {
    "the page was not found, says the server": (
        r"\b(?:page|file|resource|site) (?:you (?:requested|are looking for|were looking for) )?"
        r"(?:can(?:no|')t|could not) be found\b",
        r"\bpage (?:was )?not found\b|\b404\b|\bno longer available\b|\bpage does not exist\b",
    ),
    "the site is under maintenance": (
        r"\bmaintenance\b|\btemporarily (?:unavailable|down|offline)\b|\bservice unavailable\b|\b503\b",
        r"\bback (?:soon|shortly)\b|\bsite is (?:currently )?(?:down|offline|unavailable)\b",
    ),
    "a firewall answered in place of the site": (
        r"\bjust a moment\b|\bchecking your browser\b|\bverify(?:ing)? (?:that )?you are (?:a )?human\b|\bddos\b",
        r"\bcaptcha\b|\battention required\b|\brequest (?:was |has been )?(?:blocked|rejected)\b|\bincident id\b",
        r"\bweb application firewall\b|\bsupport id\b",
    ),
    "the server refused access": (
        r"\baccess (?:is |was |has been )?denied\b|\bforbidden\b|\b(?:not |un)authori[sz]ed\b|\b40[13]\b",
        r"\bpermission to access\b",
    ),
    "the page asks people to log in": (
        r"\b(?:log|sign)(?:ging|ning)? ?(?:in|on)\b|\bsession (?:has )?(?:expired|timed out)\b|\bpassword\b",
        r"\bredirecting\b|\bsingle sign",
    ),
    "the page shows nothing without a browser's scripts or cookies": (
        r"\benable (?:java ?script|cookies)\b|\bjava ?script (?:is )?(?:required|disabled|must be)\b",
        r"\bcookies (?:are |must be )?(?:required|enabled|disabled)\b|\b(?:accept|we use) cookies\b",
        r"\bunsupported browser\b",
    ),
    "the server reports an error": (
        r"\b(?:internal server|server|application|unexpected|runtime|database|fatal) error\b|\bbad gateway\b",
        r"\bsomething (?:has )?went wrong\b|\bgateway time-?out\b|\ban error (?:has )?occurred\b",
        r"\btoo many requests\b|\b50[0-9]\b",
    ),
}
_PATTERNS = tuple((re.compile("|".join(patterns)), reason) for reason, patterns in REFUSALS.items())


def refusal_of(page: Page) -> str | None:
    """Why a page is not the one that was asked for, or None when nothing speaks against it.

    Only short pages are suspected: a long one may well be about passwords or maintenance.
    """
    text = " ".join([page.title or "", *[block.text for block in page.blocks]]).lower()
    words = len(text.split())
    if words == 0 or not any(block.text for block in page.blocks):
        return "there is no text on the page; it may need a browser's scripts"
    if page.asks_password and words < 4 * MAX_WORDS:
        return "the page asks people to log in"
    if words > MAX_WORDS:
        return None
    if not page.is_html and text.lstrip().startswith(("{", "[")):
        return "the page is data for programs, not a page"
    return next((reason for pattern, reason in _PATTERNS if pattern.search(text)), None)

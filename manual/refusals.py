"""Pages that a server sends in place of the one that was asked for, with status 200 like any other."""

from __future__ import annotations

import re

from manual.blocks import Page

MAX_WORDS = 250
"""A longer page is a page, whatever words are in it."""

REFUSALS = (
    (r"\b(?:page|file|resource|site) (?:you (?:requested|are looking for|were looking for) )?(?:can(?:no|')t|could not) be found\b"
     r"|\bpage (?:was )?not found\b|\b404\b|\bno longer available\b|\bpage does not exist\b", "the page was not found, says the server"),
    (r"\bmaintenance\b|\btemporarily (?:unavailable|down|offline)\b|\bservice unavailable\b|\bback (?:soon|shortly)\b"
     r"|\bsite is (?:currently )?(?:down|offline|unavailable)\b|\b503\b", "the site is under maintenance"),
    (r"\bjust a moment\b|\bchecking your browser\b|\bverify(?:ing)? (?:that )?you are (?:a )?human\b|\bcaptcha\b|\bddos\b"
     r"|\battention required\b|\brequest (?:was |has been )?(?:blocked|rejected)\b|\bincident id\b|\bweb application firewall\b"
     r"|\bsupport id\b", "a firewall answered in place of the site"),
    (r"\baccess (?:is |was |has been )?denied\b|\bforbidden\b|\bnot authori[sz]ed\b|\bunauthori[sz]ed\b|\bpermission to access\b"
     r"|\b40[13]\b", "the server refused access"),
    (r"\b(?:log|sign)(?:ging|ning)? ?(?:in|on)\b|\bsession (?:has )?(?:expired|timed out)\b|\bpassword\b|\bredirecting\b"
     r"|\bsingle sign", "the page asks people to log in"),
    (r"\benable (?:java ?script|cookies)\b|\bjava ?script (?:is )?(?:required|disabled|must be)\b|\bcookies (?:are |must be )?(?:required|enabled|disabled)\b"
     r"|\b(?:accept|we use) cookies\b|\bunsupported browser\b", "the page shows nothing without a browser's scripts or cookies"),
    (r"\b(?:internal server|server|application|unexpected|runtime|database) error\b|\bsomething (?:has )?went wrong\b|\bbad gateway\b"
     r"|\bgateway time-?out\b|\ban error (?:has )?occurred\b|\btoo many requests\b|\b50[0-9]\b|\bfatal error\b", "the server reports an error"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), reason) for pattern, reason in REFUSALS)


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

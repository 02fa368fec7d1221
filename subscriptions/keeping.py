"""How long what is about people is kept, and why: said here once, for the clean-up, the page and the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

UNCONFIRMED = timedelta(days=7)
ENDED = timedelta(days=28)
CONTENT = timedelta(days=7)
DELIVERIES = timedelta(days=365)
ASKINGS = timedelta(days=1)
BOUNCES = timedelta(days=90)
MISSES = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of what is told to people."""

    what: str
    why: str
    how_long: str


KEPT = (
    Kept(
        "Your email address", "To send you what you asked for", "Until 28 days after your last subscription ended"
    ),
    Kept("What you follow, how often, and when", "To choose what to send you", "As long as the address"),
    Kept(
        "Who changed your subscriptions, and when", "So that you can see what was done", "As long as the address"
    ),
    Kept(
        "What each digest told you",
        "So that nothing is told twice, and the digest can be shown as a page",
        "As long as the address",
    ),
    Kept("A request that you have not confirmed", "To start when you confirm it", "7 days"),
    Kept("The words of each mail sent to you", "To send it again if something goes wrong", "7 days"),
    Kept(
        "That a mail was sent, when, and what the mail server answered",
        "To find out what went wrong",
        "A year; after 7 days without your address if you have left",
    ),
    Kept(
        "Mails to you that came back, and why",
        "To stop sending where nobody gets it",
        "90 days; until we write to you again if we had stopped",
    ),
    Kept(
        "How often mails were asked for, by a keyed hash of the address and of the network address",
        "So that nobody can flood you with mails",
        "A day",
    ),
    Kept(
        "Words that were looked up without finding a chapter, and the day; not whose they were",
        "So that the glossary can learn them",
        "A month",
    ),
)

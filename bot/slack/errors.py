"""What the Slack app says when it can't do what was asked.

SlackAppError
├── NotFound        a chapter, a subscription or a manual that isn't there (any more)
└── NotAllowed      this person may not do this here; says why
"""

from __future__ import annotations


class SlackAppError(Exception):
    """Anything this package raises on purpose. Its text is a sentence for the person who asked."""


class NotFound(SlackAppError):
    """Something that isn't there, or no longer."""


class NotAllowed(SlackAppError):
    """Something that this person may not do here."""

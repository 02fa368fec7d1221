"""What can go wrong at our doors before anything is done."""

from __future__ import annotations


class BadInput(Exception):
    """Something that was typed or piped in. Its text names what was wrong and what would be right."""


class NotUnderstood(BadInput):
    """Words asked with that can't be understood. Its text gives an example of what can."""


class NotAllowed(Exception):
    """An address of a domain that may not subscribe by itself."""


class TooMany(Exception):
    """Somebody asks for mails too often."""


class OnlyOne(Exception):
    """Something that only one process can do at a time, and another does. Its text says which, and what to do."""

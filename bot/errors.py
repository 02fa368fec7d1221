"""What can go wrong at the command line before anything is done."""

from __future__ import annotations


class BadInput(Exception):
    """Something that was typed or piped in. Its text names what was wrong and what would be right."""

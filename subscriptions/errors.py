"""What can be wrong with what somebody asked to follow.

SubscriptionError
├── UnknownTopic    no topic is called that; knows the nearest
├── NotInTheManual  no chapter or section is called that; knows the nearest
├── BadInterest     not something that can be followed; says what would be right
├── BadWish         something else about a subscription that can't be: its words, its row, its address
└── LinkError       a link that opens nothing
    ├── DeadLink    it was not made here, or what it named is gone
    └── SpentLink   it was, and its time is over
"""

from __future__ import annotations


class SubscriptionError(Exception):
    """Anything this package raises on purpose. Its text is a sentence for the person who asked."""


class UnknownTopic(SubscriptionError):
    """No topic of that name. ``nearest`` are names of topics that may have been meant, likeliest first; ``known``
    are all that there are."""

    def __init__(self, word: str, nearest: tuple[str, ...] = (), known: tuple[str, ...] = ()) -> None:
        hint = f"did you mean {_either(nearest)}?" if nearest else f"there are: {', '.join(known)}."
        super().__init__(f"There is no topic called “{word}”; {hint}")
        self.word = word
        self.nearest = nearest


class NotInTheManual(SubscriptionError):
    """No chapter (or section: ``kind``) of that name. ``nearest`` are titles that may have been meant."""

    def __init__(self, kind: str, word: str, nearest: tuple[str, ...] = ()) -> None:
        hint = f"did you mean {_either(nearest)}?" if nearest else "look up what it is called."
        super().__init__(f"There is no {kind} called “{word}” in the manual; {hint}")
        self.kind = kind
        self.word = word
        self.nearest = nearest


class BadInterest(SubscriptionError):
    """Something that can't be followed as it was written."""


class BadWish(SubscriptionError):
    """A subscription that can't be made of the words given. Names the word or row, and what would do."""


class LinkError(SubscriptionError):
    """A signed link that opens nothing."""


class DeadLink(LinkError):
    """Not made here, damaged on its way, or for something that is gone."""

    def __init__(self) -> None:
        super().__init__("This link is not complete, or what it led to is gone.")


class SpentLink(LinkError):
    """Made here, and older than its kind lasts."""

    def __init__(self) -> None:
        super().__init__("This link is too old.")


def _either(names: tuple[str, ...]) -> str:
    """ "A", "A or B", "A, B or C"."""
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

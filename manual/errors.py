"""What can go wrong with a manual's pages.

ManualError
├── Unreadable        the bytes came, but can't be understood; says why. Changes nothing.
└── FetchFailed       the bytes did not come
    ├── FetchRefused      trying again won't help (404, a bad address, too large)
    └── FetchUnavailable  trying later may help (timeout, 429, 5xx); may say when
"""

from __future__ import annotations


class ManualError(Exception):
    """Anything this package raises on purpose. Its text is a sentence for an operator."""


class Unreadable(ManualError):
    """A page that can't be understood. It is never "no change" and never "everything was removed"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FetchFailed(ManualError):
    """A page that did not arrive."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class FetchRefused(FetchFailed):
    """Permanent until somebody changes something: a bad address, 404, 403, a page over the size limit."""


class FetchUnavailable(FetchFailed):
    """Worth another try: a timeout, a refused connection, 429, 5xx.

    ``retry_after`` is the server's own wish in seconds, None where it said nothing.
    """

    def __init__(self, url: str, reason: str, retry_after: float | None = None) -> None:
        super().__init__(url, reason)
        self.retry_after = retry_after

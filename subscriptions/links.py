"""Signed links: whoever holds one may do one thing, for as long as that thing's links last. Pure.

A token names a subscriber or a request by its number and by a fingerprint of its address, never by the address
itself: it says nothing to a third party that sees it, and it dies when the address moves or is erased.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from subscriptions.errors import DeadLink, SpentLink
from subscriptions.subscribers import Subscriber

_A_YEAR = timedelta(days=365)
_A_WEEK = timedelta(days=7)


class Purpose(StrEnum):
    """What a token is for; one for another purpose is no token."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    CHANGE = "change"
    UNSUBSCRIBE = "unsubscribe"
    RELEASE = "release"
    FORM = "form"
    BOUNCE = "bounce"


LASTS = {
    Purpose.CONFIRM: _A_WEEK,
    Purpose.MANAGE: _A_YEAR,
    Purpose.CHANGE: timedelta(hours=2),
    Purpose.UNSUBSCRIBE: _A_YEAR,
    Purpose.RELEASE: _A_WEEK,
    Purpose.FORM: timedelta(days=1),
    Purpose.BOUNCE: timedelta(days=60),
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a token names: a row's number, and the fingerprint of the address that it was made for."""

    id: int
    fingerprint: str


class Signer:
    """Makes and reads tokens with one secret key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def fingerprint(self, text: str) -> str:
        """A short keyed hash: compares addresses and clients without keeping or showing them."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:16]

    def token(self, purpose: Purpose, id_: int, address: str, now: datetime) -> str:
        return self.sign(purpose, [id_, self.fingerprint(address)], now)

    def read(self, purpose: Purpose, token: str, now: datetime) -> Named:
        """What a token names. Raises DeadLink where it isn't one of ours, SpentLink where its time is over."""
        match self.unsign(purpose, token, now):
            case [int(id_), str(fingerprint)]:
                return Named(id_, fingerprint)
            case _:
                raise DeadLink

    def names(self, named: Named, address: str) -> bool:
        """Whether the address is still the one that the token was made for."""
        return hmac.compare_digest(named.fingerprint, self.fingerprint(address))

    def sign(self, purpose: Purpose, value: Any, now: datetime) -> str:
        signed: str = self._serializer(purpose).dumps([int(now.timestamp()), value])
        return signed

    def unsign(self, purpose: Purpose, token: str, now: datetime) -> Any:
        """What was signed for this purpose. Raises DeadLink, SpentLink."""
        try:
            made, value = self._serializer(purpose).loads(token)
            made_at = datetime.fromtimestamp(made, UTC)
        except (BadData, ValueError, TypeError, OverflowError, OSError):
            raise DeadLink from None
        if now - made_at > LASTS[purpose]:
            raise SpentLink
        return value

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeSerializer(self._key, salt=f"chapterwatch.{purpose}", signer_kwargs=options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where our pages are, with the tokens that open them. ``root`` is without a slash at its end."""

    root: str
    signer: Signer

    def manage(self, subscriber: Subscriber, now: datetime) -> str:
        return self._url("subscriptions", Purpose.MANAGE, subscriber, now)

    def unsubscribe(self, subscriber: Subscriber, now: datetime) -> str:
        return self._url("unsubscribe", Purpose.UNSUBSCRIBE, subscriber, now)

    def confirm(self, request_id: int, address: str, now: datetime) -> str:
        return f"{self.root}/confirm/{self.signer.token(Purpose.CONFIRM, request_id, address, now)}"

    def release(self, request_id: int, address: str, now: datetime) -> str:
        return f"{self.root}/release/{self.signer.token(Purpose.RELEASE, request_id, address, now)}"

    def digest(self, key: str) -> str:
        return f"{self.root}/digests/{key}"

    def _url(self, page: str, purpose: Purpose, subscriber: Subscriber, now: datetime) -> str:
        assert subscriber.id is not None, "only who is stored has links"
        return f"{self.root}/{page}/{self.signer.token(purpose, subscriber.id, subscriber.address, now)}"

"""The links that a digest has: to its reader's own pages by mail, and to itself as a page."""

from __future__ import annotations

from datetime import datetime

from bot.registry.correspondence import addresses_of
from config.secret import secret_key
from config.settings import Settings
from digests.digest import DigestLinks
from digests.drafts import EntryUrl, Links, no_links
from subscriptions.links import Signer
from subscriptions.subscribers import Subscriber, SubscriberKind


def entry_url(settings: Settings) -> EntryUrl | None:
    """The page of an amendment in the public archive, where there is one."""
    if settings.web_url is None or not settings.public_pages:
        return None
    root = settings.web_url.rstrip("/")
    return lambda amendment_id: f"{root}/amendments/{amendment_id}"


def digest_links(settings: Settings, now: datetime) -> Links:
    """Makes the links of digests compiled at ``now``; none without a public address. Raises ConfigError."""
    if settings.web_url is None:
        return no_links
    addresses = addresses_of(settings, Signer(secret_key(settings)))

    def links(subscriber: Subscriber, key: str) -> DigestLinks:
        archive_url = addresses.digest(key) if settings.public_pages else None
        if subscriber.kind is not SubscriberKind.EMAIL:
            return DigestLinks(archive_url=archive_url)
        return DigestLinks(
            manage_url=addresses.manage(subscriber, now),
            unsubscribe_url=addresses.unsubscribe(subscriber, now),
            archive_url=archive_url,
        )

    return links

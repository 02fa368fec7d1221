"""Makes the deliveries of a digest: its posts for Slack, or its mail, rendered and ready to be sent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address

from config.settings import Settings
from digests.digest import Digest
from digests.email import mail_bytes, render_mail
from digests.slack import render_slack
from digests.store.outbox import NewDelivery
from subscriptions.subscribers import Subscriber, SubscriberKind

NO_DOMAIN = "chapterwatch.invalid"
"""Stands for the sender's domain until a relay is set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Whom mails come from."""

    address: str = f"preview@{NO_DOMAIN}"
    name: str = "Chapterwatch"
    takes_mail: str | None = None
    """The address that takes orders by mail, unsubscribing among them; None where none does."""

    @property
    def sender(self) -> str:
        return str(Address(display_name=self.name, addr_spec=self.address))

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def mailing_of(settings: Settings) -> Mailing:
    if settings.mail_from is None:
        return Mailing(name=settings.mail_from_name)
    takes_mail = settings.mail_in_address if settings.mail_in_port is not None else None
    return Mailing(address=settings.mail_from, name=settings.mail_from_name, takes_mail=takes_mail)


def deliveries_of(digest: Digest, subscriber: Subscriber, *, mailing: Mailing, now: datetime) -> list[NewDelivery]:
    """What has to be sent so that ``subscriber`` gets ``digest``. Raises UnfitHeader for an unfit address."""
    if subscriber.kind is SubscriberKind.EMAIL:
        return [_mail(digest, subscriber, mailing, now)]
    return _posts(digest, subscriber, mailing)


def _mail(digest: Digest, subscriber: Subscriber, mailing: Mailing, now: datetime) -> NewDelivery:
    message_id = f"<{digest.key}@{mailing.domain}>"
    mail = render_mail(
        digest,
        sender=mailing.sender,
        to=subscriber.address,
        message_id=message_id,
        date=now,
        list_id=f"chapterwatch.{mailing.domain}",
        unsubscribe_mail=_unsubscribe_mail(digest, mailing),
        reply_to=mailing.takes_mail,
    )
    return NewDelivery(
        channel="email",
        destination=subscriber.address,
        payload={"mail": mail_bytes(mail).decode("ascii")},
        message_id=message_id,
        summary=digest.heading,
        subscriber_id=subscriber.id,
    )


def _unsubscribe_mail(digest: Digest, mailing: Mailing) -> str | None:
    """Where a mail has to go to leave: its subject holds the same token as the link."""
    if mailing.takes_mail is None or digest.links.unsubscribe_url is None:
        return None
    token = digest.links.unsubscribe_url.rpartition("/")[2]
    return f"{mailing.takes_mail}?subject=unsubscribe%20{token}"


def _posts(digest: Digest, subscriber: Subscriber, mailing: Mailing) -> list[NewDelivery]:
    messages = render_slack(digest)
    ids = [f"<{digest.key}.{part}@{mailing.domain}>" for part in range(1, len(messages) + 1)]
    return [
        NewDelivery(
            channel="slack",
            workspace=subscriber.workspace,
            destination=subscriber.address,
            payload=message.to_json(),
            message_id=message_id,
            summary=digest.heading,
            part=part,
            after=ids[0] if part > 1 else None,
            subscriber_id=subscriber.id,
        )
        for part, (message_id, message) in enumerate(zip(ids, messages, strict=True), 1)
    ]

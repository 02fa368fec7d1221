"""Says why a subscriber can't be written to, by the settings, before a digest is withheld."""

from __future__ import annotations

from config.settings import PREFIX, Settings
from digests.allowed import allow_list
from subscriptions.subscribers import Subscriber, SubscriberKind


def why_withheld(settings: Settings, subscriber: Subscriber) -> str | None:
    """Why every digest of this subscriber would be withheld; None where none is."""
    slack = settings.sends_slack or settings.slack_client_id is not None
    by_mail = subscriber.kind is SubscriberKind.EMAIL
    if by_mail and not settings.sends_mail:
        return f"{PREFIX}SMTP_HOST is not set"
    if not by_mail and not slack:
        return f"{PREFIX}SLACK_BOT_TOKEN is not set"
    return allow_list(settings.allowed_recipients)(subscriber.address)

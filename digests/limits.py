"""What relays and workspaces take, as the settings say."""

from __future__ import annotations

from config.settings import Settings
from digests.rates import Limits


def limits_of(settings: Settings) -> Limits:
    return Limits(slack_per_minute=settings.slack_per_minute, smtp_per_second=settings.smtp_per_second)

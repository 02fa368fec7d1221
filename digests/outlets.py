"""What deliveries go out through, decided from the settings: a sender a channel, and who may be written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.settings import PREFIX, Settings
from digests.allowed import Allowed, allow_list, everybody
from digests.preview_sender import PreviewSender
from digests.return_path import return_path_of
from digests.senders import Sender
from digests.signing import signing_of
from digests.slack_sender import SlackSender, TokenOf
from digests.smtp_sender import Relay, SmtpSender
from digests.store.outbox import Channel

SLACK_IN_FLIGHT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One channel's way out. ``why_not`` names the reason for withholding a message from a destination.

    ``width`` is how many messages are in flight at once: handed over, or being so, and not yet recorded.
    """

    sender: Sender
    why_not: Allowed
    width: int


Outlets = Mapping[Channel, Outlet]


def open_outlets(
    settings: Settings, *, preview_folder: Path, token_of: TokenOf | None = None, for_show: bool = False
) -> Outlets:
    """The outlets of these settings. Messages for what isn't set up are withheld, to be sent again once it is; but
    ``for_show``, with neither Slack nor a relay, they count as sent when they are written into a folder."""
    if for_show and not settings.sends_slack and not settings.sends_mail and token_of is None:
        return {
            "slack": Outlet(sender=PreviewSender("slack", preview_folder), why_not=everybody, width=4),
            "email": Outlet(sender=PreviewSender("email", preview_folder), why_not=everybody, width=4),
        }
    return {
        "slack": _slack(settings, preview_folder, token_of),
        "email": _email(settings, preview_folder),
    }


async def close_outlets(outlets: Outlets) -> None:
    for outlet in outlets.values():
        await outlet.sender.close()


def _slack(settings: Settings, preview_folder: Path, token_of: TokenOf | None) -> Outlet:
    if settings.slack_bot_token is None and token_of is None:
        return _not_set_up("slack", "SLACK_BOT_TOKEN", preview_folder)
    sender = SlackSender(token_of or _one_token(settings), api_url=settings.slack_api_url)
    return Outlet(sender=sender, why_not=allow_list(settings.allowed_recipients), width=SLACK_IN_FLIGHT)


def _email(settings: Settings, preview_folder: Path) -> Outlet:
    if settings.smtp_host is None or settings.mail_from is None:
        return _not_set_up("email", "SMTP_HOST", preview_folder)
    sender = SmtpSender(
        relay_of(settings),
        envelope_from=return_path_of(settings) or settings.mail_from,
        connections=settings.smtp_connections,
        sign=signing_of(settings),
    )
    return Outlet(
        sender=sender,
        why_not=allow_list(settings.allowed_recipients),
        width=mails_in_flight(settings.smtp_connections),
    )


async def try_relay(settings: Settings) -> None:
    """Say hello to the mail relay as a delivery would, and send nothing. Raises SendError; needs a relay set."""
    assert settings.mail_from is not None, "a relay is set, so load_settings has insisted on it"
    sender = SmtpSender(relay_of(settings), envelope_from=settings.mail_from, connections=1)
    try:
        await sender.greet()
    finally:
        await sender.close()


def relay_of(settings: Settings) -> Relay:
    """The mail relay that the settings name."""
    assert settings.smtp_host is not None, "asked only where one is set"
    return Relay(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        verify=settings.smtp_verify,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )


def mails_in_flight(connections: int) -> int:
    """Enough that every connection stays busy while a group of results is being committed, and no more: a kill can
    double as many, and the urgent ones."""
    return 8 * connections


def _one_token(settings: Settings) -> TokenOf:
    async def token_of(_workspace: str) -> str:
        assert settings.slack_bot_token is not None, "checked where the outlet is made"
        return settings.slack_bot_token.get_secret_value()

    return token_of


def _not_set_up(channel: Channel, variable: str, preview_folder: Path) -> Outlet:
    """A channel that nothing can go through: its sender is never called."""
    return Outlet(
        sender=PreviewSender(channel, preview_folder),
        why_not=lambda _destination: f"{PREFIX}{variable} is not set: nothing is sent by {channel}",
        width=4,
    )

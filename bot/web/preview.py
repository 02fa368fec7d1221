"""The local page of what would have been sent: mails and Slack messages as their readers would see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as email_policy
from typing import Any, Literal
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.pages import HEADERS, page, refusal, static_files

SHOWN_WHOLE = 20
"""So many of the newest entries are laid out on the page itself; older ones have a page of their own each."""

_LONDON = ZoneInfo("Europe/London")
_MAIL_HEADERS = {
    **HEADERS,
    # The mail's own styles and nothing else; its links open in a new window.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A digest or a notice on its way to one destination: a mail's bytes, or Slack's messages, the post first.

    ``state`` and ``destination`` are words for people ("not sent", "#fostering"); ``created_at`` is aware.
    """

    id: str
    created_at: datetime
    channel: Literal["email", "slack"]
    destination: str
    summary: str
    state: str
    messages: tuple[Mapping[str, Any], ...] = ()
    mail: bytes | None = None


ReadDeliveries = Callable[[], Awaitable[Sequence[OutboxEntry]]]


def preview_routes(read_deliveries: ReadDeliveries) -> list[BaseRoute]:
    """The routes under /preview, and /static for their styles. ``read_deliveries`` gives entries, newest first."""

    async def show_all(request: Request) -> Response:
        shown = [_shown(entry) for entry in await read_deliveries()]
        return page("preview.html", {"whole": shown[:SHOWN_WHOLE], "older": shown[SHOWN_WHOLE:], "alone": False})

    async def show_one(request: Request) -> Response:
        entry = await find(request)
        if entry is None:
            return _not_found()
        return page("preview.html", {"whole": [_shown(entry)], "older": [], "alone": True})

    async def show_mail(request: Request) -> Response:
        entry = await find(request)
        if entry is None or entry.mail is None:
            return _not_found()
        return HTMLResponse(_html_body(_parsed(entry.mail)), headers=_MAIL_HEADERS)

    async def download(request: Request) -> Response:
        entry = await find(request)
        if entry is None or entry.mail is None:
            return _not_found()
        disposition = {"Content-Disposition": 'attachment; filename="digest.eml"'}
        return Response(entry.mail, media_type="message/rfc822", headers=disposition)

    async def find(request: Request) -> OutboxEntry | None:
        wanted = request.path_params["entry_id"]
        return next((entry for entry in await read_deliveries() if entry.id == wanted), None)

    return [
        Route("/preview", show_all),
        Route("/preview/{entry_id}", show_one),
        Route("/preview/{entry_id}/mail.html", show_mail),
        Route("/preview/{entry_id}/mail.eml", download),
        static_files(),
    ]


def _not_found() -> Response:
    return refusal(404)


def _shown(entry: OutboxEntry) -> dict[str, Any]:
    """What the template prints of an entry."""
    mail = _parsed(entry.mail) if entry.mail is not None else None
    text = mail.get_body(("plain",)) if mail else None
    return {
        "entry": entry,
        "when": f"{entry.created_at.astimezone(_LONDON):%-d %B %Y, %H:%M}",
        "clock": f"{entry.created_at.astimezone(_LONDON):%H:%M}",
        "headers": [(name, str(value)) for name, value in mail.items()] if mail else [],
        "has_html": mail is not None and mail.get_body(("html",)) is not None,
        "text": text.get_content() if text else "",
    }


def _parsed(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=email_policy)


def _html_body(mail: EmailMessage) -> str:
    """The mail's HTML, its links made to open outside the frame that it is shown in."""
    body = mail.get_body(("html",))
    html: str = body.get_content() if body else ""
    return html.replace("<head>", '<head><base target="_blank">', 1)

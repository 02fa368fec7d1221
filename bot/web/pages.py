"""Renders pages from templates, with headers that let them fetch nothing but our own styles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.slack_layout import mrkdwn_html, text_html

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}

_REFUSALS = {
    400: ("That could not be understood", "Go back, load the page again, and try once more."),
    404: (
        "Page not found",
        "There is nothing at this address. If you typed it, check that it is right; if you followed a link, what "
        "it led to is gone.",
    ),
    413: ("That is far too long", "Go back, and send less at once."),
    500: ("Something went wrong", "This is our fault, not yours. Try again in a few minutes."),
}

_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"mrkdwn": mrkdwn_html, "slack_text": text_html}


class Protected:
    """The application with the headers on whatever it answers: styles, redirects and refusals too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-cache")  # asked for again, sent only when changed
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_protected if scope["type"] == "http" else send)


def page(template: str, words: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """The template filled in, as a response."""
    html = _TEMPLATES.get_template(template).render(words)
    return HTMLResponse(html, status_code=status, headers=dict(HEADERS))


def refusal(status: int) -> HTMLResponse:
    """A page that says in plain words why there is no other."""
    heading, words = _REFUSALS.get(status, _REFUSALS[400])
    return page("refusal.html", {"heading": heading, "words": words}, status=status)


def static_files() -> Mount:
    """The route of the pages' styles."""
    return Mount("/static", StaticFiles(directory=_HERE / "static"), name="static")

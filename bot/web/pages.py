"""Renders pages from templates, with headers that let them fetch nothing but our own styles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

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

_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"mrkdwn": mrkdwn_html, "slack_text": text_html}


def page(template: str, words: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """The template filled in, as a response."""
    html = _TEMPLATES.get_template(template).render(words)
    return HTMLResponse(html, status_code=status, headers=dict(HEADERS))


def static_files() -> Mount:
    """The route of the pages' styles."""
    return Mount("/static", StaticFiles(directory=_HERE / "static"), name="static")

"""The pages as one application: what is served depends on who can reach it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.outbox import deliveries_reader
from bot.web.pages import page
from bot.web.preview import preview_routes
from database.connection import Database


def make_app(database: Database, *, previewed: bool, extra_routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The application with the outbox's page and whatever else is to be served beside it."""
    routes = [
        Route("/", _to_preview),
        *preview_routes(deliveries_reader(database, previewed=previewed)),
        *extra_routes,
    ]
    return Starlette(routes=routes, exception_handlers={404: _not_found})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address: the outbox names people, so nobody else may see it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _to_preview(request: Request) -> Response:
    return RedirectResponse("/preview")


async def _not_found(request: Request, error: Exception) -> Response:
    return page("not_found.html", {}, status=404)

"""The pages as one application: what is served depends on who can reach it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.archive_pages import archive_routes
from bot.web.feed_pages import feed_routes
from bot.web.looking_up import looking_up_routes
from bot.web.managing import managing_routes
from bot.web.outbox import deliveries_reader
from bot.web.pages import Protected, refusal, static_files
from bot.web.preview import preview_routes
from bot.web.site import Site
from bot.web.subscribing import subscribing_routes
from bot.web.unsubscribing import unsubscribing_routes
from config.settings import Settings
from database.connection import Database
from subscriptions.keeping import KEPT


def make_app(
    database: Database, *, previewed: bool, site: Site | None = None, extra_routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """The application with the outbox's page, or with everybody's pages (``site``), or with both."""
    routes: list[BaseRoute] = []
    if site is None or site.previews:
        routes += preview_routes(deliveries_reader(database, previewed=previewed))
    else:
        routes.append(static_files())
    routes += site_routes(site) if site else [Route("/", _to_preview)]
    return Starlette(
        routes=[*routes, *extra_routes],
        middleware=[Middleware(Protected)],
        exception_handlers={HTTPException: _refused, 500: _failed},
    )


def site_routes(site: Site) -> list[BaseRoute]:
    """The pages for everybody."""

    async def home(request: Request) -> Response:
        return site.page("home.html", {"manuals": list(site.manuals.values())})

    async def privacy(request: Request) -> Response:
        return site.page("privacy.html", {"kept": [(each.what, each.why, each.how_long) for each in KEPT]})

    return [
        Route("/", home),
        Route("/privacy", privacy),
        *subscribing_routes(site),
        *managing_routes(site),
        *unsubscribing_routes(site),
        *(looking_up_routes(site) + archive_routes(site) + feed_routes(site) if site.public else []),
    ]


def may_preview(settings: Settings) -> bool:
    """Whether only this machine can see the pages: the outbox names people, so nobody else may look into it.

    A public address means that a proxy passes on what comes from outside, though we listen on loopback.
    """
    behind = urlsplit(settings.web_url).hostname if settings.web_url else None
    return is_loopback(settings.web_host) and (behind is None or is_loopback(behind))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _to_preview(request: Request) -> Response:
    return RedirectResponse("/preview")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "it is registered for these"
    answer = refusal(error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _failed(request: Request, error: Exception) -> Response:
    return refusal(500)

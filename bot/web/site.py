"""What every public page works with, and how one answers: built once, by whoever serves the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.archive import Archive
from bot.assembly import Parts, utc_now
from bot.errors import NotAllowed, TooMany
from bot.registry.correspondence import Correspondence, addresses_of
from bot.registry.registrar import Registrar
from bot.web.pages import page
from bot.web.protection import BadForm
from config.secret import secret_key
from database.connection import Database
from digests.notices import operators_of
from digests.rendering import mailing_of
from subscriptions.errors import DeadLink, SpentLink, SubscriptionError
from subscriptions.links import Addresses, Signer
from subscriptions.topics import Topics

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Site:
    """The registrar and the archive behind the pages. ``public``: the archive and the feeds are shown.

    ``previews``: the local page of the outbox is served beside them.
    """

    registrar: Registrar
    clock: Callable[[], datetime]
    public: bool = True
    previews: bool = False

    @property
    def post(self) -> Correspondence:
        return self.registrar.post

    @property
    def archive(self) -> Archive:
        return self.post.archive

    @property
    def topics(self) -> Topics:
        return self.post.topics

    @property
    def addresses(self) -> Addresses:
        return self.post.addresses

    @property
    def database(self) -> Database:
        return self.registrar.database

    @property
    def manuals(self) -> Mapping[str, str]:
        return self.post.manuals

    @property
    def is_secure(self) -> bool:
        return self.addresses.root.startswith("https:")

    def page(self, template: str, words: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """A page with the way to all others."""
        told = {"public": self.public, "previews": self.previews, "open": bool(self.registrar.domains.strip())}
        return page(template, {**words, "site": told}, status=status)

    def answering(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, with a page in plain words for what people can't help."""

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except SpentLink:
                return self._sorry("This link is too old", _SPENT, 410)
            except DeadLink:
                return self._sorry("This link does not work", _DEAD, 404)
            except SubscriptionError as error:
                return self._sorry("That could not be done", str(error), 400)
            except BadForm:
                return self._sorry("Please send the form again", _FORM, 403)
            except NotAllowed:
                return self._sorry("This address can’t be used", _DOMAIN, 400)
            except TooMany:
                return self._sorry("Too many tries", _TOO_MANY, 429)

        return answer

    def _sorry(self, heading: str, words: str, status: int) -> Response:
        return self.page("sorry.html", {"heading": heading, "words": words}, status=status)


_SPENT = "For your safety, links that change something work only for a while. Take the link in the newest mail."
_DEAD = "Perhaps a mail program cut it in two, or what it led to is gone. Copy the whole link, or subscribe again."
_FORM = (
    "The form had been open for too long, or it was not sent from our page. Your browser has to keep one small "
    "cookie while you fill it in. Go back, load the page again, and send it once more."
)
_DOMAIN = "Only addresses of the council and its partners can be used here."
_TOO_MANY = "A lot of mails have been asked for from where you are. Wait an hour and try again."


def site_of(parts: Parts, database: Database, *, address: str | None = None, previews: bool = False) -> Site:
    """The site of these settings. ``address``: where it is served. Raises ConfigError."""
    settings = parts.settings
    post = Correspondence(
        topics=parts.topics,
        manuals=parts.manuals.names,
        shelf=parts.shelf,
        archive=Archive(manuals=parts.manuals.names, topics=parts.topics, shelf=parts.shelf),
        addresses=addresses_of(settings, Signer(secret_key(settings)), address),
        mailing=mailing_of(settings),
    )
    registrar = Registrar(
        database=database, post=post, domains=settings.subscribe_domains, operators=operators_of(settings)
    )
    return Site(registrar=registrar, clock=utc_now, public=settings.public_pages, previews=previews)

"""Leaving: the link of every mail shows a page, and its button does it; mail programs' one click does it at once.

GET changes nothing: mail scanners open every link.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.managing import token_of
from bot.web.site import Site
from subscriptions import store
from subscriptions.links import Purpose


def unsubscribing_routes(site: Site) -> list[BaseRoute]:
    """/unsubscribe/{token}: the token alone is enough, as RFC 8058 has it, with no cookie."""
    registrar = site.registrar

    async def ask(request: Request) -> Response:
        now = site.clock()
        async with site.database.reading() as connection:
            subscriber = await registrar.holder(connection, Purpose.UNSUBSCRIBE, token_of(request), now)
            running = await store.running_subscriptions(connection, subscriber_id=subscriber.id)
        words = {
            "follows": [site.post.says(each) for each in running],
            "manage_url": site.addresses.manage(subscriber, now).removeprefix(site.addresses.root),
        }
        return site.page("unsubscribe.html", words)

    async def leave(request: Request) -> Response:
        await registrar.leave(token_of(request), site.clock())
        return site.page("unsubscribed.html", {})

    return [
        Route("/unsubscribe/{token}", site.answering(ask)),
        Route("/unsubscribe/{token}", site.answering(leave), methods=["POST"]),
    ]

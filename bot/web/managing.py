"""My subscriptions, behind the signed link of every mail: see, change, pause, move, take away, leave.

The link shows the page for a year. Whatever changes something is sent with a token of its own that the page holds
and that is spent after two hours.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.orders.phrases import day_says, schedule_says, subscription_says
from bot.web.changing import change_everything, day_of_return, log
from bot.web.forms import SubscribeForm, endings_of
from bot.web.protection import client_of, insist_on_our_site, read_form
from bot.web.site import Site
from bot.web.subscribing import FREQUENCIES, LEAST_WORDS, form_words, is_search
from digests.wording import LONDON
from subscriptions import store, store_people
from subscriptions.errors import BadWish, DeadLink, LinkError, SubscriptionError
from subscriptions.links import Purpose
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.requests import may_subscribe
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import changes_of, pause_subscription
from subscriptions.subscribers import Subscriber
from subscriptions.wishes import WEEKDAYS, normalise_address

# Said at the top of the page after something was done.
DONE = {
    "changed": "Your changes are saved.",
    "added": "You follow more now.",
    "paused": "Your mails are paused. What changes meanwhile comes afterwards.",
    "resumed": "Your mails come again.",
    "asked": "Check your mail, at both addresses: each has a link to confirm the move.",
    "again": "Check your mail: it has a link to start again.",
}

Act = Callable[[Request, FormData, Subscriber], Awaitable[Response]]


def managing_routes(site: Site) -> list[BaseRoute]:
    """/subscriptions/{token} and what its forms are sent to."""
    registrar = site.registrar

    async def show(request: Request) -> Response:
        done = DONE.get(request.query_params.get("done", ""), "")
        async with site.database.reading() as connection:
            subscriber = await registrar.holder(connection, Purpose.MANAGE, token_of(request), site.clock())
            return await shown(connection, request, subscriber, done=done)

    async def shown(
        connection: AsyncConnection,
        request: Request,
        subscriber: Subscriber,
        *,
        done: str = "",
        problems: dict[str, str] | None = None,
    ) -> Response:
        assert subscriber.id is not None, "it is stored"
        now = site.clock()
        running = await store.running_subscriptions(connection, subscriber_id=subscriber.id)
        changed = await changes_of(connection, subscriber.id)
        words: dict[str, Any] = {
            "done": done,
            "problems": problems or {},
            "subscriber": subscriber,
            "rows": [_row(site, each, now) for each in running],
            "changes": [
                {
                    "when": day_says(each.changed_at),
                    "what": each.what,
                    "who": each.who.replace(THE_SUBSCRIBER, "you"),
                }
                for each in changed
            ],
            "paused": any(_is_paused(each, now) for each in running),
            "frequencies": {str(each): name for each, (name, _) in FREQUENCIES.items()},
            "leasts": {each: name for each, (name, _) in LEAST_WORDS.items()},
            "weekdays": {number: day.capitalize() for number, day in enumerate(WEEKDAYS)},
            "token": token_of(request),
            "change_token": registrar.signer.token(Purpose.CHANGE, subscriber.id, subscriber.address, now),
            "unsubscribe_url": site.addresses.unsubscribe(subscriber, now).removeprefix(site.addresses.root),
            "tomorrow": (now.astimezone(LONDON).date() + timedelta(days=1)).isoformat(),
        }
        return site.page("my_subscriptions.html", words, status=400 if problems else 200)

    def acting(act: Act) -> Callable[[Request], Awaitable[Response]]:
        """A form of the page: sent by its holder, from our page, not too long after it was shown."""

        async def answer(request: Request) -> Response:
            insist_on_our_site(request)
            form = await read_form(request)
            now = site.clock()
            async with site.database.reading() as connection:
                subscriber = await registrar.holder(connection, Purpose.MANAGE, token_of(request), now)
                changer = await registrar.holder(
                    connection, Purpose.CHANGE, str(form.get("change_token", "")), now
                )
                if changer.id != subscriber.id:
                    raise DeadLink  # the page is one person's, the token another's
            try:
                return await act(request, form, subscriber)
            except SubscriptionError as error:
                if isinstance(error, LinkError):
                    raise
                async with site.database.reading() as connection:
                    return await shown(connection, request, subscriber, problems={"page": str(error)})

        return site.answering(answer)

    async def change(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        async with site.database.writing() as connection:
            await change_everything(connection, subscriber, form, wording=site.post.wording, now=site.clock())
        return _back(request, "changed")

    async def pause(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        assert subscriber.id is not None, "it is stored"
        until = None if "resume" in form else day_of_return(form, site.clock())
        async with site.database.writing() as connection:
            for each in await store.running_subscriptions(connection, subscriber_id=subscriber.id):
                await pause_subscription(connection, each.subscription.id or 0, until)
            what = f"paused everything until {day_says(until)}" if until else "let everything run again"
            await log(connection, subscriber, what, site.clock())
        return _back(request, "paused" if until else "resumed")

    async def move(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        try:
            address = normalise_address(str(form.get("email", ""))[:500])
        except BadWish:
            raise BadWish("Enter an email address in the right form.") from None
        if address == subscriber.address:
            raise BadWish("That is the address that your mails go to now.")
        if not may_subscribe(address, registrar.domains):
            raise BadWish(f"Enter a work address. It ends in {endings_of(registrar.domains)}")
        await registrar.moves.ask(subscriber, address, client=client_of(request), now=site.clock())
        return _back(request, "asked")

    async def again(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        await registrar.suspensions.ask_to_end(subscriber, site.clock())
        return _back(request, "again")

    async def download(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        async with site.database.reading() as connection:
            kept = await store_people.export_address(connection, subscriber.address)
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return Response(
            json.dumps(kept, indent=1, ensure_ascii=False), media_type="application/json", headers=headers
        )

    async def erase(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        if "sure" not in form:
            raise BadWish("Tick the box to say that you are sure.")
        await registrar.erase(subscriber.address)
        return site.page("erased.html", {})

    async def show_add(request: Request) -> Response:
        async with site.database.reading() as connection:
            subscriber = await registrar.holder(connection, Purpose.MANAGE, token_of(request), site.clock())
        return await add_page(request, subscriber, SubscribeForm(), {})

    async def add(request: Request, sent: FormData, subscriber: Subscriber) -> Response:
        form = SubscribeForm.read(sent)
        if is_search(sent, form):
            return await add_page(request, subscriber, form, {})
        problems = form.problems(topics=site.topics, manuals=site.manuals, domains=None)
        if problems:
            return await add_page(request, subscriber, form, problems)
        await registrar.grant(subscriber, form.request(with_schedule=False), site.clock())
        return _back(request, "added")

    async def add_page(
        request: Request, subscriber: Subscriber, form: SubscribeForm, problems: dict[str, str]
    ) -> Response:
        assert subscriber.id is not None, "it is stored"
        token = registrar.signer.token(Purpose.CHANGE, subscriber.id, subscriber.address, site.clock())
        words = {
            **await form_words(site, form, problems),
            "token_field": "change_token",
            "token": token,
            "action": f"/subscriptions/{token_of(request)}/add",
            "back": f"/subscriptions/{token_of(request)}",
            "asks_address": False,
        }
        return site.page("subscribe.html", words, status=400 if problems else 200)

    base = "/subscriptions/{token}"
    return [
        Route(base, site.answering(show)),
        Route(f"{base}/add", site.answering(show_add)),
        Route(f"{base}/add", acting(add), methods=["POST"]),
        Route(f"{base}/change", acting(change), methods=["POST"]),
        Route(f"{base}/pause", acting(pause), methods=["POST"]),
        Route(f"{base}/move", acting(move), methods=["POST"]),
        Route(f"{base}/again", acting(again), methods=["POST"]),
        Route(f"{base}/download", acting(download), methods=["POST"]),
        Route(f"{base}/erase", acting(erase), methods=["POST"]),
    ]


def token_of(request: Request) -> str:
    token: str = request.path_params["token"]
    return token


def _back(request: Request, done: str) -> Response:
    """To the page again, so that loading it anew sends nothing twice."""
    return RedirectResponse(f"/subscriptions/{token_of(request)}?done={done}", status_code=303)


def _row(site: Site, each: SubscriptionOf, now: datetime) -> dict[str, Any]:
    wish = each.subscription
    words = subscription_says(wish, site.post.wording)
    schedule = schedule_says(wish.frequency, each.subscriber)
    return {
        "id": wish.id,
        "words": words[:1].upper() + words[1:],
        "schedule": schedule[:1].upper() + schedule[1:],
        "frequency": str(wish.frequency),
        "least": wish.least.words,
        "paused_until": day_says(wish.paused_until) if wish.paused_until and _is_paused(each, now) else None,
    }


def _is_paused(each: SubscriptionOf, now: datetime) -> bool:
    until = each.subscription.paused_until
    return until is not None and until > now

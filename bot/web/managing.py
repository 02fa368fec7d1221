"""My subscriptions, behind the signed link of every mail: see, change, pause, move, take away, leave.

The link shows the page for a year. Whatever changes something is sent with a token of its own that the page holds
and that is spent after two hours.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.orders.phrases import day_says, schedule_says, subscription_says
from bot.web.forms import SubscribeForm
from bot.web.pages import HEADERS
from bot.web.protection import insist_on_our_site
from bot.web.site import Site
from bot.web.subscribing import FREQUENCIES, LEAST_WORDS, form_words, is_search, read_form
from digests.wording import LONDON
from subscriptions import store, store_people
from subscriptions.errors import BadWish, DeadLink, LinkError, SubscriptionError
from subscriptions.links import Purpose
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import Change, changes_of, log_change, pause_subscription, set_frequency
from subscriptions.subscribers import Frequency, Subscriber
from subscriptions.wishes import WEEKDAYS, normalise_address

LONGEST_PAUSE = timedelta(days=366)

_BY = f"{THE_SUBSCRIBER}, on the page"

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
                {"when": day_says(each.changed_at), "what": each.what, "who": each.who} for each in changed
            ],
            "paused": any(_is_paused(each, now) for each in running),
            "frequencies": {str(each): name for each, (name, _) in FREQUENCIES.items()},
            "leasts": {each: name for each, (name, _) in LEAST_WORDS.items()},
            "weekdays": {number: day.capitalize() for number, day in enumerate(WEEKDAYS)},
            "token": token_of(request),
            "change_token": registrar.signer.token(Purpose.CHANGE, subscriber.id, subscriber.address, now),
            "unsubscribe_url": registrar.addresses.unsubscribe(subscriber, now).removeprefix(
                registrar.addresses.root
            ),
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
        assert subscriber.id is not None, "it is stored"
        now = site.clock()
        async with site.database.writing() as connection:
            await store_people.set_schedule(
                connection,
                subscriber.id,
                hour=_number(form, "hour", 0, 23, subscriber.hour),
                weekday=_number(form, "weekday", 0, 6, subscriber.weekday),
                day=_number(form, "day", 1, 28, subscriber.day),
            )
            for each in await store.running_subscriptions(connection, subscriber_id=subscriber.id):
                await _change(site, connection, each, form, now)
        return _back(request, "changed")

    async def pause(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        assert subscriber.id is not None, "it is stored"
        until = None if "resume" in form else _day(form, site.clock())
        async with site.database.writing() as connection:
            for each in await store.running_subscriptions(connection, subscriber_id=subscriber.id):
                await pause_subscription(connection, each.subscription.id or 0, until)
            what = f"paused everything until {day_says(until)}" if until else "let everything run again"
            await log_change(
                connection,
                Change(
                    subscriber_id=subscriber.id, subscription_id=None, changed_at=site.clock(), who=_BY, what=what
                ),
            )
        return _back(request, "paused" if until else "resumed")

    async def move(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        try:
            address = normalise_address(str(form.get("email", ""))[:500])
        except BadWish:
            raise BadWish("Enter an email address in the right form.") from None
        if address == subscriber.address:
            raise BadWish("That is the address that your mails go to now.")
        await registrar.ask_to_move(subscriber, address, site.clock())
        return _back(request, "asked")

    async def again(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        await registrar.ask_to_resume(subscriber, site.clock())
        return _back(request, "again")

    async def download(request: Request, form: FormData, subscriber: Subscriber) -> Response:
        async with site.database.reading() as connection:
            kept = await store_people.export_address(connection, subscriber.address)
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="my-data.json"'}
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
        problems = form.problems(topics=registrar.topics, manuals=registrar.manuals, domains=None)
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
    return RedirectResponse(f"/subscriptions/{token_of(request)}?done={done}", status_code=303, headers=HEADERS)


def _row(site: Site, each: SubscriptionOf, now: datetime) -> dict[str, Any]:
    wish = each.subscription
    words = subscription_says(wish, site.registrar.wording)
    return {
        "id": wish.id,
        "words": words[:1].upper() + words[1:],
        "schedule": schedule_says(wish.frequency, each.subscriber),
        "frequency": str(wish.frequency),
        "least": wish.least.words,
        "paused_until": day_says(wish.paused_until) if wish.paused_until and _is_paused(each, now) else None,
    }


def _is_paused(each: SubscriptionOf, now: datetime) -> bool:
    until = each.subscription.paused_until
    return until is not None and until > now


async def _change(
    site: Site, connection: AsyncConnection, each: SubscriptionOf, form: FormData, now: datetime
) -> None:
    """Stop a subscription, or give it another frequency."""
    wish = each.subscription
    assert wish.id is not None, "it is stored"
    says = subscription_says(wish, site.registrar.wording)
    frequency = str(form.get(f"frequency-{wish.id}", wish.frequency))
    if f"stop-{wish.id}" in form:
        await store.end_subscription(connection, wish.id, "ended on the page", now)
        what = f"stopped {says}"
    elif frequency != wish.frequency:
        if frequency not in tuple(map(str, Frequency)):
            raise BadWish("Choose how often you want a mail.")
        await set_frequency(connection, wish.id, Frequency(frequency))
        what = f"changed {says} to {frequency}"
    else:
        return
    await log_change(
        connection,
        Change(subscriber_id=wish.subscriber_id, subscription_id=wish.id, changed_at=now, who=_BY, what=what),
    )


def _number(form: FormData, name: str, least: int, most: int, present: int) -> int:
    text = str(form.get(name, present))
    if not (text.isascii() and text.isdecimal()) or not least <= int(text[:4]) <= most:
        raise BadWish(f"Choose a number from {least} to {most} for the {name}.")
    return int(text[:4])


def _day(form: FormData, now: datetime) -> datetime:
    """The beginning of the day that mails come again. Raises BadWish."""
    try:
        until = date.fromisoformat(str(form.get("until", "")).strip())
    except ValueError:
        raise BadWish("Enter the day on which your mails come again, like 2026-09-02.") from None
    today = now.astimezone(LONDON).date()
    if not today < until <= today + LONGEST_PAUSE:
        raise BadWish("Choose a day after today, and within a year.")
    return datetime.combine(until, time(0), tzinfo=LONDON)

"""The pages to subscribe on: the form, the search for chapters in it, and the confirmation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.forms import SubscribeForm
from bot.web.protection import (
    FIELD,
    client_of,
    form_token,
    insist_on_our_form,
    insist_on_our_site,
    keep_cookie,
    read_form,
)
from bot.web.site import Site
from digests.wording import count_words
from subscriptions.errors import SubscriptionError
from subscriptions.subscribers import Frequency
from subscriptions.wishes import WEEKDAYS

MOST_FOUND = 8

FREQUENCIES = {
    Frequency.AS_IT_HAPPENS: ("As it happens", "Within minutes of a change, in one mail for all that changed."),
    Frequency.DAILY: ("Every working day", "In the morning, when something changed the day before."),
    Frequency.WEEKLY: ("Once a week", "On the day that you choose."),
    Frequency.MONTHLY: ("Once a month", "On the day that you choose."),
}
LEAST_WORDS = {
    "minor": ("Everything", "Also new links and contact details."),
    "changed": ("When the procedure changed", "Not for links and contact details alone."),
    "must re-read": (
        "Only what must be re-read",
        "When the manual says that a chapter should be re-read throughout.",
    ),
}


def subscribing_routes(site: Site) -> list[BaseRoute]:
    """/subscribe, and the pages that the confirmation mail leads to."""
    registrar = site.registrar

    async def show_form(request: Request) -> Response:
        topic = request.query_params.get("topic", "")
        chapter = request.query_params.get("chapter", "")[:300]
        follow = (
            *([f"topic:{topic}"] if topic in site.topics else []),
            *([f"chapter:{chapter}"] if chapter else []),
        )
        return await form_page(request, SubscribeForm(follow=follow), {})

    async def take_form(request: Request) -> Response:
        now = site.clock()
        sent = await read_form(request)
        insist_on_our_form(request, sent, registrar.signer, now)
        form = SubscribeForm.read(sent)
        if is_search(sent, form):
            return await form_page(request, form, {})
        problems = form.problems(topics=site.topics, manuals=site.manuals, domains=registrar.domains)
        if problems:
            return await form_page(request, form, problems, status=400)
        try:
            address = form.address(registrar.domains)
            await registrar.ask(address, form.request(), client=client_of(request), now=now)
        except SubscriptionError as error:
            return await form_page(request, form, {"follow": str(error)}, status=400)
        return site.page("check_your_mail.html", {})

    async def form_page(
        request: Request, form: SubscribeForm, problems: dict[str, str], status: int = 200
    ) -> Response:
        token, cookie = form_token(request, registrar.signer, site.clock())
        words = await form_words(site, form, problems)
        shown = {"token_field": FIELD, "token": token, "action": "/subscribe", "back": None, "asks_address": True}
        response = site.page("subscribe.html", {**words, **shown}, status=status)
        keep_cookie(response, cookie, secure=site.is_secure)
        return response

    async def show_confirmation(request: Request) -> Response:
        found, follows = await registrar.asked(request.path_params["token"], site.clock())
        return site.page("confirm.html", {"kind": found.kind, "follows": follows})

    async def confirm(request: Request) -> Response:
        insist_on_our_site(request)
        now = site.clock()
        done = await registrar.confirm(request.path_params["token"], now)
        manage = site.addresses.manage(done.subscriber, now) if done.subscriber else None
        return site.page("confirmed.html", {"done": done, "manage_url": manage})

    async def release_page(request: Request) -> Response:
        await registrar.moves.asked(request.path_params["token"], site.clock())
        return site.page("confirm.html", {"kind": "release", "follows": []})

    async def release(request: Request) -> Response:
        insist_on_our_site(request)
        done = await registrar.moves.release(request.path_params["token"], site.clock())
        return site.page("confirmed.html", {"done": done, "manage_url": None})

    return [
        Route("/subscribe", site.answering(show_form)),
        Route("/subscribe", site.answering(take_form), methods=["POST"]),
        Route("/confirm/{token}", site.answering(show_confirmation)),
        Route("/confirm/{token}", site.answering(confirm), methods=["POST"]),
        Route("/release/{token}", site.answering(release_page)),
        Route("/release/{token}", site.answering(release), methods=["POST"]),
    ]


def is_search(sent: FormData, form: SubscribeForm) -> bool:
    """Whether chapters are to be looked up. The Enter key presses the form's first button, which nobody sees: it
    means the search where other words stand there than were looked up last."""
    return "find" in sent or ("enter" in sent and form.words not in ("", sent.get("searched")))


async def form_words(site: Site, form: SubscribeForm, problems: dict[str, str]) -> dict[str, Any]:
    """What the form's template prints."""
    async with site.database.reading() as connection:
        last_year = await site.archive.last_year(connection, site.clock())
        found = [] if not form.words else await _chapters(site, connection, form)
    titles = dict.fromkeys((*form.chapters, *(title for title, _ in found)))
    return {
        "form": asdict(form),
        "problems": problems,
        "manuals": dict(site.manuals),
        "topics": [
            {
                "value": f"topic:{topic.id}",
                "name": topic.name,
                "covers": topic.covers,
                "last_year": count_words(last_year[topic.id], "change") + " in the last year",
                "archive": f"/amendments?topic={topic.id}" if site.public and last_year[topic.id] else None,
            }
            for topic in site.topics
        ],
        "chapters": [{"value": f"chapter:{title}", "title": title} for title in titles],
        "found_nothing": bool(form.words) and not found,
        "frequencies": {str(each): words for each, words in FREQUENCIES.items()},
        "weekdays": {day: day.capitalize() for day in WEEKDAYS},
        "leasts": LEAST_WORDS,
    }


async def _chapters(site: Site, connection: Any, form: SubscribeForm) -> list[tuple[str, str]]:
    """Titles of chapters that answer the words, with the manual of each."""
    found = []
    for at_hand in await site.post.shelf.manuals(connection, form.manual or None):
        for answer in at_hand.look_up(form.words).answers:
            if at_hand.chapter_of(answer.title):
                found.append((answer.title, at_hand.name))
    return found[:MOST_FOUND]

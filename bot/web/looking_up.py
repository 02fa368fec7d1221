"""The page that answers a question with a chapter, for everybody; and where they say that it did not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.findings import Findings, find
from bot.shelf import ManualAtHand
from bot.web.archive_pages import chapter_page, is_web
from bot.web.protection import insist_on_our_site, read_form
from bot.web.site import Site

LONGEST = 200


def looking_up_routes(site: Site) -> list[BaseRoute]:
    """/look-up, and /look-up/not-found for who meant something else."""

    async def show(request: Request) -> Response:
        words, manual = asked_in(request.query_params.get("words", ""), request.query_params.get("manual", ""))
        async with site.database.reading() as connection:
            manuals = await site.post.shelf.manuals(connection, manual)
        found = find(site.post.shelf, manuals, words, site.topics) if words and manuals else None
        response = site.page("look_up.html", page_words(site, words, manual, manuals, found))
        if found is not None:
            response.background = BackgroundTask(site.registrar.misses.note, found, site.clock())
        return response

    async def not_found(request: Request) -> Response:
        insist_on_our_site(request)
        sent = await read_form(request)
        words, manual = asked_in(str(sent.get("words", "")), str(sent.get("manual", "")))
        if words:
            await site.registrar.misses.refuse(words, site.clock())
        async with site.database.reading() as connection:
            manuals = await site.post.shelf.manuals(connection, manual)
        return site.page("look_up.html", {**page_words(site, "", manual, manuals, None), "refused": True})

    def asked_in(words: str, manual: str) -> tuple[str, str | None]:
        return " ".join(words.split())[:LONGEST], manual if manual in site.manuals else None

    return [
        Route("/look-up", show),
        Route("/look-up/not-found", site.answering(not_found), methods=["POST"]),
    ]


def page_words(
    site: Site, words: str, manual: str | None, manuals: list[ManualAtHand], found: Findings | None
) -> dict[str, Any]:
    """What the template prints."""
    at_hand = {each.id: each for each in manuals}
    topics = found.topics if found else ()
    return {
        "words": words,
        "manual": manual or "",
        "manuals": dict(site.manuals) if len(site.manuals) > 1 else {},
        "read": bool(manuals),
        "asked": found is not None,
        "sure": found is not None and found.sure,
        "answers": [
            _answer_words(at_hand[each.manual], each.title, each.number, each.url) for each in found.answers
        ]
        if found
        else [],
        "topics": [(topic.name, f"/amendments?{urlencode({'topic': topic.id})}") for topic in topics],
        "contents": [(each.name, each.url) for each in manuals if is_web(each.url)],
        "refused": False,
    }


def _answer_words(at_hand: ManualAtHand, title: str, number: str | None, url: str | None) -> dict[str, str | None]:
    """An answer; a heading, which has no page of its own, leads to the contents."""
    chapter = at_hand.chapter_of(title)
    section = at_hand.section_of(chapter) if chapter else None
    place = " ".join(filter(None, (section.number, section.title))) if section else None
    address = url or at_hand.url
    return {
        "title": " ".join(filter(None, (number, title))),
        "url": address if is_web(address) else None,
        "place": " · ".join(filter(None, (place, at_hand.name))),
        "history": chapter_page(at_hand.id, title) if chapter else None,
    }

"""The archive for everybody: what changed, to search and filter; a chapter's history; a digest as a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.archive import Entry, Filters
from bot.web.site import Site
from digests.digest import Digest, Item
from digests.entry import next_update_lines
from digests.passages import passages
from digests.store.shown import digest_by_key
from digests.wording import KIND_WORDS, count_words, month_words, title_words
from manual.identity import fold, title_key
from manual.reading import AmendmentKind

ON_A_PAGE = 50

_MONTH = re.compile(r"\d{4}-\d{2}")
_KEY = re.compile(r"[0-9a-f]{16}")


def archive_routes(site: Site) -> list[BaseRoute]:
    """/amendments, /amendments/{id}, /chapters/{manual}/{key} and /digests/{key}."""

    async def show_list(request: Request) -> Response:
        filters, chapter = filters_of(request), request.query_params.get("chapter", "")[:300]
        async with site.database.reading() as connection:
            every = await site.archive.entries(connection, site.clock())
        found = [each for each in every if filters.let_through(each) and chapter in ("", chapter_address(each))]
        number, pages = _page_of(request, len(found))
        shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
        words = {
            "filters": {**asdict(filters), "chapter": chapter},
            "anything": bool(every),
            "found": count_words(len(found), "change"),
            "months": _by_month(site, shown),
            "options": _options(site, every),
            "number": number,
            "pages": pages,
            "before": _address(request, number - 1) if number > 1 else None,
            "after": _address(request, number + 1) if number < pages else None,
        }
        return site.page("amendments.html", words)

    async def show_one(request: Request) -> Response:
        wanted = int(request.path_params["id"])
        async with site.database.reading() as connection:
            every = await site.archive.entries(connection, site.clock())
        found = next((each for each in every if each.id == wanted), None)
        if found is None:
            raise HTTPException(404)
        return site.page("amendment.html", {"entry": entry_words(site, found)})

    async def show_chapter(request: Request) -> Response:
        manual, key = request.path_params["manual"], title_key(request.path_params["key"].replace("-", " "))
        async with site.database.reading() as connection:
            every = await site.archive.entries(connection, site.clock())
            at_hand = await site.post.shelf.manual(connection, manual) if manual in site.manuals else None
        history = [each for each in every if each.item.manual == manual and key in _keys(each)]
        listed = at_hand.contents.chapters if at_hand else ()
        chapter = next((each for each in listed if title_key(each.title) == key), None)
        if chapter is None and not history:
            raise HTTPException(404)
        title = chapter.title if chapter else history[0].title
        words = {
            "title": " ".join(filter(None, (chapter.number if chapter else None, title))),
            "url": chapter.url if chapter else None,
            "manual": site.manuals.get(manual, manual),
            "entries": [entry_words(site, each) for each in history],
            "follow": f"/subscribe?{urlencode({'chapter': title})}" if chapter else None,
        }
        return site.page("chapter.html", words)

    async def show_digest(request: Request) -> Response:
        key = request.path_params["key"]
        digest = None
        if _KEY.fullmatch(key):
            async with site.database.reading() as connection:
                digest = await digest_by_key(connection, key, site.post.mailing.domain)
        if digest is None:
            raise HTTPException(404)
        # why its reader got it is the reader's own
        words = {"digest": digest, "groups": _groups(site, digest), "closing": next_update_lines(digest)}
        return site.page("digest.html", words)

    return [
        Route("/amendments", show_list),
        Route("/amendments/{id:int}", show_one),
        Route("/chapters/{manual}/{key}", show_chapter),
        Route("/digests/{key}", show_digest),
    ]


def filters_of(request: Request) -> Filters:
    """What the address asks for; what makes no sense there is passed over."""
    asked = request.query_params
    month = asked.get("month", "")
    return Filters(
        words=asked.get("words", "")[:200],
        manual=asked.get("manual", "")[:40],
        topic=asked.get("topic", "")[:80],
        month=month if _MONTH.fullmatch(month) else "",
        kind=asked.get("kind", "") if asked.get("kind", "") in tuple(AmendmentKind) else "",
        reread="reread" in asked,
    )


def entry_words(site: Site, entry: Entry) -> dict[str, Any]:
    """What the templates print of an amendment."""
    return {
        **item_words(entry.item),
        "topics": [topic.name for topic in site.topics if topic.id in entry.topics],
        "page": f"/amendments/{entry.id}",
        "chapter_page": chapter_address(entry),
    }


def item_words(item: Item) -> dict[str, Any]:
    return {
        "title": " ".join(filter(None, (item.chapter_number, title_words(item.amendment)))),
        "facts": item.facts,
        "reread": item.amendment.reread,
        "details": item.amendment.details.splitlines(),
        "url": item.chapter_url if is_web(item.chapter_url) else None,
        "source": item.more_url if is_web(item.more_url) else None,
        "manual": item.manual_name,
        "sections": [{"heading": change.heading, "passages": passages(change)} for change in item.section_changes],
    }


def chapter_address(entry: Entry) -> str | None:
    """The page of an amendment's chapter."""
    return chapter_page(entry.item.manual, entry.chapter) if entry.chapter else None


def chapter_page(manual: str, title: str) -> str:
    """The page of a chapter of this title."""
    return f"/chapters/{manual}/{title_key(title).replace(' ', '-')}"


def _keys(entry: Entry) -> set[str]:
    amendment = entry.item.amendment
    return {title_key(title) for title in (amendment.title, *amendment.former_titles) if title}


def is_web(url: str | None) -> bool:
    """Whether an address leads to a page, and not to a script or a file."""
    return url is not None and url.lower().startswith(("https://", "http://")) and url.isprintable()


def _by_month(site: Site, entries: Sequence[Entry]) -> list[tuple[str, list[dict[str, Any]]]]:
    months: dict[str | None, list[dict[str, Any]]] = {}
    for each in entries:
        months.setdefault(each.item.amendment.month, []).append(entry_words(site, each))
    return [(month_words(month), several) for month, several in months.items()]


def _options(site: Site, every: Sequence[Entry]) -> dict[str, dict[str, str]]:
    """What can be chosen in the filters: only what there is."""
    present = {topic for each in every for topic in each.topics}
    months = dict.fromkeys(each.item.amendment.month for each in every if each.item.amendment.month)
    kinds = {each.item.amendment.kind for each in every}
    return {
        "manual": dict(site.manuals) if len(site.manuals) > 1 else {},
        "topic": {topic.id: topic.name for topic in site.topics if topic.id in present},
        "chapter": _chapters(every),
        "month": {month: month_words(month) for month in months},
        "kind": {str(kind): words for kind, words in KIND_WORDS.items() if kind in kinds},
    }


def _chapters(every: Sequence[Entry]) -> dict[str, str]:
    """The chapters that ever changed, by the addresses of their pages, in the alphabet's order."""
    named = {address: each.title for each in reversed(every) if (address := chapter_address(each))}
    return dict(sorted(named.items(), key=lambda chapter: fold(chapter[1])))


def _page_of(request: Request, found: int) -> tuple[int, int]:
    pages = max(1, -(-found // ON_A_PAGE))
    asked = request.query_params.get("page", "1")[:6]
    number = int(asked) if asked.isascii() and asked.isdecimal() else 1
    return min(max(number, 1), pages), pages


def _address(request: Request, number: int) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    return f"/amendments?{urlencode([*kept, ('page', str(number))])}"


def _groups(site: Site, digest: Digest) -> list[tuple[str, list[tuple[str, list[dict[str, Any]]]]]]:
    return [
        (
            group.title,
            [
                (
                    section.title,
                    [{**item_words(item), "page": f"/amendments/{item.amendment_id}"} for item in section.items],
                )
                for section in group.sections
            ],
        )
        for group in digest.groups
    ]

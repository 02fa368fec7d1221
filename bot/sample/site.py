"""Serves the sample manual on loopback, in two editions: as it was, and with an update in it."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

PAGES = Path(__file__).parent

Edition = Literal["before", "after"]

_CHAPTER = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/sample/style.css"></head>
<body><div id="masthead"><a href="/sample/contents.html">Westmere Borough Council</a></div>
<h1>{title}</h1>
<p>The sample manual holds no text for this chapter. In a real manual, this link opens the chapter.</p>
</body></html>
"""


class SampleSite:
    """The sample manual's pages under /sample. ``edition`` says which of the two is published now."""

    def __init__(self) -> None:
        self.edition: Edition = "before"

    def publish_update(self) -> None:
        """Let the update appear, as the publisher would."""
        self.edition = "after"

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/sample/style.css", self._stylesheet),
            Route("/sample/{page}.html", self._page),
            Route("/sample/{folder}/{chapter}", self._chapter),
        ]

    async def _page(self, request: Request) -> Response:
        page = PAGES / self.edition / f"{request.path_params['page']}.html"
        if page.name not in {each.name for each in (PAGES / self.edition).iterdir()}:
            return HTMLResponse("<h1>There is no such page in the sample manual</h1>", status_code=404)
        body = page.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return HTMLResponse(body, headers={"ETag": etag})

    async def _chapter(self, request: Request) -> Response:
        slug = request.path_params["chapter"].removesuffix(".html").removeprefix("p_")
        title = slug.replace("_", " ").replace("-", " ").capitalize()
        return HTMLResponse(_CHAPTER.format(title=escape(title)))

    async def _stylesheet(self, request: Request) -> Response:
        return Response((PAGES / "style.css").read_text("utf-8"), media_type="text/css")

"""Reads an RSS or Atom feed into its entries, without ever touching the network or the clock."""

from __future__ import annotations

import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from manual.errors import Unreadable
from manual.page.decoding import CONTROL
from manual.page.layout import page_of
from manual.reading import FeedEntry, FeedReading

SIZE_LIMIT = 1_000_000
"""Bytes. feedparser needs seconds for a megabyte of hostile tags; a council's feed is a tenth of that."""

_HEAD = 20_000
_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf)[\s>]", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([a-zA-Z][\w:.-]*)")
_ENDS = ("</rss>", "</feed>", ":feed>", ":rdf>", "</rdf>")
_ENTRY_ENDS = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)


def read_feed(data: bytes, *, url: str | None = None) -> FeedReading:
    """The entries of the feed in ``data``, in its own order; relative links are resolved against ``url``.

    A feed with broken XML is read as far as it goes, and its ``oddities`` say so.
    Raises Unreadable for what is no feed (and says what it looks like), for more than ``SIZE_LIMIT`` bytes
    and for a document type that declares entities.
    """
    head = _head(data)
    _refuse(data, head)
    start = _ROOT.search(head)
    if start is None:
        raise Unreadable(f"it is no RSS or Atom feed but looks like {_looks_like(head)}")
    parsed = _parsed(data.lstrip())
    if not parsed.entries and not parsed.version:
        raise Unreadable("it begins like a feed, but nothing in it could be read")
    oddities: list[str] = []
    items = list(parsed.entries)
    if parsed.bozo:
        reason = _one_line(parsed.get("bozo_exception"))
        oddities.append(f"The feed's XML is broken ({reason}); read as far as it goes.")
    if _is_cut_short(data):
        oddities.append("The feed is cut short.")
        items = items[: len(_ENTRY_ENDS.findall(data))]
    base = _link(parsed.feed.get("link"), url) if url is None else url
    entries = _told_once(_entry(item, base, oddities) for item in items)
    if not entries:
        oddities.append("The feed holds no entries.")
    return FeedReading(
        title=_text(parsed.feed.get("title_detail")) or None,
        entries=tuple(entries),
        oddities=tuple(dict.fromkeys(oddities)),
    )


def _parsed(data: bytes) -> Any:
    try:
        # a stream, because feedparser takes bytes for a file's name and a string for an address
        return feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:  # what it raises on rubbish is no part of its interface
        raise Unreadable(f"it begins like a feed, but can't be parsed ({_one_line(error)[:200]})") from error


def _head(data: bytes) -> str:
    """The beginning as text, good enough to tell what it is in whatever encoding."""
    head = data[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return head.replace(b"\0", b"").decode("utf-8", "replace")


def _refuse(data: bytes, head: str) -> None:
    if len(data) > SIZE_LIMIT:
        raise Unreadable(f"the feed has {len(data):,} bytes; more than {SIZE_LIMIT:,} are not read")
    if b"<!entity" in data.replace(b"\0", b"").lower():
        raise Unreadable("the feed declares entities of its own, which no honest feed needs")
    root = _ROOT.search(head)
    if root is not None and "<html" in head[: root.start()].lower():
        raise Unreadable("it is no RSS or Atom feed but looks like an HTML page")


def _looks_like(head: str) -> str:
    text = head.strip().lower()
    if not text:
        return "an empty answer"
    if text[0] in "{[":
        return "JSON"
    if text.startswith("<!doctype html") or "<html" in text or "<body" in text:
        return "an HTML page"
    tag = _FIRST_TAG.search(text)
    if text[0] == "<" and tag is not None:
        return f"XML of another kind (<{tag.group(1)[:40]}>)"
    return "text or something else without tags"


def _is_cut_short(data: bytes) -> bool:
    tail = data[-2_000:].replace(b"\0", b"").decode("utf-8", "replace").lower()
    return not any(end in tail for end in _ENDS)


def _entry(item: Any, base: str | None, oddities: list[str]) -> FeedEntry | None:
    """One item; None, with an oddity, when it says nothing at all."""
    title = _text(item.get("title_detail")) or None
    bodies = item.get("content") or [item.get("summary_detail")]
    details = "\n".join(filter(None, (_text(body) for body in bodies)))
    url = _link(item.get("link"), base)
    if not (title or details or url):
        oddities.append("An entry without title, words or link was left out.")
        return None
    return FeedEntry(
        id=_one_line(item.get("id")) or url or f"words:{_fingerprint(title, details)}",
        title=title,
        details=details,
        url=url,
        published=_moment(item, "published", oddities),
        updated=_moment(item, "updated", oddities),
    )


def _told_once(entries: Iterable[FeedEntry | None]) -> list[FeedEntry]:
    """The entries with an id each of their own.

    Of several with the same id and title (an Atom feed may keep a revised entry beside its forerunner) the last
    updated stays. The same id on entries with different titles (a page's address given to every item) names
    none of them, so each gets one made of it and its title.
    """
    by_id: dict[str, dict[str | None, FeedEntry]] = defaultdict(dict)
    for entry in entries:
        if entry is not None:
            same = by_id[entry.id].setdefault(entry.title, entry)
            if (entry.updated or "") > (same.updated or ""):
                by_id[entry.id][entry.title] = entry
    return [
        entry if len(titles) == 1 else _with_id(entry, f"{entry.id}#{_fingerprint(entry.title)}")
        for titles in by_id.values()
        for entry in titles.values()
    ]


def _with_id(entry: FeedEntry, new_id: str) -> FeedEntry:
    return FeedEntry(
        id=new_id,
        title=entry.title,
        details=entry.details,
        url=entry.url,
        published=entry.published,
        updated=entry.updated,
    )


def _fingerprint(*words: str | None) -> str:
    return hashlib.sha256("\n".join(each or "" for each in words).encode()).hexdigest()[:16]


def _text(detail: Any) -> str:
    """A title's or body's words, paragraphs parted by a newline."""
    value: str = (detail or {}).get("value") or ""
    if "html" in (detail.get("type") or "" if detail else ""):
        value = _html_text(value)
    lines = (" ".join(line.split()) for line in CONTROL.sub(" ", value).splitlines())
    return "\n".join(line for line in lines if line)


def _html_text(html: str) -> str:
    return "\n".join(block.text for block in page_of(f"<p>{html}").blocks) if html.strip() else ""


def _link(link: Any, base: str | None) -> str | None:
    """An absolute http(s) address, or None."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        address = urljoin(base or "", link.strip())
        return address if urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None


def _moment(item: Any, name: str, oddities: list[str]) -> str | None:
    """An ISO date and time in UTC; without an offset the time is taken for UTC.

    The feed's own words are read here and not by feedparser, which completes a partial date out of the clock.
    """
    raw = item[name] if name in item else None
    if not isinstance(raw, str) or not raw.strip():
        return None
    moment = _parsed_date(raw.strip())
    if moment is None:
        oddities.append(f"The date {_one_line(raw)[:60]!r} can't be read.")
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:
        return None


def _parsed_date(text: str) -> datetime | None:
    british = re.sub(r"\bBST$", "+0100", text)  # the standard library reads it as no zone at all
    for parse, attempt in (
        (datetime.fromisoformat, text),
        (parsedate_to_datetime, british),
        (parsedate_to_datetime, f"{text} 00:00:00 +0000"),
    ):
        try:
            return parse(attempt)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _one_line(value: object) -> str:
    return " ".join(CONTROL.sub(" ", str(value or "")).split())

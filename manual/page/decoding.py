"""Bytes of a page to text: its charset, and whether it is HTML, XML, plain text or nothing we can read."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from typing import NamedTuple

from manual.errors import Unreadable

MAX_BYTES = 20_000_000
"""Larger pages are refused; a manual's longest page is under 2 MB."""


class Markup(StrEnum):
    HTML = "html"
    XML = "xml"
    TEXT = "text"


class Decoded(NamedTuple):
    text: str
    markup: Markup


BINARY_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip file or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"RIFF", "an image or a recording"),
    (b"\x1f\x8b", "a gzip file"),
)

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Windows-1252 is what browsers make of these labels, https://encoding.spec.whatwg.org/#names-and-labels
WINDOWS_LABELS = {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii", "ansi", "cp1252"}

# Python's own codecs, and none of any page's; punycode is slow without bounds.
NO_CHARSETS = {"punycode", "unicode-escape", "raw-unicode-escape"}

CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)

FEED_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL
)
XML_ROOT = re.compile(r"\s*<\?xml\s")
# No page means these to be read, as they stand or as a number; a terminal would obey them.
CONTROL = re.compile(
    r"[\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]"
    r"|&\#(?:0*(?:[1-8]|11|1[4-9]|2\d|3[01]|127|129|141|143|144|157)(?!\d)"
    r"|x0*(?:[1-8be-f]|1[0-9a-f]|7f|81|8d|8f|90|9d)(?![0-9a-f]));?",
    re.IGNORECASE,
)
HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|(?:html|head|body|table|tr|td|div|span|p|h[1-6]|ul|ol|li|dl|a|b|strong|br|font|center)\b[^<>]*>)",
    re.IGNORECASE,
)


def decode(page: bytes | str, content_type: str | None = None) -> Decoded:
    """The page's text and what it is written in.

    Raises Unreadable for pages over 20 MB, for binary files and for pages with nothing in them.
    """
    if len(page) > MAX_BYTES:
        raise Unreadable(f"the page is over {MAX_BYTES // 1_000_000} MB")
    text = _text_of(page, content_type) if isinstance(page, bytes) else page
    text = text.removeprefix("\ufeff")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")  # no lone surrogates from here on
    if "\x00" in text:
        if text.count("\x00") * 50 > len(text):
            raise Unreadable("the page is a binary file")
        text = text.replace("\x00", "")
    text = CONTROL.sub(" ", text)
    if not text.strip():
        raise Unreadable("the page is empty")
    return Decoded(text, _markup_of(text, content_type))


def markup_of(page: bytes | str, content_type: str | None = None) -> Markup:
    """What a page is written in, told from its beginning; nothing is refused."""
    head = page[:20_000]
    return _markup_of(head if isinstance(head, str) else head.decode("latin-1"), content_type)


def _text_of(page: bytes, content_type: str | None) -> str:
    for signature, name in BINARY_SIGNATURES:
        if page.startswith(signature):
            raise Unreadable(f"the page is {name}, not a web page")
    for mark, encoding in BYTE_ORDER_MARKS:
        if page.startswith(mark):
            return page[len(mark) :].decode(encoding, "replace")
    declared = _declared_charset(page, content_type)
    if declared.startswith(("utf-16", "utf-32")) and page[:200].count(b"\x00") > 20:
        return page.decode(declared, "replace")
    if page[:200].count(b"\x00") > 60:  # UTF-16 that doesn't say so: every other byte of English is zero
        return page.decode("utf-16-be" if page[:1] == b"\x00" else "utf-16-le", "replace")
    return _decode_as(page, declared)


def _decode_as(page: bytes, declared: str) -> str:
    """Valid UTF-8 is UTF-8 whatever the page claims; then what it declares; then what browsers fall back to."""
    if not declared.startswith(("iso-2022", "hz", "utf-7")):
        try:
            return page.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if declared.startswith("utf") or not declared:
        as_utf8 = page.decode("utf-8", "replace")
        broken = as_utf8.count("\ufffd")
        if broken * 10 < sum(1 for character in as_utf8[:200_000] if character > "\x7f"):
            return as_utf8  # a few bad bytes in what is plainly UTF-8
        return page.decode("windows-1252", "replace")
    return page.decode(declared, "replace")


def _declared_charset(page: bytes, content_type: str | None) -> str:
    """The codec that the HTTP header, the XML declaration or the meta tag names; "" where none names one."""
    header = CHARSET.search((content_type or "").encode("ascii", "replace"))
    for found in (header, XML_ENCODING.search(page[:200]), CHARSET.search(page[:4096])):
        if found is None:
            continue
        label = found.group(1).decode("ascii", "replace").lower()
        if label in WINDOWS_LABELS:
            return "windows-1252"
        try:
            b" ".decode(label, "replace")  # no bytes at all would be decoded by a codec that doesn't exist
        except (LookupError, UnicodeError):
            continue
        name = codecs.lookup(label).name
        if name not in NO_CHARSETS:
            return name
    return ""


def _markup_of(text: str, content_type: str | None) -> Markup:
    said = (content_type or "").split(";")[0].strip().lower()
    if FEED_ROOT.match(text, 0, 4096):
        return Markup.XML
    if (HTML_ROOT if said == "text/plain" else HTML_TAG).search(text, 0, 20_000):
        return Markup.HTML
    if XML_ROOT.match(text):
        return Markup.XML
    return Markup.HTML if said in ("text/html", "application/xhtml+xml") else Markup.TEXT

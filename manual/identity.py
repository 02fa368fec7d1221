"""When two names are the same name: chapters are known by their link's slug or their title, never by a number."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote, urlsplit

# What is typed in several ways for one thing; the vendor's pages mix them within a line.
UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    }
)
ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
NOT_WORD = re.compile(r"[^\w\s]|_")
FORMER_NAME = re.compile(r"\s*\((?:previously|formerly)\b[^()]*\)\s*$")

# The pages of a manual that are not chapters of their own: their address says nothing about which chapter.
PAGE_SUFFIX = re.compile(r"\.(?:html?|aspx?|php|pdf|docx?)$")
NO_SLUGS = frozenset(("", "index", "home", "contents", "amendments", "default", "chapters", "chapter"))


def fold(text: str) -> str:
    """Text as it compares: case, quotes, dashes, entities, "&" and white space don't tell texts apart."""
    if "&" in text:
        text = ENTITY.sub(lambda found: html.unescape(found.group()), text).replace("&", " and ")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(UNIFIED)
    return " ".join(text.casefold().replace("`", "'").split())


def title_key(title: str) -> str:
    """A title as it identifies a chapter: folded, without punctuation and without what it was called before.

    "Children's Consultation & Participation" and "Childrens Consultation and Participation " have one key.
    """
    plain = FORMER_NAME.sub("", fold(title)).replace("'", "")
    return " ".join(NOT_WORD.sub(" ", plain).split())


def url_slug(url: str | None) -> str | None:
    """The part of a chapter's address that names the chapter, through moves from platform to platform.

    ``https://x.example/chapters/p_private_fost.html#top`` gives "p_private_fost"; None where nothing names it.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    slug = PAGE_SUFFIX.sub("", segments[-1].casefold()) if segments else ""
    if slug in NO_SLUGS:
        # /contents/procedures#private-fostering: the page is the whole manual's, the fragment the chapter's
        slug = unquote(parts.fragment).casefold()
    elif segments[-2:-1] == ["contents"] and parts.fragment:
        slug = unquote(parts.fragment).casefold()
    return slug if slug not in NO_SLUGS else None


def same_chapter(
    title: str | None,
    url: str | None,
    other_title: str | None,
    other_url: str | None,
    *,
    former_titles: tuple[str, ...] = (),
) -> bool:
    """Whether two mentions are of one chapter: by link, by title, or by a title that it had before.

    ``former_titles`` are those of either mention.
    """
    slug = url_slug(url)
    if slug is not None and slug == url_slug(other_url):
        return True
    if not title or not other_title:
        return False
    keys = {title_key(title), title_key(other_title)}
    return len(keys) == 1 or len(keys & {title_key(former) for former in former_titles}) > 0

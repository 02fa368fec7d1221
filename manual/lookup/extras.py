"""What is known of chapters beside their titles, gathered for looking up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from manual.identity import title_key
from manual.lookup.index import Extras
from manual.reading import Amendment, ChapterReading, ContentsReading


def extras_of(amendments: Iterable[Amendment], chapters: Iterable[ChapterReading] = ()) -> dict[str, Extras]:
    """A manual's amendments and the texts that are kept of its chapters, as `Lookup.put` takes them.

    Amendments that lost their title are left out: nobody knows whose they are.
    """
    former: dict[str, list[str]] = {}
    details: dict[str, list[str]] = {}
    for amendment in amendments:
        if amendment.title:
            key = title_key(amendment.title)
            former.setdefault(key, []).extend(amendment.former_titles)
            details.setdefault(key, []).append(amendment.details)
    texts = {title_key(chapter.title): _text_of(chapter) for chapter in chapters}
    return {
        key: Extras(
            former_titles=tuple(dict.fromkeys(former.get(key, ()))),
            details="\n".join(details.get(key, ())),
            text=texts.get(key, ""),
        )
        for key in dict.fromkeys((*details, *texts))
    }


def _text_of(chapter: ChapterReading) -> str:
    return "\n".join(f"{section.heading}\n{section.text}" for section in chapter.sections)


def kept_extras(
    contents: ContentsReading, amendments: Iterable[Amendment], pages: Iterable[tuple[str, dict[str, Any]]]
) -> dict[str, Extras]:
    """The extras of what is kept of a manual. ``pages`` are its chapters' readings as documents, by address.

    A chapter goes by the title that the contents print at its address: its own page may word it otherwise.
    """
    titles = {chapter.url: chapter.title for chapter in contents.chapters}
    chapters = (
        replace(reading, title=titles.get(url, reading.title))
        for url, document in pages
        for reading in (ChapterReading.from_json(document),)
    )
    return extras_of(amendments, chapters)

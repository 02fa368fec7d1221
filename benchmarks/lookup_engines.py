"""What is compared at looking up chapters: ours, rapidfuzz, SQLite FTS5 and tantivy, behind one face."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any, Protocol

import tantivy
from rapidfuzz import fuzz, process, utils

from manual.identity import title_key
from manual.lookup.glossary import load_glossary
from manual.lookup.lookup import Extras, Lookup
from manual.reading import ContentsReading

WORD = re.compile(r"\w+")
LIMIT = 3


class Engine(Protocol):
    """Holds manuals; gives the numbers of the best chapters for a query."""

    def put(self, manual: str, contents: ContentsReading, texts: Mapping[str, str]) -> None:
        """Take a manual; ``texts`` are by title key, maybe none."""

    def finish(self) -> None:
        """Every manual was put."""

    def look_up(self, query: str, manual: str | None) -> list[str | None]:
        """The best chapters of one manual, or of all."""


class Ours:
    """manual.lookup with the shipped glossary."""

    def __init__(self) -> None:
        self.lookup = Lookup(load_glossary())

    def put(self, manual: str, contents: ContentsReading, texts: Mapping[str, str]) -> None:
        self.lookup.put(manual, contents, {key: Extras(text=text) for key, text in texts.items()})

    def finish(self) -> None:
        pass

    def look_up(self, query: str, manual: str | None) -> list[str | None]:
        return [answer.number for answer in self.lookup.look_up(query, manual, limit=LIMIT).answers]


class Rapidfuzz:
    """Titles by WRatio; texts play no part."""

    def __init__(self) -> None:
        self.titles: dict[str, list[str]] = {}
        self.numbers: dict[str, list[str | None]] = {}

    def put(self, manual: str, contents: ContentsReading, texts: Mapping[str, str]) -> None:
        for key in (manual, ""):
            titles = self.titles.setdefault(key, [])
            titles += [utils.default_process(chapter.title) for chapter in contents.chapters]
            self.numbers.setdefault(key, []).extend(chapter.number for chapter in contents.chapters)

    def finish(self) -> None:
        pass

    def look_up(self, query: str, manual: str | None) -> list[str | None]:
        key = manual or ""
        typed = utils.default_process(query)
        found = process.extract(typed, self.titles[key], scorer=fuzz.WRatio, limit=LIMIT)
        return [self.numbers[key][at] for _, _, at in found]


class Fts5:
    """SQLite's full-text search with stems, titles before headings before texts; any of the words."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute(
            "CREATE VIRTUAL TABLE chapters USING"
            " fts5(manual UNINDEXED, number UNINDEXED, title, heading, text, tokenize = 'porter unicode61')"
        )

    def put(self, manual: str, contents: ContentsReading, texts: Mapping[str, str]) -> None:
        headings = {section.number: section.title for section in contents.sections}
        self.database.executemany(
            "INSERT INTO chapters VALUES (?, ?, ?, ?, ?)",
            (
                (
                    manual,
                    chapter.number,
                    chapter.title,
                    headings.get(chapter.section, ""),
                    texts.get(title_key(chapter.title), ""),
                )
                for chapter in contents.chapters
            ),
        )

    def finish(self) -> None:
        self.database.commit()

    def look_up(self, query: str, manual: str | None) -> list[str | None]:
        words = " OR ".join(f'"{word}"' for word in WORD.findall(query))
        if not words:
            return []
        found = self.database.execute(
            "SELECT number FROM chapters WHERE chapters MATCH ? AND (? IS NULL OR manual = ?)"
            " ORDER BY bm25(chapters, 0, 0, 10, 3, 1) LIMIT ?",
            (words, manual, manual, LIMIT),
        )
        return [number for (number,) in found]


class Tantivy:
    """tantivy with English stems, the same fields and weights."""

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("number", stored=True, tokenizer_name="raw")
        builder.add_text_field("manual", tokenizer_name="raw")
        for field in ("title", "heading", "text"):
            builder.add_text_field(field, tokenizer_name="en_stem")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema)
        self.writer = self.index.writer(heap_size=50_000_000, num_threads=1)
        self.searcher: Any = None

    def put(self, manual: str, contents: ContentsReading, texts: Mapping[str, str]) -> None:
        headings = {section.number: section.title for section in contents.sections}
        for chapter in contents.chapters:
            document = tantivy.Document(
                number=chapter.number or "",
                manual=manual,
                title=chapter.title,
                heading=headings.get(chapter.section, ""),
                text=texts.get(title_key(chapter.title), ""),
            )
            self.writer.add_document(document)

    def finish(self) -> None:
        self.writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()

    def look_up(self, query: str, manual: str | None) -> list[str | None]:
        boosts = {"title": 10.0, "heading": 3.0, "text": 1.0}
        words = " ".join(WORD.findall(query))
        wanted, _ = self.index.parse_query_lenient(words, ["title", "heading", "text"], field_boosts=boosts)
        if manual is not None:
            here = tantivy.Query.term_query(self.schema, "manual", manual)
            wanted = tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, here)])
        found = self.searcher.search(wanted, LIMIT).hits
        return [self.searcher.doc(address).get_first("number") for _, address in found]


ENGINES: dict[str, type[Ours] | type[Rapidfuzz] | type[Fts5] | type[Tantivy]] = {
    "Chapterwatch": Ours,
    "rapidfuzz WRatio": Rapidfuzz,
    "SQLite FTS5, porter": Fts5,
    "tantivy, en_stem": Tantivy,
}

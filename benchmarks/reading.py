"""What reading costs: a page against parsing its HTML alone, and lists and chapters of growing length.

    python -m benchmarks.reading

Processor time, the best of several runs. Ratios within one run mean something on any machine; milliseconds do not.
A page is read "again" when its sentences were read before, as a watched page's are each time but the first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from html.parser import HTMLParser

from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from manual.amendments import details, signposts
from manual.amendments.compare import compare_amendments
from manual.chapters.compare import compare_chapters
from manual.page.layout import page_of
from manual.read import read
from manual.reading import AmendmentsReading, ChapterReading

RUNS = 7
MENU = "".join(
    f"<li><a href='p_{number}.html'>A page of the manual, number {number}</a></li>" for number in range(120)
)
SENTENCES = [
    "This chapter has been updated throughout to follow the statutory guidance, and should be re-read.",
    "Section {0}.2, Introduction has been amended to say who is asked to the meeting and who writes it up.",
    "A link to the county's offer to young people who have left care has been added in Section {0}, Money.",
    "Information has been added on children who are placed by health authorities for more than three months.",
]


def amendments_page(entries: int, changed: str = "") -> bytes:
    """An old platform's page: a month for every thirty entries, furniture around."""
    parts = []
    for start in range(0, entries, 30):
        month = f"{['March', 'September'][start // 30 % 2]} {2024 - start // 60}"
        rows = "".join(
            f"<tr><td><a href='chapters/p_{number}.html'>Chapter {number} of the Manual</a></td>"
            f"<td><p>{_sentence(number)}{changed if number % 10 == 0 else ''}</p></td></tr>\n"
            for number in range(start, min(start + 30, entries))
        )
        head = "<tr><td colspan=2>Updated Chapters</td></tr><tr><td>Chapter Name</td><td>Details</td></tr>"
        parts.append(f"<h2>{month}</h2>\n<table>{head}{rows}</table>")
    style = "<script>" + "var menu = {open: 1};" * 200 + "</script>"
    return (
        f"<!doctype html><html><head><title>Amendments</title>{style}</head><body><ul id=nav>{MENU}</ul>"
        f"<h1>Amendments</h1>{''.join(parts)}<p>Next Update: March 2026</p></body></html>"
    ).encode()


def _sentence(number: int) -> str:
    return SENTENCES[number % 4].format(number % 9 + 1)


def chapter_page(number: int, changed: str = "") -> bytes:
    sections = "".join(
        f"<h2>{section}. Part {section}</h2><p>{'Who does what is told here at some length. ' * 12}{changed}</p>"
        for section in range(1, 13)
    )
    scope = "<h3>SCOPE OF THIS CHAPTER</h3><p>It says what is to be done.</p>"
    head = f"<title>Chapter {number}</title>"
    return f"<html><head>{head}</head><body><h1>Chapter {number}</h1>{scope}{sections}</body></html>".encode()


def cost(work: Callable[..., object], *arguments: object, runs: int = RUNS, forget: bool = False) -> float:
    """Milliseconds of processor time, the least of several runs. ``forget``: nothing was read before."""
    times = []
    for _ in range(runs):
        if forget:
            details._remembered.cache_clear()
            signposts._heading_of.cache_clear()
        start = time.process_time()
        work(*arguments)
        times.append(time.process_time() - start)
    return min(times) * 1000


class _Nothing(HTMLParser):
    """The standard library's parser, doing nothing with what it finds."""


def _standard(page: str) -> None:
    parser = _Nothing()
    parser.feed(page)
    parser.close()


def parsing(console: Console) -> None:
    table = Table(
        "entries", "KB", "read", "ms", "÷ our parsing", "÷ html.parser", "÷ lexbor's tree", title="A page"
    )
    for entries in (10, 30, 120, 1000):
        page = amendments_page(entries)
        parsers = (cost(page_of, page), cost(_standard, page.decode()), cost(LexborHTMLParser, page))
        for forget in (True, False):
            whole = cost(read, page, forget=forget)
            ratios = [f"{whole / parser:.1f}" for parser in parsers]
            size = f"{len(page) / 1000:.0f}"
            table.add_row(str(entries), size, "first" if forget else "again", f"{whole:.1f}", *ratios)
    console.print(table)


def growing(console: Console) -> None:
    table = Table("how many", "read ms", "compare ms", "ms for each", title="Amendments: lists of growing length")
    for entries in (250, 500, 1000, 2000):
        before, after = (
            amendments_page(entries),
            amendments_page(entries, " Fees, meals and nights are covered now."),
        )
        earlier, later = read(before), read(after)
        assert isinstance(earlier, AmendmentsReading) and isinstance(later, AmendmentsReading)
        assert len(compare_amendments(earlier, later).revised) == entries // 10
        reading = cost(read, after, runs=3, forget=True)
        comparing = cost(compare_amendments, earlier, later, runs=3)
        each = (reading + comparing) / entries
        table.add_row(str(entries), f"{reading:.1f}", f"{comparing:.1f}", f"{each:.3f}")
    console.print(table)
    table = Table("how many", "read and compare ms", "ms for each", title="Chapters")
    for chapters in (125, 250, 500):
        pages = [(chapter_page(number), chapter_page(number, " Now by night.")) for number in range(chapters)]
        total = cost(_read_and_compare, pages, runs=1)
        table.add_row(str(chapters), f"{total:.0f}", f"{total / chapters:.2f}")
    console.print(table)


def _read_and_compare(pages: list[tuple[bytes, bytes]]) -> None:
    for before, after in pages:
        earlier, later = read(before, kind="chapter"), read(after, kind="chapter")
        assert isinstance(earlier, ChapterReading) and isinstance(later, ChapterReading)
        compare_chapters(earlier, later)


def main() -> None:
    console = Console()
    parsing(console)
    growing(console)


if __name__ == "__main__":
    main()

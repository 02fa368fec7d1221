"""Prints how well the reader does on the corpus: ``python -m tests.pages.score [--held-back] [--page NAME]``."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from tests.pages import corpus, examine, make
from tests.pages.corpus import Page, Pair
from tests.pages.layouts import LAYOUTS
from tests.pages.tally import Tally

CONSOLE = Console(width=None if sys.stdout.isatty() else 200)
Item = TypeVar("Item", Page, Pair)
MOST_NAMES = 30
AMENDMENTS_ASPECTS = (
    "precision",
    "recall",
    "kind",
    "sections",
    "re-read",
    "re-reference",
    "details",
    "url",
    "former titles",
    "next update",
    "kind of page",
)
CONTENTS_ASPECTS = (
    "chapter precision",
    "chapter recall",
    "flags",
    "under heading",
    "updated on",
    "heading precision",
    "heading recall",
    "see also precision",
    "see also recall",
    "kind of page",
)
PAIR_ASPECTS = ("pairs", "understood", "new", "revised", "removed")
CONTENTS_PAIR_ASPECTS = ("pairs", "understood", "added", "removed", "retitled", "moved", "flagged")
CHAPTER_ASPECTS = ("chapters", "understood", "changed_sections", "added", "removed")


def main() -> None:
    options = _options()
    if options.page:
        _show_page(options.page)
        return
    if options.fresh:
        fresh = (page for markup in LAYOUTS for page in make.fresh_pages(markup, range(options.fresh)))
        _table("Fresh amendments pages", AMENDMENTS_ASPECTS, fresh, examine.examine_amendments)
        return
    held_back = options.held_back
    for title, folder, aspects, examination in (
        ("Amendments", "amendments", AMENDMENTS_ASPECTS, examine.examine_amendments),
        ("Contents", "contents", CONTENTS_ASPECTS, examine.examine_contents),
    ):
        pages = corpus.pages(folder, held_back=held_back)
        _table(title, aspects, pages, examination, name_wrong=not held_back)
    if held_back:
        return
    _table("Amendments pages before and after", PAIR_ASPECTS, corpus.pairs("pairs"), examine.examine_pair)
    contents_pairs = corpus.pairs("contents-pairs")
    _table("Contents before and after", CONTENTS_PAIR_ASPECTS, contents_pairs, examine.examine_contents_pair)
    _table("Chapters before and after", CHAPTER_ASPECTS, corpus.pairs("chapters"), examine.examine_chapter)
    _table("Pages that are no amendments page", ("nothing",), corpus.pages("other"), examine.examine_other)
    _table("Feeds", ("kind of page", "entries", "title", "ids"), corpus.pages("feeds"), examine.examine_feed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.pages.score", description=__doc__)
    parser.add_argument(
        "--held-back", action="store_true", help="the pages that the reader's authors don't look at"
    )
    parser.add_argument("--fresh", metavar="N", type=int, help="N editions in each markup that stand in no file")
    parser.add_argument("--page", metavar="NAME", help="the differences of one page")
    return parser.parse_args()


def _table(
    title: str,
    aspects: Iterable[str],
    items: Iterable[Item],
    examination: Callable[[Item], Tally],
    *,
    name_wrong: bool = True,
) -> None:
    """A row for each markup, then HTML, text and all; then the pages that are not exactly right."""
    groups: dict[str, Tally] = defaultdict(Tally)
    sizes: dict[str, int] = defaultdict(int)
    wrong: list[str] = []
    for item in items:
        tally = _examined(item, examination)
        first = item if isinstance(item, Page) else item.after
        for group in (item.markup, "all HTML" if not first.is_text else "all text", "all"):
            groups[group].add(tally)
            sizes[group] += 1
        if tally.differences:
            wrong.append(item.name)
    if not groups:
        return
    table = Table(title=title, title_justify="left")
    table.add_column("markup")
    for heading in ("pages", *aspects):
        table.add_column(heading, justify="right")
    kinds = [group for group in sorted(groups) if not group.startswith("all")]
    totals = [group for group in ("all HTML", "all text", "all") if group in groups]
    for group in kinds + totals:
        shares = (_percent(groups[group].share(aspect)) for aspect in aspects)
        table.add_row(group, str(sizes[group]), *shares, end_section=group == kinds[-1])
    CONSOLE.print(table)
    if wrong and name_wrong:
        names = ", ".join(wrong[:MOST_NAMES]) + ("…" if len(wrong) > MOST_NAMES else "")
        CONSOLE.print(f"Not exactly right ({len(wrong)}): {names}\n", style="dim")


def _examined(item: Item, examination: Callable[[Item], Tally]) -> Tally:
    try:
        return examination(item)
    except Exception as error:
        error.add_note(f"while reading {item.name}")
        raise


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    colour = "green" if share == 1 else "yellow" if share >= 0.97 else "red"
    return f"[{colour}]{share:.3f}[/]"


def _show_page(name: str) -> None:
    """A fresh page's differences too: its name is as the table of ``--fresh`` gives it."""
    for markup in LAYOUTS if name.startswith("laid-out") else ():
        for page in make.fresh_pages(markup, [int(name.rpartition("-")[2])]):
            if page.name == name:
                _show("fresh", page.about, examine.examine_amendments(page))
    examinations: list[tuple[Iterable[Page], Callable[[Page], Tally]]] = [
        (corpus.pages("amendments"), examine.examine_amendments),
        (corpus.pages("contents"), examine.examine_contents),
        (corpus.pages("other"), examine.examine_other),
        (corpus.pages("feeds"), examine.examine_feed),
        (corpus.pages("amendments", held_back=True), examine.examine_amendments),
        (corpus.pages("contents", held_back=True), examine.examine_contents),
    ]
    for group, examination in examinations:
        for page in group:
            if page.name == name:
                _show(page.path.relative_to(corpus.HERE).as_posix(), page.about, examination(page))
    for folder, pair_examination in (
        ("pairs", examine.examine_pair),
        ("contents-pairs", examine.examine_contents_pair),
        ("chapters", examine.examine_chapter),
    ):
        for pair in corpus.pairs(folder):
            if pair.name == name:
                _show(f"{folder}/{pair.name}", pair.about, pair_examination(pair))


def _show(where: str, about: str, tally: Tally) -> None:
    CONSOLE.print(f"[bold]{where}[/]: {about}")
    for difference in tally.differences:
        CONSOLE.print(f"  {difference}", markup=False, highlight=False)
    if not tally.differences:
        CONSOLE.print("  exactly right")


if __name__ == "__main__":
    main()

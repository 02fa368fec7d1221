"""Prints how well chapters are looked up: ``python -m tests.lookup.score [FILE...] [--failures]``.

Without a file: the queries to build with, and those held back, of which failures are never shown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.lookup.marks import Marks, marks, share
from tests.lookup.queries import HELD_BACK, TO_BUILD, Query, lookup, queries

CONSOLE = Console(width=None if sys.stdout.isatty() else 160)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="*", type=Path, help="tab-separated: manual, query, acceptable numbers")
    options.add_argument("--failures", action="store_true", help="show what wasn't right first")
    given = options.parse_args()
    for path in given.files or (TO_BUILD, HELD_BACK):
        asked = list(queries(path))
        _table(f"{path.name} by kind", asked, lambda query: query.kind or "queries")
        _table(f"{path.name} by manual", asked, lambda query: query.manual)
        if given.failures and path != HELD_BACK:
            _failures(asked)


def _table(title: str, asked: list[Query], group_of: Callable[[Query], str]) -> None:
    heads = ("queries", "right first", "in three", "unanswerable", "said nothing", "falsely sure")
    table = Table(title, *heads, "confident", "of these right", title_justify="left")
    groups = dict.fromkeys(map(group_of, asked))
    for group in groups:
        table.add_row(group, *_row(marks((each for each in asked if group_of(each) == group), lookup().look_up)))
    table.add_section()
    table.add_row("all", *_row(marks(asked, lookup().look_up)))
    CONSOLE.print(table)


def _row(got: Marks) -> list[str]:
    whole = got.answerable + got.unanswerable
    return [
        str(whole),
        f"{share(got.right_first, got.answerable):.3f}" if got.answerable else "",
        f"{share(got.in_three, got.answerable):.3f}" if got.answerable else "",
        str(got.unanswerable or ""),
        f"{share(got.said_nothing, got.unanswerable):.3f}" if got.unanswerable else "",
        f"{share(got.falsely_sure, got.unanswerable):.3f}" if got.unanswerable else "",
        f"{share(got.confident, whole):.3f}",
        f"{share(got.confident_right, got.confident):.3f}",
    ]


def _failures(asked: list[Query]) -> None:
    for query in asked:
        answers = lookup().look_up(query.text, query.manual)
        got = [answer.number for answer in answers.answers]
        if (got[0] not in query.acceptable if got else query.acceptable) and (
            query.acceptable or answers.confident
        ):
            sure = " (sure)" if answers.confident else ""
            wanted = ", ".join(query.acceptable) or "nothing"
            CONSOLE.print(f"{query.manual}: {query.text}: wanted {wanted}, got {got[:3]}{sure}", highlight=False)


if __name__ == "__main__":
    main()

"""How commands print: rich for people, JSON lines for programs, reasons on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from rich.console import Console, RenderableType
from rich.progress import track
from rich.table import Table

Each = TypeVar("Each")

# In a pipe nothing is broken: what was printed can be searched and copied.
PIPE_WIDTH = 400


def print_json(document: Any) -> None:
    """One JSON document on one line of stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_text(text: str) -> None:
    """Text on stdout as it is, for files and pipes."""
    sys.stdout.write(text)


def show(renderable: RenderableType) -> None:
    """Something for people, on stdout."""
    console = (
        Console(file=sys.stdout)
        if sys.stdout.isatty()
        else Console(file=sys.stdout, width=PIPE_WIDTH, soft_wrap=True)
    )
    console.print(renderable)


def complain(reason: str) -> None:
    """What was wrong and what would be right, on stderr."""
    Console(file=sys.stderr, soft_wrap=True).print(f"[bold red]✗[/] {_plain(reason)}", highlight=False)


def remark(text: str) -> None:
    """Something worth knowing that is no result, on stderr."""
    Console(file=sys.stderr, soft_wrap=True).print(_plain(text), highlight=False)


def with_progress(items: Sequence[Each], what: str) -> Iterable[Each]:
    """The items, with a progress bar on a terminal when there are several; none in a pipe."""
    console = Console(file=sys.stderr)
    if len(items) < 2 or not console.is_terminal:
        return items
    return _tracked(items, what, console)


def _tracked(items: Sequence[Each], what: str, console: Console) -> Iterator[Each]:
    yield from track(items, description=what, console=console, transient=True)


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 amendment", "31 amendments"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def table(title: str, *columns: str) -> Table:
    """An empty table in the house's manner."""
    made = Table(
        title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False
    )
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def _plain(text: str) -> str:
    """Square brackets are rich's markup; ours are only brackets."""
    return text.replace("[", r"\[")

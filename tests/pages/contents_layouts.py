"""Lays a contents list of a whole manual out in three markups."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A chapter; ``flag`` is "Updated", "New", "under review", "to follow" or nothing."""

    number: str
    title: str
    slug: str
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and what stands under it; ``see_also`` is the text of its one line, or nothing."""

    number: str
    title: str
    rows: tuple[Row, ...] = ()
    see_also: str = ""


def _link(row: Row) -> str:
    return f'<a href="{row.slug}.html">{html.escape(row.title, quote=False)}</a>'


def _state(row: Row) -> str:
    return f" - {row.flag}" if row.flag.islower() else ""


def _flag(row: Row) -> str:
    return row.flag if row.flag.istitle() else ""


def old_tables(parts: list[Part]) -> str:
    lines = []
    for part in parts:
        level = "h2" if "." not in part.number else "h3"
        dot = "." if level == "h2" else ""
        lines.append(f"<{level}>{part.number}{dot} {html.escape(part.title)}</{level}>")
        if not part.rows:
            continue
        lines.append("<table>")
        if part.see_also:
            lines.append(
                f'<tr><td>&nbsp;</td><td>See also: <a href="l.html">{part.see_also}</a></td><td></td></tr>'
            )
        lines += [
            f"<tr><td>{row.number}</td><td>{_link(row)}{_state(row)}</td><td>{_flag(row) or '&nbsp;'}</td></tr>"
            for row in part.rows
        ]
        lines.append("</table>")
    body = "\n".join(["<h1>Contents</h1>", *lines])
    return f"<!doctype html><html><head><title>Contents</title></head><body>\n{body}\n</body></html>\n"


def new_platform(parts: list[Part]) -> str:
    """Number, title and flag glued together; every unflagged row has a date instead."""
    lines = []
    for part in parts:
        level = "h2" if "." not in part.number else "h3"
        lines.append(f"<{level}>{part.number} {html.escape(part.title)}</{level}>")
        items = "".join(
            f"<li><span>{row.number}</span><span>{_link(row)}</span>"
            + (f"<span>{row.flag.title()}</span>" if row.flag else "")
            + ("" if row.flag.islower() else "<span>January 27, 2025</span>")
            + "</li>"
            for row in part.rows
        )
        if items:
            lines.append(f"<ul>{items}</ul>")
    body = "\n".join(lines)
    return (
        f"<!doctype html><html><head><title>Contents</title></head><body><main><h1>Contents</h1>\n{body}\n</main>"
        "<footer>Last Updated: January 28, 2025 v31</footer></body></html>\n"
    )


def blank_lines(parts: list[Part]) -> str:
    lines = ["Contents", "", ""]
    for part in parts:
        if "." in part.number:
            lines += [part.number, "", part.title, "", "\N{NO-BREAK SPACE}"]
        else:
            lines += ["", f"{part.number}. {part.title}", ""]
        if part.see_also:
            lines.append(f"  See also: {part.see_also}  ")
        lines += [f"{row.number} {row.title}{_state(row)} {_flag(row)}".rstrip() + "  " for row in part.rows]
        lines.append("")
    return "\n".join([*lines, ""])


CONTENTS_LAYOUTS: dict[str, Callable[[list[Part]], str]] = {
    "old three-column tables": old_tables,
    "new platform": new_platform,
    "text A": blank_lines,
}

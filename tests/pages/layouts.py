"""Lays one edition of an amendments list out in many markups, and says what each markup loses."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

GROUPS = {"updated": "Updated Chapters", "new": "New Chapters", "removed": "Removed Chapters"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it was written: ``group`` is the heading it stands under, ``kind`` what is true of it."""

    title: str
    slug: str
    group: str
    kind: str
    paragraphs: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    reread: bool = False
    rereference: bool = False
    former_titles: tuple[str, ...] = ()
    joins: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    month: date
    entries: tuple[Entry, ...]

    @property
    def heading(self) -> str:
        return self.month.strftime("%B %Y")

    def groups(self) -> Iterator[tuple[str, list[Entry]]]:
        for group, heading in GROUPS.items():
            entries = [entry for entry in self.entries if entry.group == group]
            if entries:
                yield heading, entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A whole amendments page; ``new_platform`` pages have no groups and no next update."""

    area: str
    blocks: tuple[Block, ...]
    next_update: date | None

    @property
    def next_line(self) -> str:
        return f"Next Update: {self.next_update:%B %Y}" if self.next_update else ""


def _cell(entry: Entry) -> str:
    """The details as HTML: paragraphs, and a list where there are bullets."""
    parts: list[str] = []
    for paragraph in entry.paragraphs:
        words = html.escape(paragraph.removeprefix("• "), quote=False)
        if paragraph.startswith("• "):
            parts.append(f"<li>{words}</li>")
        else:
            parts.append(f"<p>{words}</p>")
    return "".join(parts).replace("</p><li>", "</p><ul><li>") + _end_of_list(parts)


def _end_of_list(parts: list[str]) -> str:
    return "</ul>" if parts and parts[-1].startswith("<li>") else ""


def _link(entry: Entry) -> str:
    return f'<a href="{entry.slug}.html">{html.escape(entry.title, quote=False)}</a>'


def _bullets(entries: list[Entry]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(entry.title, quote=False)};</li>" for entry in entries) + "</ul>"


def _frame(edition: Edition, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Amendments</title></head>\n<body>\n'
        f'<div id="top"><img src="logo.png" alt="{edition.area} Logo"><a href="contents.html">Contents</a> '
        f'<a href="amendments.html">Amendments</a></div>\n<h1>Amendments</h1>\n{body}\n'
        f'<div id="foot"><a href="#top">Top of page</a></div>\n</body></html>\n'
    )


def caption_tables(edition: Edition) -> str:
    tables = []
    for block in edition.blocks:
        rows = []
        for heading, entries in block.groups():
            rows.append(f'<tr><td colspan="2"><strong>{heading}</strong></td></tr>')
            if heading == GROUPS["removed"]:
                rows.append(f'<tr><td colspan="2">{_bullets(entries)}</td></tr>')
                continue
            rows.append("<tr><td><b>Chapter Name</b></td><td><b>Details</b></td></tr>")
            rows += [f"<tr><td>{_link(entry)}</td><td>{_cell(entry)}</td></tr>" for entry in entries]
        caption = f"<caption>Caption: {block.month:%b %Y}</caption>"
        tables.append(f"<h2>{block.heading}</h2>\n<table>{caption}\n" + "\n".join(rows) + "\n</table>")
    return _frame(edition, "\n".join([*tables, f"<p><b>{edition.next_line}</b></p>"]))


def headings_outside(edition: Edition) -> str:
    parts = []
    for block in edition.blocks:
        parts.append(f"<p><strong>{block.heading}</strong></p>")
        for heading, entries in block.groups():
            parts.append(f"<p><strong>{heading}</strong></p>")
            if heading == GROUPS["removed"]:
                parts.append(_bullets(entries))
                continue
            rows = [f'<tr><th scope="row">{_link(entry)}</th><td>{_cell(entry)}</td></tr>' for entry in entries]
            head = "<thead><tr><th>Chapter Title</th><th>Details</th></tr></thead>"
            parts.append(f"<table>{head}<tbody>\n" + "\n".join(rows) + "\n</tbody></table>")
    return _frame(edition, "\n".join([*parts, f"<p>{edition.next_line}</p>"]))


def nested_upper_case(edition: Edition) -> str:
    """The 2009 kind: upper-case tags, rows and cells never closed, a layout table around everything."""
    rows = []
    for block in edition.blocks:
        rows.append(f"<TR><TD><FONT SIZE=4><B>{block.heading}</B></FONT>\n<TABLE BORDER=1>")
        for heading, entries in block.groups():
            rows.append(f"<TR><TD COLSPAN=2 BGCOLOR=#336699><B>{heading}</B>")
            if heading == GROUPS["removed"]:
                rows.append(
                    "<TR><TD COLSPAN=2><UL>" + "".join(f"<LI>{_text(e.title)};" for e in entries) + "</UL>"
                )
                continue
            rows.append("<TR><TD><B>Chapter Name</B><TD><B>Details</B>")
            for entry in entries:
                words = "<P>".join(_text(paragraph) for paragraph in entry.paragraphs)
                rows.append(f"<TR><TD><A HREF={entry.slug}.htm>{_text(entry.title)}</A><TD>{words}")
        rows.append("</TABLE>")
    rows.append(f"<TR><TD><B>{edition.next_line}</B>")
    body = "\n".join(rows)
    return f"<HTML><HEAD><TITLE>Amendments</TITLE></HEAD><BODY><TABLE WIDTH=780>\n{body}\n</TABLE></BODY></HTML>\n"


def _text(words: str) -> str:
    return html.escape(words, quote=False)


def definition_lists(edition: Edition) -> str:
    parts = []
    for block in edition.blocks:
        parts.append(f"<h2>{block.heading}</h2>")
        for heading, entries in block.groups():
            parts.append(f"<h3>{heading}</h3>")
            if heading == GROUPS["removed"]:
                parts.append(_bullets(entries))
                continue
            rows = [f"<dt>{_link(entry)}</dt><dd>{_cell(entry)}</dd>" for entry in entries]
            parts.append("<dl>\n" + "\n".join(rows) + "\n</dl>")
    return _frame(edition, "\n".join([*parts, f"<p>{edition.next_line}</p>"]))


def div_rows(edition: Edition) -> str:
    parts = []
    for block in edition.blocks:
        parts.append(f'<section><div class="m">{block.heading}</div>')
        for heading, entries in block.groups():
            parts.append(f'<div class="g">{heading}</div>')
            if heading == GROUPS["removed"]:
                parts.append(_bullets(entries))
                continue
            parts += [
                f'<div class="r"><div class="a">{_link(entry)}</div><div class="b">{_cell(entry)}</div></div>'
                for entry in entries
            ]
        parts.append("</section>")
    return _frame(edition, "\n".join([*parts, f'<div class="n">{edition.next_line}</div>']))


def one_table(edition: Edition) -> str:
    rows = []
    for block in edition.blocks:
        rows.append(f'<tr class="m"><th colspan="2">{block.heading}</th></tr>')
        for heading, entries in block.groups():
            rows.append(f'<tr class="g"><th colspan="2">{heading}</th></tr>')
            if heading == GROUPS["removed"]:
                rows.append(f'<tr><td colspan="2">{_bullets(entries)}</td></tr>')
                continue
            rows.append("<tr><th>Chapter Title</th><th>Details</th></tr>")
            rows += [f"<tr><td>{_link(entry)}</td><td>{_cell(entry)}</td></tr>" for entry in entries]
    rows.append(f'<tr><td colspan="2">{edition.next_line}</td></tr>')
    return _frame(edition, "<table>\n" + "\n".join(rows) + "\n</table>")


def new_platform(edition: Edition) -> str:
    parts, year = [], 0
    for block in edition.blocks:
        if block.month.year != year:
            year = block.month.year
            parts.append(f"<h2>{year}</h2>")
        rows = [f"<tr><td>{_link(entry)}</td><td>{_cell(entry)}</td></tr>" for entry in block.entries]
        parts.append(f"<h3>{block.heading}</h3>\n<table><tbody>" + "".join(rows) + "</tbody></table>")
    latest = edition.blocks[0].month
    last_updated = f"Last Updated: {latest:%B} {latest.day}, {latest.year}"
    main = '<a href="#main">Skip to content</a><main id="main">' + "\n".join(parts) + "</main>"
    return _frame(edition, f"{main}<footer>{last_updated} <span>v{latest.year - 1984}</span></footer>")


def panels(edition: Edition) -> str:
    """Bootstrap's: a panel a month, furniture around."""
    parts = ['<nav class="navbar"><a href="index.html">Home</a> <a href="search.html">Search</a></nav>']
    for block in edition.blocks:
        body = []
        for heading, entries in block.groups():
            if heading == GROUPS["removed"]:
                body.append(f"<h4>{heading}</h4>{_bullets(entries)}")
                continue
            rows = "".join(f"<tr><td>{_link(entry)}</td><td>{_cell(entry)}</td></tr>" for entry in entries)
            head = f'<tr><th colspan="2">{heading}</th></tr><tr><th>Chapter Name</th><th>Details</th></tr>'
            body.append(f'<table class="table"><thead>{head}</thead><tbody>{rows}</tbody></table>')
        title = f'<div class="panel-heading"><h3 class="panel-title"><a href="#">{block.heading}</a></h3></div>'
        parts.append(f'<div class="panel">{title}<div class="panel-body">' + "\n".join(body) + "</div></div>")
    cookies = '<div class="cookiebar">We count visits. <a href="#">Fine</a></div>'
    parts.append(f'<div class="well">{edition.next_line}</div>{cookies}')
    return _frame(edition, "\n".join(parts))


def running_log(edition: Edition) -> str:
    rows = [
        f"<tr><td>{_link(entry)}</td><td>{_cell(entry)}</td><td>{block.month:%d-%m-%Y}</td></tr>"
        for block in edition.blocks
        for entry in block.entries
    ]
    head = "<tr><th>Chapter</th><th>Details</th><th>Date</th></tr>"
    return _frame(edition, f"<h2>Shared Board Amendments</h2><table>{head}\n" + "\n".join(rows) + "\n</table>")


def joined_rows(edition: Edition) -> str:
    lines = [f"{edition.area} Logo", "", "Amendments", ""]
    for block in edition.blocks:
        lines += [f"Caption: {block.month:%b %Y}", block.heading, ""]
        for heading, entries in block.groups():
            lines += [heading]
            if heading == GROUPS["removed"]:
                lines += [*(f"  • {entry.title};" for entry in entries), ""]
                continue
            lines += ["Chapter Name Details"]
            for entry in entries:
                if len(entry.paragraphs) == 1 and entry.joins:
                    lines.append(f"{entry.title} {entry.paragraphs[0]}")
                else:
                    lines += ["", entry.title, "", *_spaced(entry), ""]
            lines.append("")
    return "\n".join([*lines, edition.next_line, "", "Top of page", ""])


def blank_lines(edition: Edition) -> str:
    lines = ["Skip to main content", "", f"{edition.area}Children's Services Manual", ""]
    for block in edition.blocks:
        lines += [block.heading, ""]
        for heading, entries in block.groups():
            lines.append(heading)
            if heading == GROUPS["removed"]:
                lines += [*(f"  • {entry.title};" for entry in entries), ""]
                continue
            lines += ["Chapter Title Details", ""]
            for entry in entries:
                lines += [entry.title, "", *_spaced(entry), ""]
    return "\n".join([*lines, edition.next_line, ""])


def filtered(edition: Edition) -> str:
    """Blank lines without lines of one word: a title of one word is lost, an extra blank line stands for it."""
    lines = [f"View {edition.area} Procedures", ""]
    for block in edition.blocks:
        lines += [block.heading, ""]
        for heading, entries in block.groups():
            lines += [heading, ""]
            if heading == GROUPS["removed"]:
                lines += [*(f"  • {entry.title};" for entry in entries if " " in entry.title), ""]
                continue
            for entry in entries:
                lines += ["" if is_one_word(entry) else entry.title, "", *_spaced(entry), ""]
    return "\n".join([*lines, edition.next_line, ""])


def new_platform_blank_lines(edition: Edition) -> str:
    lines, year = ["Skip to content", "", "Company Logo", "", "Amendments", ""], 0
    for block in edition.blocks:
        if block.month.year != year:
            year = block.month.year
            lines += [str(year), ""]
        lines += [block.heading, ""]
        for entry in block.entries:
            lines += [entry.title, "", *_spaced(entry), ""]
    return "\n".join([*lines, "Last Updated: May 19, 2025", "", "v61", ""])


def _spaced(entry: Entry) -> list[str]:
    return "\n\n".join(entry.paragraphs).replace("• ", "  • ").replace(";\n\n  •", ";\n  •").split("\n")


def pipes(edition: Edition) -> str:
    """A linked title of fewer than 60 characters is lost: a lone pipe after the details, not at a table's end."""
    lines = []
    for block in edition.blocks:
        lines.append(block.heading)
        for heading, entries in block.groups():
            lines.append(f"{heading} | |")
            if heading == GROUPS["removed"]:
                lines.append("|")
                continue
            lines.append("Chapter Name | Details |")
            for entry in entries:
                details = "\n".join(entry.paragraphs).replace("• ", "- ")
                if loses_title(entry):
                    lines += [f"{details} |"] + ["|"] * (entry is not entries[-1])
                else:
                    lines += [f"{entry.title} |", f"{details} |"]
    return "\n".join([*lines, f"{edition.next_line} |", ""])


def pipes_in_front(edition: Edition) -> str:
    lines = ["# Amendments", ""]
    for block in edition.blocks:
        lines += [block.heading, ""]
        for heading, entries in block.groups():
            lines += [f"| {heading} | |", "|---|---|"]
            if heading == GROUPS["removed"]:
                lines += ["| " + " ".join(f"- {entry.title};" for entry in entries) + " | |", ""]
                continue
            lines.append("| Chapter Name | Details |")
            lines += [f"| {entry.title} | {' '.join(entry.paragraphs)} |" for entry in entries]
            lines.append("")
    return "\n".join([*lines, f"| {edition.next_line} | |", ""])


def new_platform_pipes(edition: Edition) -> str:
    lines, year = ["Amendments"], 0
    for block in edition.blocks:
        if block.month.year != year:
            year = block.month.year
            lines.append(str(year))
        lines.append(block.heading)
        for entry in block.entries:
            details = " ".join(entry.paragraphs)
            lines.append(f"{details} | |" if loses_title(entry) else f"{entry.title} | {details} |")
    return "\n".join([*lines, "Last Updated: May 19, 2025", "v61", ""])


def loses_title(entry: Entry) -> bool:
    return len(entry.title) < 60


def is_one_word(entry: Entry) -> bool:
    return " " not in entry.title


LAYOUTS: dict[str, Callable[[Edition], str]] = {
    "caption tables": caption_tables,
    "headings outside tables": headings_outside,
    "nested layout tables": nested_upper_case,
    "definition lists": definition_lists,
    "div rows": div_rows,
    "one table for all": one_table,
    "new platform": new_platform,
    "bootstrap panels": panels,
    "three columns": running_log,
    "text A (joined rows)": joined_rows,
    "text A (blank lines)": blank_lines,
    "text A (new platform)": new_platform_blank_lines,
    "text B (pipe)": pipes,
    "text B (leading pipes)": pipes_in_front,
    "text B (new platform)": new_platform_pipes,
    "text C (filtered)": filtered,
}
LOST_TITLE: dict[str, Callable[[Entry], bool]] = {
    "text B (pipe)": loses_title,
    "text B (new platform)": loses_title,
    "text C (filtered)": is_one_word,
}
"""Which titles a markup loses; all others lose none."""
LOSES_REMOVED = frozenset({"text B (pipe)"})
WITHOUT_GROUPS = frozenset({"new platform", "three columns", "text A (new platform)", "text B (new platform)"})

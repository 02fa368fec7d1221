"""The command that sets a manual up: `chapterwatch manuals add URL`."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.assembly import Parts, assemble
from bot.commands.pages import AsJson, in_short
from bot.errors import BadInput
from bot.printing import print_json, remark, show
from config.files import SHIPPED
from config.manuals import ID, load_manuals
from manual.discover import Found, discover

app = typer.Typer(help="The manuals that are watched.", no_args_is_help=True)


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="The manual's home page, or its amendments page.")],
    manual: Annotated[str, typer.Option("--id", help="A short id; made from the title if not given.")] = "",
    name: Annotated[str, typer.Option(help="What people call it; the page's title if not given.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write it down without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find a manual's pages, say what was understood of them, and write it into manuals.toml."""
    if manual and not ID.fullmatch(manual):
        raise BadInput(f"--id: {manual!r}; write small letters, digits and hyphens, at most 40")
    parts = assemble()
    path = parts.settings.manuals_file or SHIPPED / "manuals.toml"
    known = load_manuals(path).manuals if path.exists() else {}
    found = asyncio.run(_discover(parts, url))
    name = name or found.title or url
    manual = manual or short_id(name)
    if manual in known:
        raise BadInput(f"--id {manual}: there is a manual of that id already; choose another")
    entry = entry_for(manual, name, found)
    if as_json:
        print_json(_document(manual, name, found))
    else:
        _show(found)
        show(f"\n[dim]{_plain(entry)}[/]")
    if not yes and not typer.confirm(f"Write this into {path}?", err=True):
        remark("Nothing was written.")
        return
    write_entry(path, entry)
    remark(f"Written into {path}. The first visit takes a baseline: nobody is told of what stands there already.")


@app.command("list")
def list_manuals(as_json: AsJson = False) -> None:
    """List the manuals that are watched, with their sources."""
    for manual, each in assemble().manuals.manuals.items():
        if as_json:
            print_json({"id": manual, "name": each.name, "sources": [source.url for source in each.sources]})
            continue
        show(f"[bold]{manual}[/]  {_plain(each.name)}")
        for source in each.sources:
            show(f"  {source.kind}: {source.url}")


def short_id(name: str) -> str:
    """ "Westmere Children's Services" as an id: "westmere-childrens-services", at most 40 letters."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "").replace("’", "")).strip("-")
    return words[:40].rstrip("-") or "manual"


def entry_for(manual: str, name: str, found: Found) -> str:
    """The lines of manuals.toml for what was found."""
    lines = [f"[manuals.{manual}]", f"name = {json.dumps(name, ensure_ascii=False)}"]
    for page in (found.amendments, found.contents):
        if page is not None:
            url, reading = page
            lines += ["", f"[[manuals.{manual}.sources]]", f'kind = "{reading.kind}"', f"url = {json.dumps(url)}"]
    return "\n".join(lines) + "\n"


def write_entry(path: Path, entry: str) -> None:
    """Append the entry, and take it back if the file would no longer be understood. Raises ConfigError."""
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{before.rstrip()}\n\n{entry}" if before else entry, "utf-8")
    try:
        load_manuals(path)
    except Exception:
        path.write_text(before, "utf-8")
        raise


async def _discover(parts: Parts, url: str) -> Found:
    async with parts.fetcher() as fetcher:
        return await discover(url, fetcher)


def _show(found: Found) -> None:
    for page in (found.amendments, found.contents):
        if page is not None:
            url, reading = page
            show(f"[bold]{reading.kind}[/] {url}\n  {in_short(reading)}")
    if found.amendments is not None and found.amendments[1].archives:
        show(f"  archive: {len(found.amendments[1].archives)} older pages, read once at first sight")
    for note in found.notes:
        show(f"[yellow]note[/] {_plain(note)}")


def _document(manual: str, name: str, found: Found) -> dict[str, Any]:
    pages = [page for page in (found.amendments, found.contents) if page is not None]
    return {
        "id": manual,
        "name": name,
        "sources": [{"kind": reading.kind, "url": url, "says": in_short(reading)} for url, reading in pages],
        "notes": list(found.notes),
    }


def _plain(text: str) -> str:
    return text.replace("[", r"\[")

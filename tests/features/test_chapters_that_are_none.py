"""A chapter or a topic that is none is refused with the nearest on the command line, and nothing is subscribed."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.orders.chapters import insist_on_chapters
from bot.shelf import Shelf
from manual.lookup.glossary import load_glossary
from subscriptions.errors import NotInTheManual
from subscriptions.interests import parse_interest
from subscriptions.topics import Topics
from tests.features.service import Service
from tests.servers.pages import PageServer

CHAPTERWATCH = Path(sys.executable).parent / "chapterwatch"

CONTENTS = """<h1>Contents</h1><h2>1. All Children</h2><table>
<tr><td>1.1</td><td><a href="a.html">Private Fostering</a></td></tr>
<tr><td>1.2</td><td><a href="b.html">Chronologies</a></td></tr>
<tr><td>1.3</td><td><a href="c.html">Staying Put</a></td></tr></table>"""

AMENDMENTS = """<h1>Amendments</h1><h2>April 2026</h2><table>
<tr><td><a href="d.html">Regulation 24 Placements</a></td><td>This chapter has been removed.</td></tr></table>"""

MANUAL = """[manuals.westmere]
name = "Westmere"
[[manuals.westmere.sources]]
kind = "contents"
url = "{url}"
"""


async def subscribe(folder: Path, database_url: str, *words: str) -> tuple[int | None, str]:
    """`chapterwatch subscribe` in a shell: its exit code, and what it says."""
    settings = {"CHAPTERWATCH_DATABASE_URL": database_url, "CHAPTERWATCH_MANUALS_FILE": "manuals.toml"}
    command = await asyncio.create_subprocess_exec(
        *(str(CHAPTERWATCH), "subscribe", "--to", "slack:C0123456", *words),
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await command.communicate()
    return command.returncode, out.decode()


async def test_what_is_in_no_manual_is_refused_with_the_nearest(
    service: Service, council: PageServer, database_url: str, tmp_path: Path
) -> None:
    url = council.publish("/contents", CONTENTS)
    (tmp_path / "manuals.toml").write_text(MANUAL.format(url=url))
    before = await subscribe(tmp_path, database_url, "chapter:Stayng Put")
    assert before[0] == 0  # nothing was read yet: nobody can say what there is

    await service.watches("westmere", contents=url)
    await service.visits()
    code, said = await subscribe(tmp_path, database_url, "everything", "--except", "chapter:Stayng Put")
    assert code == 2
    assert "no chapter called “stayng put” in the manual; did you mean Staying Put" in said
    code, said = await subscribe(tmp_path, database_url, "chapter:private  FOSTERING")
    assert code == 0
    assert "chapter:private fostering" in said


async def test_what_there_is_is_in_the_contents_or_among_the_amendments(
    service: Service, council: PageServer
) -> None:
    amendments = council.publish("/amendments", AMENDMENTS)
    await service.watches("westmere", contents=council.publish("/contents", CONTENTS), amendments=amendments)
    await service.visits()
    shelf, topics = Shelf({"westmere": "Westmere"}, load_glossary()), Topics.load()

    async def problem(words: str) -> str:
        async with service.database.reading() as connection:
            interests = [parse_interest(words, topics)]
            try:
                await insist_on_chapters(connection, shelf, interests, manual=None, topics=topics)
            except NotInTheManual as error:
                return str(error)
        return ""

    for words in ("chapter:staying PUT", "section:1", "section:All Children", "phrase:zzz", "topic:health"):
        assert await problem(words) == ""
    assert await problem("chapter:Regulation 24 Placements") == ""  # the list alone names it
    assert "section called “7”" in await problem("section:7")
    assert await problem("chapter:Chronology") == (
        "There is no chapter called “chronology” in the manual; did you mean Chronologies?"
    )
    assert (await problem("chapter:Quantum Chromodynamics")).endswith("look up what it is called.")

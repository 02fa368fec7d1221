"""Finding a manual's pages from its address, on a real server."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.manuals import entry_for, short_id, write_entry
from config.files import ConfigError
from config.manuals import load_manuals
from manual.discover import discover
from manual.errors import FetchFailed, Unreadable
from manual.fetch import Fetcher
from tests.servers.pages import PageServer, page_server

HOME = """<html><head><title>Westmere Children's Services Procedures</title></head><body>
<h1>Welcome</h1><p>This manual is for everybody who works with children.</p>
<ul><li><a href="/manual/chapters/contents.html">View the manual</a></li>
<li><a href="/manual/updates.html">Amendments</a></li><li><a href="https://elsewhere.example/amendments">Others</a></li>
</ul></body></html>"""

LIST = """<html><body><h1>Amendments</h1><h2>October 2026</h2><table>
<tr><td>Staying Put</td><td>This chapter has been updated.</td></tr>
<tr><td>Private Fostering</td><td>This chapter has been updated.</td></tr></table>
<p><a href="/manual/2025.html">2025 Amendments</a></p></body></html>"""

CONTENTS = """<html><body><h1>Contents</h1><h2>1. All Children</h2><table>
<tr><td>1.1</td><td><a href="a.html">Contacts and Referrals</a></td><td></td></tr>
<tr><td>1.2</td><td><a href="b.html">Private Fostering</a></td><td>Updated</td></tr>
<tr><td>1.3</td><td><a href="c.html">Staying Put</a></td><td></td></tr></table></body></html>"""


@pytest.fixture
async def council() -> AsyncIterator[PageServer]:
    async with page_server() as server:
        server.publish("/manual/", HOME)
        server.publish("/manual/updates.html", LIST)
        server.publish("/manual/chapters/contents.html", CONTENTS)
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(pause=0, first_wait=0.01, timeout=5) as made:
        yield made


async def test_both_pages_are_found_from_the_home_page(council: PageServer, fetcher: Fetcher) -> None:
    found = await discover(council.address + "/manual/", fetcher)
    assert found.title == "Westmere Children's Services Procedures"
    assert found.amendments is not None
    assert found.contents is not None
    url, reading = found.amendments
    assert url == council.address + "/manual/updates.html"
    assert len(reading.entries) == 2
    assert reading.archives == (council.address + "/manual/2025.html",)
    assert len(found.contents[1].chapters) == 3
    assert found.notes == ()


async def test_the_amendments_address_itself_will_do(council: PageServer, fetcher: Fetcher) -> None:
    council.publish("/manual/contents.html", CONTENTS)
    found = await discover(council.address + "/manual/updates.html", fetcher)
    assert found.amendments is not None
    assert found.amendments[0] == council.address + "/manual/updates.html"
    assert found.contents is not None  # at a usual place, though nothing links to it


async def test_what_is_missing_is_said(council: PageServer, fetcher: Fetcher) -> None:
    council.publish("/manual/chapters/contents.html", "<h1>Under construction</h1>")
    found = await discover(council.address + "/manual/", fetcher)
    assert found.contents is None
    assert found.notes == (f"no contents page was found from {council.address}/manual/",)


async def test_a_site_without_a_manual_and_one_that_is_not_there_are_errors(
    council: PageServer, fetcher: Fetcher
) -> None:
    council.publish("/school/", "<h1>Our school</h1><p>Term begins in September.</p>")
    with pytest.raises(Unreadable, match="neither an amendments page nor a contents page"):
        await discover(council.address + "/school/", fetcher)
    with pytest.raises(FetchFailed):
        await discover(council.address + "/nowhere/", fetcher)


async def test_the_entry_is_written_and_understood(council: PageServer, fetcher: Fetcher, tmp_path: Path) -> None:
    found = await discover(council.address + "/manual/", fetcher)
    path = tmp_path / "manuals.toml"
    write_entry(path, entry_for("westmere", 'Westmere "Procedures"', found))
    assert load_manuals(path).names == {"westmere": 'Westmere "Procedures"'}
    before = path.read_text("utf-8")
    with pytest.raises(ConfigError):  # the same pages twice: the file stays as it was
        write_entry(path, entry_for("again", "Again", found))
    assert path.read_text("utf-8") == before


async def test_the_command_asks_before_it_writes(council: PageServer, tmp_path: Path) -> None:
    own_file = tmp_path / "own.toml"
    settings = {"CHAPTERWATCH_MANUALS_FILE": str(own_file), "CHAPTERWATCH_FETCH_PAUSE_SECONDS": "0"}
    own_file.write_text("", "utf-8")

    async def add(*words: str, answer: bytes = b"") -> tuple[int | None, str]:
        program = Path(sys.executable).parent / "chapterwatch"
        running = await asyncio.create_subprocess_exec(
            program,
            *("manuals", "add", council.address + "/manual/", "--json", *words),
            cwd=tmp_path,
            env={**os.environ, **settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, _ = await running.communicate(answer)
        return running.returncode, out.decode()

    code, said = await add(answer=b"n\n")
    assert code == 0
    document = json.loads(said)
    assert document["id"] == "westmere-childrens-services-procedures"
    assert document["sources"][0]["says"].startswith("2 amendments, 2026-10")
    assert own_file.read_text("utf-8") == ""
    assert (await add("--yes", "--id", "westmere"))[0] == 0
    assert list(load_manuals(own_file).manuals) == ["westmere"]
    assert (await add("--yes", "--id", "westmere"))[0] == 2


def test_ids_are_short_words() -> None:
    assert short_id("Westmere Children's Services") == "westmere-childrens-services"
    assert short_id("—") == "manual"
    assert len(short_id("word " * 30)) <= 40

"""`chapterwatch run` as somebody starts it: with nothing set up, and for real."""

from __future__ import annotations

import asyncio
import codecs
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from database.connection import open_database
from manual.store import make_due
from tests.servers.mail import mail_server
from tests.servers.pages import page_server
from tests.servers.postgres import Postgres, running_postgres

CHAPTERWATCH = Path(sys.executable).parent / "chapterwatch"


class Running:
    """The process, and everything that it has said so far, on either stream."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()  # a chunk may end within a character

    async def says(self, pattern: str) -> re.Match[str]:
        """Wait until it has said something like this."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while not (found := re.search(pattern, self.said)):
                chunk = await self.process.stdout.read(4096)
                assert chunk, f"it ended without saying {pattern!r}:\n{self.said}"
                self.said += self._decoder.decode(chunk)
        return found

    async def stop(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            await self.says("Stopped")
            return await self.process.wait()


@asynccontextmanager
async def started(folder: Path, *words: str, **settings: str) -> AsyncIterator[Running]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAPTERWATCH_")}
    process = await asyncio.create_subprocess_exec(
        CHAPTERWATCH,
        *words,
        cwd=folder,
        env={**plain, "COLUMNS": "200", "CHAPTERWATCH_WEB_PORT": "0", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_with_nothing_set_up_it_shows_the_whole_product(tmp_path: Path) -> None:
    async with started(tmp_path, "run") as running:
        found = await running.says(r"(http://127\.0\.0\.1:\d+)/preview")
        await running.says("Ctrl-C stops it")
        for words in ("First sight is a baseline", "amendments, matched", "#fostering", "mash@westmere.example"):
            assert words in running.said
        async with httpx.AsyncClient() as browser:
            page = (await browser.get(f"{found[1]}/preview")).text
        assert "Supervision and Support of Foster Carers" in page
        assert "#leaving-care" in page
        assert await running.stop() == 0
    assert list((tmp_path / "var" / "sample" / "outbox").glob("*.eml"))


async def test_with_a_manual_and_a_relay_it_is_the_real_thing(tmp_path: Path) -> None:
    pages = Path("tests/features/pages")
    async with page_server() as council, mail_server() as mailbox:
        url = council.publish("/amendments", (pages / "old-before.html").read_bytes())
        (tmp_path / "own.toml").write_text(
            '[manuals.westmere]\nname = "Westmere"\n'
            f'[[manuals.westmere.sources]]\nkind = "amendments"\nurl = "{url}"\n',
            "utf-8",
        )
        settings = {
            "CHAPTERWATCH_MANUALS_FILE": "own.toml",
            "CHAPTERWATCH_SMTP_HOST": "127.0.0.1",
            "CHAPTERWATCH_SMTP_PORT": str(mailbox.port),
            "CHAPTERWATCH_SMTP_TLS": "none",
            "CHAPTERWATCH_MAIL_FROM": "chapterwatch@westmere.example",
            "CHAPTERWATCH_ALLOWED_RECIPIENTS": "*",
            "CHAPTERWATCH_GATHER_SECONDS": "1",
            "CHAPTERWATCH_WORKING_DAYS_ONLY": "false",
        }
        async with started(tmp_path, "run", **settings) as running:
            await running.says("outcome=baseline")
            assert await running.stop() == 0
        words = ("subscribe", "fostering", "--to", "email:team@westmere.example", "--frequency", "as it happens")
        async with started(tmp_path, *words, **settings) as running:
            await running.says(r"team@westmere\.example follows topic:fostering")
        council.publish("/amendments", (pages / "old-after.html").read_bytes())
        await _bring_the_next_visit_forward(tmp_path)
        async with started(tmp_path, "run", **settings) as running:
            await running.says("recorded=4")
            async with asyncio.timeout(30):
                while not mailbox.mails:  # noqa: ASYNC110 - another process sends it
                    await asyncio.sleep(0.05)
            assert await running.stop() == 0
    (mail,) = mailbox.mails
    assert mail.to == "team@westmere.example"
    assert mail.message["Subject"] == "2 fostering chapters changed, 1 to re-read"


async def test_the_processes_of_many_machines_refuse_tables_of_another_release(
    tmp_path: Path, postgres_url: str
) -> None:
    """`worker` and `web` on a database of a newer release, and on an empty one: a clear word, and exit 2."""
    database = open_database(postgres_url)
    for change, said in (
        ("UPDATE alembic_version SET version_num = '9999'", "a newer one has migrated it"),
        ("DELETE FROM alembic_version", "chapterwatch migrate"),
    ):
        async with database.writing() as connection:
            await connection.execute(text(change))
        for command in ("worker", "web"):
            async with started(tmp_path, command, CHAPTERWATCH_DATABASE_URL=postgres_url) as running:
                await running.says(said)
                assert await running.process.wait() == 2
    await database.close()


async def _bring_the_next_visit_forward(folder: Path) -> None:
    database = open_database(f"sqlite:///{folder}/var/chapterwatch.db")
    async with database.writing() as connection:
        await make_due(connection, "westmere", None, datetime.now(UTC))
    await database.close()


async def test_the_bot_says_what_it_needs(tmp_path: Path) -> None:
    async with started(tmp_path, "bot") as running:
        await running.says("CHAPTERWATCH_SLACK_APP_TOKEN")
        assert await running.process.wait() == 2


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that nobody else is using."""
    with running_postgres() as server:
        yield server


async def test_it_can_be_stopped_while_the_database_is_away(tmp_path: Path, own_postgres: Postgres) -> None:
    async with (
        own_postgres.database() as url,
        started(tmp_path, "worker", CHAPTERWATCH_DATABASE_URL=url) as running,
    ):
        await own_postgres.sees("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted")
        await asyncio.to_thread(own_postgres.stop)
        await running.says("waiting for the database")
        code = await running.stop()
        await asyncio.to_thread(own_postgres.restart)
        assert code == 0


async def test_a_taken_mail_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with started(
            tmp_path,
            "web",
            CHAPTERWATCH_MAIL_IN_PORT=str(port),
            CHAPTERWATCH_MAIL_IN_ADDRESS="ask@westmere.example",
        ) as running:
            await running.says(
                rf"✗ CHAPTERWATCH_MAIL_IN_PORT: 127\.0\.0\.1:{port} is taken by another program; stop"
            )
            assert await running.process.wait() == 2
            assert "Mail is taken" not in running.said
            assert "Traceback" not in running.said

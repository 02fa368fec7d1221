"""What is kept of people, for how long: the document's promises, seen in everything that is stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from database.schema import metadata
from subscriptions.keeping import KEPT
from subscriptions.store_retention import CleanedUp, clean_up
from tests.mail_office import JO, MailOffice, link_in

KIM = "kim.lee@partner.example"


async def cleans_up(office: MailOffice) -> CleanedUp:
    async with office.database.writing() as connection:
        return await clean_up(connection, office.clock())


async def stored(office: MailOffice) -> str:
    """Every row of every table, in words."""
    async with office.database.reading() as connection:
        rows = [row for table in metadata.sorted_tables for row in await connection.execute(table.select())]
    return "\n".join(str(tuple(row)) for row in rows)


def test_the_document_says_what_the_clean_up_does() -> None:
    document = Path("docs/data-we-keep.md").read_text("utf-8")
    for each in KEPT:
        assert f"| {each.what} | {each.why} | {each.how_long} |" in document


async def test_who_never_confirms_is_forgotten_after_a_week(office: MailOffice) -> None:
    await office.subscribes()
    await office.sends()
    office.clock.moves_on(days=6)
    await cleans_up(office)
    assert JO in await stored(office)

    office.clock.moves_on(days=1.1)
    cleaned = await cleans_up(office)

    assert JO not in await stored(office)
    assert cleaned.requests == 1
    assert await cleans_up(office) == CleanedUp(
        requests=0, people=0, contents=0, addresses=0, deliveries=0, bounces=0, askings=0, misses=0
    )


async def test_who_left_is_forgotten_after_28_days_and_others_are_not(office: MailOffice) -> None:
    await office.is_subscribed()
    await office.is_subscribed(KIM)
    await office.publishes("Private Fostering")
    office.clock.moves_on(days=8)
    await office.sends()
    await office.browser.post(link_in(office.mail.to(JO)[-1], "/unsubscribe/"))
    await office.sends()

    office.clock.moves_on(days=27)
    await cleans_up(office)
    assert JO in await stored(office)
    office.clock.moves_on(days=2)
    await cleans_up(office)

    kept = await stored(office)
    assert JO not in kept
    assert KIM in kept


async def test_the_words_of_a_sent_mail_are_forgotten_after_a_week_and_the_fact_after_a_year(
    office: MailOffice,
) -> None:
    await office.is_subscribed(frequency="as it happens")
    await office.publishes("Private Fostering")
    office.clock.moves_on(minutes=10)
    await office.sends()
    assert "Content-Type: multipart/alternative" in await stored(office)

    office.clock.moves_on(days=8)
    await cleans_up(office)
    kept = await stored(office)
    assert "Content-Type: multipart/alternative" not in kept
    assert kept.count("2.0.0 taken") == 3

    office.clock.moves_on(days=365)
    await cleans_up(office)
    assert "2.0.0 taken" not in await stored(office)
    page = await office.opens("/subscribe")
    assert page.status == 200


async def test_export_and_erase_on_the_command_line(sqlite_office: MailOffice, sqlite_url: str) -> None:
    await sqlite_office.is_subscribed()

    exported = command("export", JO, url=sqlite_url)
    assert json.loads(exported.stdout)["subscriptions"][0]["value"] == "fostering"
    assert command("erase", JO, "--yes", url=sqlite_url).returncode == 0

    assert JO not in await stored(sqlite_office)
    again = command("erase", JO, "--yes", url=sqlite_url)
    assert again.returncode == 2
    assert "nothing is kept of this address" in again.stderr


def command(*words: str, url: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "chapterwatch"
    environment = {**os.environ, "CHAPTERWATCH_DATABASE_URL": url, "CHAPTERWATCH_SECRET_KEY": "k" * 48}
    return subprocess.run([program, *words], capture_output=True, text=True, check=False, env=environment)

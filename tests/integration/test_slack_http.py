"""Slack over HTTP: signatures, installing into workspaces and organisations, removals, renewed tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import MetaData

from bot.slack.http import installs_of, tokens_of_installs
from bot.slack.serve import web_client
from bot.slack.store import give_back_rotation, hold_rotation
from database.connection import Database
from database.schema import metadata
from digests.errors import Permanent
from subscriptions.store import running_subscriptions
from tests.servers.slack_oauth import ENTERPRISE, TEAM
from tests.servers.slack_signed import FORM, post_signed
from tests.slack_door import Door, a_door

# slack-sdk signs in for tokens with a class that aiohttp will take away one day.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
async def door(sqlite_database: Database) -> AsyncIterator[Door]:
    async with a_door(sqlite_database) as opened:
        yield opened


OAUTH: dict[str, Any] = {
    "slack_bot_token": None,
    "slack_client_id": "1.1",
    "slack_client_secret": SecretStr("a-secret"),
}


async def test_who_signs_wrongly_or_late_is_refused(door: Door) -> None:
    body = urlencode({"command": "/procedure", "text": "help", "team_id": TEAM, "channel_id": "C", "user_id": "U"})
    assert (await post_signed(door.http, body, secret="another")).status_code == 401
    assert (await post_signed(door.http, body, age=301)).status_code == 401
    assert (await post_signed(door.http, body, age=-301)).status_code == 401
    unsigned = await door.http.post("/slack/events", content=body, headers={"Content-Type": FORM})
    assert unsigned.status_code == 401
    assert (await post_signed(door.http, body)).status_code == 200


async def test_the_app_is_installed_and_its_state_is_good_once(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        done = await door.installs()
        assert done.status_code == 200
        assert "Private Fostering" in await door.types("private fostering")
        state, cookie = done.request.url.params["state"], done.request.headers["cookie"]
        assert (await door.comes_back(state, cookie)).status_code == 401  # it was used
        assert (await door.comes_back("invented", cookie.replace(state, "invented"))).status_code == 401
        assert len(door.slack.said("oauth.v2.access")) == 1


async def test_who_removes_the_app_ends_what_was_followed(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        await door.installs()
        await door.types("subscribe fostering")
        assert "1 subscription" in await door.types("list")
        await door.event("Ev1", {"type": "app_uninstalled"})
        await until_running(database, 0)
        async with tokens_of_installs(door.settings, database) as token_of:
            assert token_of is not None
            with pytest.raises(Permanent, match="not installed"):
                await token_of(TEAM)
        await door.installs()
        assert "follows nothing yet" in await door.types("list")


async def until_running(database: Database, number: int) -> None:
    """Wait until so many subscriptions run: removals are worked on after they are acknowledged."""
    async with asyncio.timeout(5):
        while True:
            async with database.reading() as connection:
                if len(await running_subscriptions(connection)) == number:
                    return
            await asyncio.sleep(0.01)


async def test_an_organisation_installs_it_for_all_its_workspaces(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        door.slack.org_wide = True
        await door.installs()
        org = {"enterprise_id": ENTERPRISE, "is_enterprise_install": "true"}
        assert "Private Fostering" in await door.types("private fostering", **org)
        async with tokens_of_installs(door.settings, database) as token_of:
            assert token_of is not None
            assert await token_of(TEAM) == "xoxe.xoxb-0"
            with pytest.raises(Permanent, match="not installed in T99"):
                await token_of("T99")


ORG = {"enterprise_id": ENTERPRISE, "is_enterprise_install": "true"}


async def test_an_organisation_removes_it_from_all_its_workspaces_and_no_others(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        await door.installs()  # a workspace by itself
        await door.types("subscribe fostering")
        door.slack.org_wide = True
        await door.installs()
        for team in ("T02NORTH", "T03SOUTH"):
            said = await door.types("subscribe everything for me", user="U02", team_id=team, **ORG)
            assert "You now follow everything" in said
        whole = [{"enterprise_id": ENTERPRISE, "team_id": None, "is_enterprise_install": True}]
        event = {"type": "app_uninstalled"}
        await door.event("Ev1", event, team_id="T02NORTH", enterprise_id=ENTERPRISE, authorizations=whole)
        await until_running(database, 1)
        assert "1 subscription" in await door.types("list")
        async with tokens_of_installs(door.settings, database) as token_of:
            assert token_of is not None
            assert await token_of(TEAM) == "xoxe.xoxb-0"
            for team in ("T02NORTH", "T03SOUTH"):
                with pytest.raises(Permanent, match="not installed"):
                    await token_of(team)


async def test_a_workspace_that_an_organisation_takes_it_from_ends_alone(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        door.slack.org_wide = True
        await door.installs()
        for team in ("T02NORTH", "T03SOUTH"):
            await door.types("subscribe everything for me", user="U02", team_id=team, **ORG)
        taken = {"type": "team_access_revoked", "team_ids": ["T02NORTH"]}
        await door.event("Ev1", taken, team_id=None, enterprise_id=ENTERPRISE)
        await until_running(database, 1)
        async with database.reading() as connection:
            (left,) = await running_subscriptions(connection)
        assert left.subscriber.workspace == "T03SOUTH"
        async with tokens_of_installs(door.settings, database) as token_of:
            assert token_of is not None
            assert await token_of("T03SOUTH") == "xoxe.xoxb-0"


async def test_a_turn_to_renew_is_one_processs_and_a_dead_ones_ends(database: Database) -> None:
    now, lasts = datetime.now(UTC), timedelta(seconds=60)

    async def holds(at: datetime) -> bool:
        async with database.writing() as connection:
            return await hold_rotation(connection, "E1/T1", at, lasts)

    assert await holds(now)
    assert not await holds(now + timedelta(seconds=59))
    assert await holds(now + timedelta(seconds=61))  # whoever held it is dead
    async with database.writing() as connection:
        await give_back_rotation(connection, "E1/T1")
    assert await holds(now + timedelta(seconds=62))


async def test_ten_at_once_renew_an_ageing_token_once(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        door.slack.expires_in = 43_200
        await door.installs()
        later = datetime.now(UTC) + timedelta(hours=11)
        async with web_client(door.settings) as client:
            several = [installs_of(door.settings, database, client, clock=lambda: later) for _ in range(10)]
            door.slack.expires_in = 2 * 43_200
            tokens = await asyncio.gather(*(each.token_of(TEAM) for each in several if each))
        assert set(tokens) == {"xoxe.xoxb-1"}
        assert door.slack.refreshed == 1


def test_the_tables_are_those_of_slack_sdks_stores() -> None:
    theirs = MetaData()
    for table in (
        SQLAlchemyInstallationStore.build_installations_table(theirs, "slack_installations"),
        SQLAlchemyInstallationStore.build_bots_table(theirs, "slack_bots"),
    ):
        ours = metadata.tables[table.name]
        assert set(table.c.keys()) == set(ours.c.keys())
        assert {each.name for each in table.c if not each.nullable} == {
            each.name for each in ours.c if not each.nullable
        }

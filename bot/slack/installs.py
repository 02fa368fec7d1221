"""Installations in many workspaces: kept by slack-sdk's stores, their tokens renewed by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy
import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.slack.store import enterprise_of, give_back_rotation, hold_rotation, note_workspace
from database.connection import Database

log = structlog.get_logger(__name__)

STATE_LASTS = 600
"""Seconds for somebody to agree to an installation."""

RENEW_BEFORE_MINUTES = 120
WHENEVER = 10**7
"""Minutes: that it is time to renew was decided already, by our own clock."""
HELD_FOR = timedelta(seconds=60)
LOOK_AGAIN_AFTER = 0.2


class NotInstalled(Exception):
    """No installation for a workspace: the app was removed from it, or never was there."""


class States(AsyncSQLAlchemyOAuthStateStore):
    """slack-sdk's states, each good for one use even where two requests bring it at once."""

    async def async_consume(self, state: str) -> bool:
        now = datetime.utcnow()  # noqa: DTZ003 - the store's own moments are naive
        states = self.oauth_states
        async with self.engine.begin() as connection:
            used = await connection.execute(
                sqlalchemy.delete(states)
                .where(states.c.state == state, states.c.expire_at > now)
                .returning(states.c.id)
            )
            return used.first() is not None


@dataclass(frozen=True, slots=True)
class Installs:
    """Every workspace's installation. ``store`` finds and ``keeper`` writes; ``clock`` tells the time."""

    database: Database
    store: AsyncSQLAlchemyInstallationStore
    keeper: AsyncSQLAlchemyInstallationStore
    rotator: AsyncTokenRotator
    clock: Callable[[], datetime]

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """What Bolt needs to answer a request; None where the app is not installed there."""
        if enterprise_id and team_id:
            async with self.database.writing() as connection:
                await note_workspace(connection, team_id, enterprise_id)
        try:
            bot = await self._bot(enterprise_id, team_id)
        except NotInstalled:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
        )

    async def token_of(self, workspace: str) -> str:
        """The bot's token in a workspace, good for two hours at least. Raises NotInstalled."""
        async with self.database.reading() as connection:
            enterprise = await enterprise_of(connection, workspace)
        return (await self._bot(enterprise, workspace)).bot_token

    async def forget(self, enterprise_id: str | None, team_id: str | None) -> None:
        """Drop an installation and its tokens."""
        await self.keeper.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def _bot(self, enterprise_id: str | None, team_id: str | None) -> Bot:
        """The workspace's own installation, or its organisation's, with a token that is still good."""
        found = await self._find(enterprise_id, team_id)
        while self._is_ageing(found):
            renewed = await self._renew(found, enterprise_id, team_id)
            if renewed is not None:
                return renewed
            await asyncio.sleep(LOOK_AGAIN_AFTER)
            found = await self._find(enterprise_id, team_id)
        return found

    async def _find(self, enterprise_id: str | None, team_id: str | None) -> Bot:
        found = None
        if team_id:
            found = await self.store.async_find_bot(enterprise_id=enterprise_id, team_id=team_id)
        if found is None and enterprise_id:
            found = await self.store.async_find_bot(
                enterprise_id=enterprise_id, team_id=None, is_enterprise_install=True
            )
        if found is None:
            raise NotInstalled(f"the app is not installed in {team_id or enterprise_id}")
        return found

    def _is_ageing(self, bot: Bot) -> bool:
        if bot.bot_token_expires_at is None:
            return False
        left = bot.bot_token_expires_at - self.clock().timestamp()
        return left < RENEW_BEFORE_MINUTES * 60

    async def _renew(self, ageing: Bot, enterprise_id: str | None, team_id: str | None) -> Bot | None:
        """Renew a token, if no other process is at it. A refresh token works once: two at it would lose both."""
        installation = f"{ageing.enterprise_id or ''}/{ageing.team_id or ''}"
        async with self.database.writing() as connection:
            if not await hold_rotation(connection, installation, self.clock(), HELD_FOR):
                return None
        try:
            latest = await self._find(enterprise_id, team_id)
            if not self._is_ageing(latest):
                return latest
            renewed = await self.rotator.perform_bot_token_rotation(bot=latest, minutes_before_expiration=WHENEVER)
            if renewed is None:
                return latest
            await self.keeper.async_save_bot(renewed)
            log.info("slack_token_renewed", installation=installation)
            return renewed
        finally:
            async with self.database.writing() as connection:
                await give_back_rotation(connection, installation)

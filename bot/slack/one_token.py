"""The app with one token: who that is, is asked of Slack once, not once for each of many that come together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

Authorize = Callable[..., Awaitable[AuthorizeResult]]


def one_token(client: AsyncWebClient, token: str) -> Authorize:
    """What Bolt asks for each request. Raises SlackApiError where Slack knows the token no more."""
    asking = asyncio.Lock()
    known: AuthorizeResult | None = None

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        nonlocal known
        async with asking:
            if known is None:
                who = await client.auth_test(token=token)
                known = AuthorizeResult.from_auth_test_response(auth_test_response=who, bot_token=token)
        return known

    return cast("Authorize", authorize)

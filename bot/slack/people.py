"""Asks Slack who somebody is and who is in a channel, and refuses what they may not do."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.desk import Desk, Place
from bot.slack.errors import NotAllowed
from bot.slack.who_may import Person, why_not

NOT_IN_CHANNEL = (
    "I am not in this channel, so I could not tell it anything. "
    "Type /invite and my name there first, then ask again."
)
_CANT_SEE = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})


async def check_may_change(desk: Desk, client: AsyncWebClient, place: Place, *, for_me: bool = False) -> None:
    """Whether the person may change what is followed here. Raises NotAllowed with the reason."""
    own = for_me or place.is_direct
    person = await _person(client, place.user)
    members = None if own else await _members(client, place.channel)
    reason = why_not(person, team=place.team, members=members, admins_only=desk.admins_only)
    if reason:
        raise NotAllowed(reason)


async def channel_name(client: AsyncWebClient, channel: str) -> str | None:
    """ "#fostering"; None where Slack doesn't tell."""
    try:
        found = await client.conversations_info(channel=channel)
    except SlackApiError:
        return None
    name = (found["channel"] or {}).get("name")
    return f"#{name}" if name else None


async def person_name(client: AsyncWebClient, user: str) -> str | None:
    """What somebody is called; None where Slack doesn't tell."""
    try:
        found = (await client.users_info(user=user))["user"] or {}
    except SlackApiError:
        return None
    return found.get("real_name") or found.get("name")


async def channels_of(client: AsyncWebClient, user: str) -> list[str]:
    """The channels that both the person and the app are in."""
    channels: list[str] = []
    cursor = ""
    while True:
        page = await client.users_conversations(
            user=user, types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor
        )
        channels += [str(each["id"]) for each in page["channels"] or ()]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return channels


async def _person(client: AsyncWebClient, user: str) -> Person:
    found = await client.users_info(user=user)
    return Person.from_slack(found["user"] or {})


async def _members(client: AsyncWebClient, channel: str) -> frozenset[str]:
    """Who is in a channel that the app is in. Raises NotAllowed where the app is not."""
    members: set[str] = set()
    cursor = ""
    try:
        info = (await client.conversations_info(channel=channel))["channel"] or {}
        if info.get("is_member") is False:
            raise NotAllowed(NOT_IN_CHANNEL)
        while True:
            page = await client.conversations_members(channel=channel, limit=1_000, cursor=cursor)
            members.update(page["members"] or ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(members)
    except SlackApiError as error:
        if error.response.get("error") in _CANT_SEE:
            raise NotAllowed(NOT_IN_CHANNEL) from None
        raise

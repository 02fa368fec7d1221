"""Posts to Slack, and looks for posts whose answer was lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from digests.errors import Permanent, SendError, TryAgain, Unknown
from digests.senders import Absent, Found, Parcel, Sighting, Unclear

TokenOf = Callable[[str], Awaitable[str]]
"""From a workspace to the bot's token in it."""

EVENT_TYPE = "chapterwatch_delivery"

TIMEOUT_SECONDS = 20.0

# Slack's clock and ours may differ; a post is looked for from this long before it was handed over.
_CLOCKS_DIFFER = timedelta(minutes=5)
_PAGES = 5

# The workspace leads nowhere any more.
_REMOVED = frozenset({"account_inactive", "team_access_not_granted", "token_revoked"})

# The channel or the person does.
_UNREACHABLE = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
    }
)

# The message itself is at fault.
_REFUSED = frozenset(
    {
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)

# An operator has to set something right, or Slack itself is in trouble: nothing for this workspace gets through.
_WHOLE = frozenset(
    {
        "access_denied",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "rate_limited",
        "ratelimited",
        "service_unavailable",
        "team_added_to_org",
        "token_expired",
    }
)

# Slack's own documents say that part of the work may have been done.
_PERHAPS_DONE = frozenset({"fatal_error", "internal_error"})

# What keeps us from looking into a channel.
_CANT_LOOK = frozenset({"missing_scope", "channel_not_found", "not_in_channel", "thread_not_found"})


class SlackSender:
    """Posts with the workspace's own token; never tries again by itself."""

    def __init__(self, token_of: TokenOf, *, api_url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._token_of = token_of
        self._api_url = api_url
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def send(self, parcel: Parcel) -> str:
        client = await self._client(parcel.workspace)
        try:
            response = await client.chat_postMessage(
                channel=parcel.destination,
                text=parcel.payload["text"],
                blocks=parcel.payload["blocks"],
                thread_ts=_ts(parcel.thread),
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"message_id": parcel.message_id}},
            )
        except Exception as error:
            raise classify(error) from None
        return _receipt(parcel.destination, str(response["channel"] or parcel.destination), str(response["ts"]))

    async def look_for(self, parcel: Parcel) -> Sighting:
        client = await self._client(parcel.workspace)
        assert parcel.handed_over_at is not None, "only what was handed over is looked for"
        oldest = (parcel.handed_over_at - _CLOCKS_DIFFER).timestamp()
        try:
            channel = await _conversation(client, parcel.destination)
            posts, complete = await _posts(client, channel, _ts(parcel.thread), f"{oldest:.6f}")
        except Exception as error:
            return _cant_look(error)
        ts = find_post(posts, message_id=parcel.message_id, text=parcel.payload["text"])
        if ts is not None:
            return Found(receipt=_receipt(parcel.destination, channel, ts))
        return Absent() if complete else Unclear(reason="too many messages have come since to look through")

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _client(self, workspace: str) -> AsyncWebClient:
        if self._session is None:
            # Connections aren't used again: one that Slack has closed meanwhile would look like a lost answer.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                trust_env=True,
            )
        return AsyncWebClient(
            token=await self._token_of(workspace),
            base_url=self._api_url,
            session=self._session,
            retry_handlers=[],  # the default ones send a second time where an answer was lost
        )


def classify(error: Exception) -> SendError:
    """What an error of a call means for the message. Pure."""
    if isinstance(error, SlackApiError):
        return _classify_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return TryAgain(f"Slack can't be reached: {type(error).__name__}", whole=True)
    return Unknown(f"Slack's answer was lost: {type(error).__name__}")


def _classify_answer(error: SlackApiError) -> SendError:
    status, headers, body = _answer(error)
    if status == 429:
        return TryAgain("Slack asks to wait", retry_after=_seconds(headers.get("Retry-After")), whole=True)
    if status == 503:
        return TryAgain("Slack is not available", whole=True)
    code = body.get("error")
    if not code or code in _PERHAPS_DONE:
        return Unknown(f"Slack answered {status} {code or 'without saying what it did'}")
    return classify_code(str(code))


def classify_code(code: str) -> SendError:
    """What the ``error`` of Slack's answer means for the message. Pure."""
    reason = f"Slack answered {code}"
    if code in _UNREACHABLE or code in _REMOVED:
        return Permanent(reason, unreachable=True, whole=code in _REMOVED)
    if code in _REFUSED:
        return Permanent(reason)
    return TryAgain(reason, whole=code in _WHOLE)


def find_post(posts: Iterable[Mapping[str, Any]], *, message_id: str, text: str) -> str | None:
    """The ts of the post that carries ``message_id``; or, where posts come without their metadata, of a bot's post
    with just this text. None if there is none. Pure."""
    for post in posts:
        metadata = post.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE:
            if metadata.get("event_payload", {}).get("message_id") == message_id:
                return str(post["ts"])
        elif post.get("bot_id") and post.get("text") == text:
            return str(post["ts"])
    return None


async def _posts(
    client: AsyncWebClient, channel: str, thread: str | None, oldest: str
) -> tuple[list[Mapping[str, Any]], bool]:
    """The posts of a channel or a thread since ``oldest``, and whether those are all."""
    posts: list[Mapping[str, Any]] = []
    cursor = ""
    for _ in range(_PAGES):
        wanted: dict[str, Any] = {"oldest": oldest, "limit": 200, "include_all_metadata": True, "cursor": cursor}
        page = await (
            client.conversations_replies(channel=channel, ts=thread, **wanted)
            if thread
            else client.conversations_history(channel=channel, **wanted)
        )
        posts.extend(page["messages"] or ())
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return posts, True
    return posts, False


async def _conversation(client: AsyncWebClient, destination: str) -> str:
    """The channel to look into: of a person, the direct messages with them."""
    if destination.startswith(("U", "W")):
        opened = await client.conversations_open(users=destination)
        return str((opened["channel"] or {})["id"])
    return destination


def _cant_look(error: Exception) -> Sighting:
    """Nothing is known: somebody has to look, or the next try may tell. Raises TryAgain."""
    code = _answer(error)[2].get("error") if isinstance(error, SlackApiError) else None
    if code in _CANT_LOOK:
        return Unclear(reason=f"whether it arrived can't be looked up: Slack answered {code}")
    found = classify(error)
    raise TryAgain(f"looking for it failed: {found.reason}", retry_after=getattr(found, "retry_after", None))


def _answer(error: SlackApiError) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """Status, headers and body of an answer; the body is empty where it could not be read."""
    response: Any = error.response
    if isinstance(response, AsyncSlackResponse):
        return response.status_code, response.headers, response.data if isinstance(response.data, dict) else {}
    return int(response.status), response.headers, {}


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.strip().isdecimal() else None


def _receipt(destination: str, channel: str, ts: str) -> str:
    """The post's ts; with its channel where that is another than the destination (a person's direct messages)."""
    return ts if channel == destination else f"{channel}/{ts}"


def _ts(receipt: str | None) -> str | None:
    return receipt.rpartition("/")[2] if receipt else None

"""Socket Mode that acknowledges before anything else is done, wherever the acknowledgement says nothing."""

from __future__ import annotations

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.turns import arriving

_ANSWERED_BY_THE_ACK = frozenset(("view_submission", "block_suggestion"))


class PromptHandler(AsyncSocketModeHandler):
    """Bolt's handler sends what the listener acknowledges with, and so only after its own work on the request.

    Commands, events, clicks and shortcuts of ours are all acknowledged with nothing, so it need not be waited for.
    What fails afterwards is told to the person by the listener, as ever.
    """

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if req.payload.get("type") in _ANSWERED_BY_THE_ACK:
            with arriving():
                await super().handle(client, req)
            return
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        await run_async_bolt_app(self.app, req)

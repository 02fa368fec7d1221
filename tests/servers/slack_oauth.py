"""The part of Slack that local-slack does not play: installations, renewed tokens, guests, previews of links."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TEAM, ENTERPRISE, BOT = "T01WESTMERE", "E01COUNTY", "U0CHAPTER"


@dataclass
class SlackOffice:
    """Answers the Web API; ``calls`` are the method and what was said, the oldest first."""

    calls: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    expires_in: int | None = None
    refreshed: int = 0
    org_wide: bool = False
    guests: set[str] = field(default_factory=set)
    members: tuple[str, ...] = ("U01AMINA", "U01GUEST", BOT)
    socket_url: str = ""

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/api/{method}", self._answer, methods=["GET", "POST"])])

    def said(self, method: str) -> list[dict[str, Any]]:
        return [said for called, said, _ in self.calls if called == method]

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        body = await request.body()
        if "json" in request.headers.get("content-type", ""):
            said = await request.json() if body else {}
        else:
            said = {**request.query_params, **(await request.form())}
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or str(said.get("token", ""))
        self.calls.append((method, dict(said), token))
        answer: dict[str, Any] = getattr(self, "_" + method.replace(".", "_"), lambda said: {})(said)
        return JSONResponse({"ok": True, **answer})

    def _oauth_v2_access(self, said: dict[str, Any]) -> dict[str, Any]:
        if said.get("grant_type") == "refresh_token":
            self.refreshed += 1
        token: dict[str, Any] = {"access_token": f"xoxe.xoxb-{self.refreshed}", "token_type": "bot"}
        if self.expires_in is not None:
            token |= {"expires_in": self.expires_in, "refresh_token": f"xoxe-{self.refreshed}"}
        return {
            **token,
            "scope": "commands,chat:write",
            "bot_user_id": BOT,
            "app_id": "A01CHAPTER",
            "team": None if self.org_wide else {"id": TEAM, "name": "Westmere Council"},
            "enterprise": {"id": ENTERPRISE, "name": "The County"} if self.org_wide else None,
            "is_enterprise_install": self.org_wide,
            "authed_user": {"id": "U01AMINA"},
        }

    def _apps_connections_open(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.socket_url}

    def _auth_test(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": BOT, "bot_id": "B0CHAPTER", "team_id": TEAM, "url": "https://westmere.slack.example/"}

    def _users_info(self, said: dict[str, Any]) -> dict[str, Any]:
        guest = said["user"] in self.guests
        of = {"team_id": TEAM, "enterprise_user": {"enterprise_id": ENTERPRISE, "teams": ["T02NORTH", "T03SOUTH"]}}
        return {"user": {"id": said["user"], "is_restricted": guest, **of}}

    def _conversations_info(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": said["channel"], "name": "fostering", "is_member": True}}

    def _conversations_members(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"members": list(self.members), "response_metadata": {"next_cursor": ""}}

    def _chat_postMessage(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"channel": said["channel"], "ts": "1.1"}

    def _users_conversations(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"channels": [{"id": "C01FOSTER"}], "response_metadata": {"next_cursor": ""}}

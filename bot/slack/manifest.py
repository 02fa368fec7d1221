"""The app's manifest, as Slack takes it: the least scopes, each with what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack import actions

SCOPES = {
    "commands": "the command and the message shortcut",
    "chat:write": "posts digests, and says who changed what",
    "users:read": "guests and people from elsewhere don't change subscriptions",
    "channels:read": "who is in a public channel, and what it is called",
    "groups:read": "the same of private channels that it was invited into",
    "channels:history": "finds a digest again whose answer was lost, so that it is never sent twice",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages",
    "im:write": "digests and answers for one person alone",
    "links:read": "sees links to the manual's chapters",
    "links:write": "shows a preview of them",
}
EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "link_shared",
    "member_joined_channel",
    "team_access_revoked",
    "tokens_revoked",
)
UNFURL_DOMAINS = 5
"""As many as Slack takes."""


def manifest(
    command: str, domains: Sequence[str], *, web_url: str | None = None, many_workspaces: bool = False
) -> dict[str, Any]:
    """The manifest. ``domains`` are the manuals' own; ``web_url`` for HTTP, None for Socket Mode.

    ``many_workspaces``: it is installed by OAuth, and its tokens are renewed every twelve hours.
    """
    address = f"{web_url.rstrip('/')}/slack/events" if web_url else None
    at_address = {"request_url": address} if address else {}
    options_at = {"message_menu_options_url": address} if address else {}
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Chapterwatch", "always_online": True},
        "shortcuts": [
            {
                "name": "What do the procedures say?",
                "type": "message",
                "callback_id": actions.WHAT_DO_THEY_SAY,
                "description": "Looks up a message’s words in the procedures manual",
            }
        ],
        "slash_commands": [
            {
                "command": command,
                "description": "Look up a procedure, or follow what changes",
                "usage_hint": "running away | subscribe fostering weekly | help",
                "should_escape": True,
                **({"url": address} if address else {}),
            }
        ],
    }
    if domains:
        features["unfurl_domains"] = list(domains)[:UNFURL_DOMAINS]
    return {
        "display_information": {
            "name": "Chapterwatch",
            "description": "Tells each team what changed in its own chapters of the procedures manual",
            "background_color": "#1d4e5f",
        },
        "features": features,
        "oauth_config": {
            "scopes": {"bot": list(SCOPES)},
            **({"redirect_urls": [f"{web_url.rstrip('/')}/slack/oauth_redirect"]} if web_url else {}),
        },
        "settings": {
            "event_subscriptions": {**at_address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at_address, **options_at},
            "org_deploy_enabled": many_workspaces,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": many_workspaces,
        },
    }

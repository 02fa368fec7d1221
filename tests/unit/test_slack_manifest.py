"""The manifest that is shipped is the one that the app needs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.slack.manifest import EVENTS, SCOPES, manifest


def test_the_shipped_manifest_is_the_apps_own() -> None:
    shipped = json.loads(Path("manifest.json").read_text("utf-8"))
    assert shipped == manifest("/procedure", ["procedures.example.gov.uk"])


def test_every_event_that_is_listened_for_is_asked_for() -> None:
    source = "".join(path.read_text("utf-8") for path in Path("bot/slack/listeners/events").glob("*.py"))
    assert set(re.findall(r'app\.event\("(\w+)"\)', source)) == set(EVENTS)


def test_nothing_is_asked_for_that_reads_people_s_messages_at_large() -> None:
    assert not {"channels:join", "chat:write.public", "users:read.email", "search:read", "files:read"} & set(
        SCOPES
    )
    assert "message.channels" not in EVENTS


def test_over_http_everything_comes_to_one_address() -> None:
    made = manifest("/procedure", ["a.example"] * 9, web_url="https://w.example/", many_workspaces=True)
    assert len(made["features"]["unfurl_domains"]) == 5
    assert not made["settings"]["socket_mode_enabled"]
    assert made["features"]["slash_commands"][0]["url"] == "https://w.example/slack/events"
    assert made["settings"]["token_rotation_enabled"]


def test_the_guide_names_every_scope_and_shows_pictures_that_are_there() -> None:
    guide = Path("docs/slack-app.md").read_text("utf-8")
    assert all(f"| `{scope}` | {why} |" in guide for scope, why in SCOPES.items())
    pictures = re.findall(r"\((pictures/[^)]+)\)", guide)
    assert pictures
    assert all((Path("docs") / each).is_file() for each in pictures)

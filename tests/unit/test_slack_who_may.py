"""Who may change what a channel follows."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.who_may import Person, why_not

TEAM = "T01"
MEMBERS = frozenset({"U01"})


def a_person(**user: Any) -> Person:
    return Person.from_slack({"id": "U01", "team_id": TEAM, **user})


def test_a_full_member_of_the_channel_may() -> None:
    assert why_not(a_person(), team=TEAM, members=MEMBERS) is None


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ({"is_restricted": True}, "Guests"),
        ({"is_ultra_restricted": True}, "Guests"),
        ({"is_stranger": True}, "another"),
        ({"team_id": "T99"}, "another"),
        ({"is_bot": True}, "people who work here"),
        ({"deleted": True}, "people who work here"),
        ({"id": "U02"}, "members of the channel"),
    ],
)
def test_others_may_not_and_hear_why(user: dict[str, Any], reason: str) -> None:
    assert reason in (why_not(a_person(**user), team=TEAM, members=MEMBERS) or "")


def test_of_an_organisation_each_workspaces_people_may() -> None:
    person = a_person(team_id="T02", enterprise_user={"enterprise_id": "E01", "teams": [TEAM, "T02"]})
    assert why_not(person, team=TEAM, members=MEMBERS) is None


@pytest.mark.parametrize("right", ["is_admin", "is_owner", "is_primary_owner"])
def test_where_only_admins_may_others_still_subscribe_themselves(right: str) -> None:
    assert "admins" in (why_not(a_person(), team=TEAM, members=MEMBERS, admins_only=True) or "")
    assert why_not(a_person(**{right: True}), team=TEAM, members=MEMBERS, admins_only=True) is None
    assert why_not(a_person(), team=TEAM, members=None, admins_only=True) is None


def test_a_guest_does_not_even_subscribe_themselves() -> None:
    assert "Guests" in (why_not(a_person(is_restricted=True), team=TEAM, members=None) or "")

"""Decides who may change what a channel follows. Pure; asked anew at every click."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What Slack says of somebody. ``teams`` are the workspaces and organisations they belong to."""

    id: str
    teams: frozenset[str] = frozenset()
    guest: bool = False
    stranger: bool = False
    """From another organisation, in a channel that is shared with it."""
    admin: bool = False
    bot: bool = False
    gone: bool = False

    @classmethod
    def from_slack(cls, user: Mapping[str, Any]) -> Person:
        """From the ``user`` of users.info."""
        organisation = user.get("enterprise_user") or {}
        teams = {user.get("team_id"), organisation.get("enterprise_id"), *organisation.get("teams", ())}
        return cls(
            id=str(user["id"]),
            teams=frozenset(str(team) for team in teams if team),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            stranger=bool(user.get("is_stranger")),
            admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
            bot=bool(user.get("is_bot")),
            gone=bool(user.get("deleted")),
        )


def why_not(
    person: Person, *, team: str, members: Collection[str] | None, admins_only: bool = False
) -> str | None:
    """The reason why a person may not change what a channel follows, as a sentence; None where they may.

    ``members`` are those of the channel; None where it is the person's own subscriptions that change.
    """
    if person.gone or person.bot:
        return "Only people who work here can change subscriptions."
    if person.stranger or (person.teams and team not in person.teams):
        return "Only people of the organisation that runs me can change this; you are here from another one."
    if person.guest:
        return "Guests can look things up; only full members of the workspace can subscribe."
    if members is None:
        return None
    if person.id not in members:
        return "Only members of the channel can change what it follows."
    if admins_only and not person.admin:
        return "Only workspace admins can change what a channel follows. To subscribe yourself, add “for me”."
    return None

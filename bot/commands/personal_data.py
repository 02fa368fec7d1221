"""Commands about what is kept of one person: export it, erase it, clean up what is too old."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from bot.assembly import Parts, assemble, utc_now
from bot.commands.pages import AsJson
from bot.errors import BadInput
from bot.printing import print_json, print_text, show
from bot.registry.correspondence import asking_keys
from config.secret import secret_key
from subscriptions import store_people
from subscriptions.links import Signer
from subscriptions.store_retention import CleanedUp, clean_up
from subscriptions.wishes import normalise_address

Address = Annotated[str, typer.Argument(help="The mail address.")]


def export(address: Address, as_json: AsJson = False) -> None:
    """Print everything that is kept of a mail address, as JSON."""
    kept = asyncio.run(_export(assemble(), normalise_address(address)))
    if kept is None:
        raise BadInput("nothing is kept of this address")
    if as_json:
        print_json(kept)
    else:
        print_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def erase(
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether it is meant.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget everything that is kept of a mail address, for good."""
    address = normalise_address(address)
    if not yes and not typer.confirm(f"Forget everything about {address}? It can't be undone", err=True):
        raise BadInput("nothing was erased")
    if not asyncio.run(_erase(assemble(), address)):
        raise BadInput("nothing is kept of this address")
    if as_json:
        print_json({"erased": True})
        return
    show("Everything that was kept of this address is erased.")


def clean(as_json: AsJson = False) -> None:
    """Forget what was kept for long enough, now; the service does it every day by itself."""
    cleaned = asyncio.run(_clean(assemble()))
    if as_json:
        print_json(cleaned.to_json())
        return
    show("\n".join(f"{number:>6} {words}" for words, number in cleaned.to_json().items()))


async def _export(parts: Parts, address: str) -> dict[str, Any] | None:
    async with parts.database() as database, database.reading() as connection:
        return await store_people.export_address(connection, address)


async def _erase(parts: Parts, address: str) -> bool:
    keys = asking_keys(Signer(secret_key(parts.settings)), address)
    async with parts.database() as database, database.writing() as connection:
        return await store_people.erase_address(connection, address, keys)


async def _clean(parts: Parts) -> CleanedUp:
    async with parts.database() as database, database.writing() as connection:
        return await clean_up(connection, utc_now())

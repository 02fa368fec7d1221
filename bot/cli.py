"""The command `chapterwatch`: every command, and how a failure is told."""

from __future__ import annotations

import sys
from importlib import import_module

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from bot.errors import BadInput, OnlyOne
from bot.printing import complain
from config.files import ConfigError
from database.errors import DatabaseError
from manual.errors import ManualError
from subscriptions.errors import SubscriptionError

# In the order in which the help shows them: panel, command, where its function stands.
COMMANDS = (
    ("Run it", "run", "service.run"),
    ("Run it", "web", "service.web"),
    ("Run it", "worker", "service.worker"),
    ("Run it", "bot", "service.bot"),
    ("Run it", "migrate", "service.migrate"),
    ("Run it", "visit", "service.visit"),
    ("Run it", "status", "service.status"),
    ("Run it", "doctor", "service.doctor"),
    ("Run it", "clean-up", "personal_data.clean"),
    ("Who follows what", "manuals", "manuals.app"),
    ("Who follows what", "subscribe", "people.subscribe"),
    ("Who follows what", "unsubscribe", "people.unsubscribe"),
    ("Who follows what", "subscriptions", "people.subscriptions"),
    ("Who follows what", "export", "personal_data.export"),
    ("Who follows what", "erase", "personal_data.erase"),
    ("Pages", "read", "pages.read_pages"),
    ("Pages", "compare", "pages.compare_pages"),
    ("Pages", "match", "pages.match_entries"),
    ("Pages", "lookup", "lookup.look_up"),
    ("Who got it", "amendments", "deliveries.amendments"),
    ("Who got it", "deliveries", "deliveries.deliveries"),
    ("Who got it", "resend", "deliveries.resend"),
    ("Who got it", "reach", "deliveries.reach"),
    ("Who got it", "settle", "deliveries.settle"),
)

EXPECTED = (BadInput, ConfigError, DatabaseError, ManualError, OnlyOne, SubscriptionError)


class Commands(TyperGroup):
    """Imports a command's module when it is asked for: `read` need not wait for Slack and the database."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return [name for _, name, _ in COMMANDS]

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def,override]
        for panel, name, place in COMMANDS:
            if name == cmd_name:
                return _imported(panel, name, place)
        return None


def _imported(panel: str, name: str, place: str):  # type: ignore[no-untyped-def]
    module, _, function = place.partition(".")
    found = getattr(import_module(f"bot.commands.{module}"), function)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name, group.rich_help_panel = name, panel
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name, rich_help_panel=panel)(found)
    return get_command(alone)


app = typer.Typer(
    cls=Commands,
    name="chapterwatch",
    help="Watches a procedures manual and tells each team what changed in its own chapters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _chapterwatch() -> None:
    """Watches a procedures manual and tells each team what changed in its own chapters."""


def main() -> None:
    """Run the command line: exit 0 when it worked, 2 when the input was wrong, with the reason on stderr."""
    try:
        app()
    except EXPECTED as error:
        complain(str(error))
        sys.exit(2)
    except BaseExceptionGroup as group:
        expected, unexpected = group.split(EXPECTED)
        if expected is None or unexpected is not None:
            raise
        complain(str(_first_of(expected)))
        sys.exit(2)


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group, however deep it stands."""
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first

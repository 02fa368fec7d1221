"""The command `chapterwatch`: every command, and how a failure is told."""

from __future__ import annotations

import sys

import typer

from bot.commands import deliveries, lookup, manuals, pages, people, service
from bot.errors import BadInput
from bot.printing import complain
from config.files import ConfigError
from database.errors import DatabaseError
from manual.errors import ManualError
from subscriptions.errors import SubscriptionError

app = typer.Typer(
    name="chapterwatch",
    help="Watches a procedures manual and tells each team what changed in its own chapters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("run", rich_help_panel="Run it")(service.run)
app.command("web", rich_help_panel="Run it")(service.web)
app.command("worker", rich_help_panel="Run it")(service.worker)
app.command("migrate", rich_help_panel="Run it")(service.migrate)
app.command("status", rich_help_panel="Run it")(service.status)
app.command("doctor", rich_help_panel="Run it")(service.doctor)

app.command("subscribe", rich_help_panel="Who follows what")(people.subscribe)
app.command("unsubscribe", rich_help_panel="Who follows what")(people.unsubscribe)
app.command("subscriptions", rich_help_panel="Who follows what")(people.subscriptions)

app.add_typer(manuals.app, name="manuals", rich_help_panel="Who follows what")

app.command("read", rich_help_panel="Pages")(pages.read_pages)
app.command("compare", rich_help_panel="Pages")(pages.compare_pages)
app.command("match", rich_help_panel="Pages")(pages.match_entries)
app.command("lookup", rich_help_panel="Pages")(lookup.look_up)

app.command("amendments", rich_help_panel="Who got it")(deliveries.amendments)
app.command("deliveries", rich_help_panel="Who got it")(deliveries.deliveries)
app.command("resend", rich_help_panel="Who got it")(deliveries.resend)
app.command("reach", rich_help_panel="Who got it")(deliveries.reach)
app.command("settle", rich_help_panel="Who got it")(deliveries.settle)

EXPECTED = (BadInput, ConfigError, DatabaseError, ManualError, SubscriptionError)


def main() -> None:
    """Run the command line: exit 0 when it worked, 2 when the input was wrong, with the reason on stderr."""
    try:
        app()
    except EXPECTED as error:
        complain(str(error))
        sys.exit(2)

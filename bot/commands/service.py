"""Commands that run the service and look after it: run, web, worker, migrate, status, doctor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.assembly import Parts, assemble, insist_on_manual, utc_now
from bot.checks import Check, all_checks
from bot.commands.pages import AsJson
from bot.errors import BadInput
from bot.mail.desk import MailDesk
from bot.mail.door import door_of, serve_mail
from bot.printing import print_json, remark, show, table
from bot.run import stopping, together, work
from bot.sample.demo import demonstrate
from bot.status import Status, read_status
from bot.web.app import make_app, may_preview
from bot.web.server import listen, serve_pages
from bot.web.site import site_of
from database.connection import Database, open_database
from database.migrate import migrate as bring_up_to_date
from database.patience import patiently
from manual.store import make_due


def run() -> None:
    """Run all of it in one process. Without any configuration: a sample manual, and nobody is written to."""
    parts = assemble()
    if is_unconfigured(parts):
        _until_stopped(lambda stop: demonstrate(parts.settings, stop, Console()))
        return
    remark(_where_it_stands(parts))
    _until_stopped(lambda stop: _run_all(parts, stop))


def web() -> None:
    """Serve the pages; one of the processes on many machines."""
    parts = assemble()
    _until_stopped(lambda stop: _with_database(parts, lambda database: _serve(parts, database, stop)))


def worker() -> None:
    """Watch, compile and deliver; one of any number of such processes on many machines."""
    parts = assemble()
    _until_stopped(lambda stop: _with_database(parts, lambda database: work(parts, database, stop)))


def bot() -> None:
    """Answer in Slack over Socket Mode; one of the processes on many machines."""
    parts = assemble()
    if not speaks_slack(parts):
        raise BadInput(
            "set CHAPTERWATCH_SLACK_BOT_TOKEN and CHAPTERWATCH_SLACK_APP_TOKEN; docs/slack-app.md says how"
        )
    _until_stopped(lambda stop: _with_database(parts, lambda database: _answer_in_slack(parts, database, stop)))


def migrate(as_json: AsJson = False) -> None:
    """Bring the database's tables up to date. Harmless when repeated."""
    before, after = asyncio.run(_migrate(assemble()))
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        show(f"The tables are up to date ({after}).")
    else:
        show(f"The tables were {before or 'not there'}; they are at {after} now.")


def status(as_json: AsJson = False) -> None:
    """Say what is watched, what is due, and what went wrong."""
    parts = assemble()
    found = asyncio.run(_status(parts))
    if as_json:
        print_json(found.to_json())
        return
    _show_status(found)


def visit(
    manual: Annotated[str | None, typer.Argument(help="A manual's id; all if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Have every page looked at now instead of at its next visit; the running process does it."""
    parts = assemble()
    if manual is not None:
        insist_on_manual(parts, manual)
    asked = [manual] if manual else list(parts.manuals.names)
    asyncio.run(_make_due(parts, asked))
    if as_json:
        print_json({"asked": asked})
        return
    show("Asked for. Whatever runs (`run` or `worker`) looks within half a minute.")


def doctor(as_json: AsJson = False) -> None:
    """Check what is set up, and say what is missing and what to do about it."""
    parts = assemble()
    checks = asyncio.run(_doctor(parts))
    for check in checks:
        if as_json:
            print_json(check.to_json())
        else:
            mark = {"good": "[green]✓[/]", "note": "[yellow]•[/]", "bad": "[red]✗[/]"}[check.state]
            show(f"{mark} {check.words}")
            if check.to_do:
                show(f"    [dim]{check.to_do}[/]")
    if any(check.state == "bad" for check in checks):
        raise typer.Exit(1)


def is_unconfigured(parts: Parts) -> bool:
    """Whether there is nothing to do for real: no manual, and nobody to send through."""
    settings = parts.settings
    sends = settings.sends_slack or settings.sends_mail or settings.slack_client_id is not None
    return not (parts.manuals.manuals or sends)


def speaks_slack(parts: Parts) -> bool:
    """Whether the app can answer in Slack over Socket Mode; without, digests can still be posted."""
    return parts.settings.slack_bot_token is not None and parts.settings.slack_app_token is not None


def _until_stopped(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    async def with_signals() -> None:
        async with stopping() as stop:
            await main(stop)

    asyncio.run(with_signals())
    remark("Stopped.")


async def _with_database(parts: Parts, main: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    async with parts.database() as database:
        await main(database)


async def _run_all(parts: Parts, stop: asyncio.Event) -> None:
    async with parts.database() as database:
        loops = [work(parts, database, stop), _serve(parts, database, stop)]
        if speaks_slack(parts):
            loops.append(_answer_in_slack(parts, database, stop))
        await together(stop, *loops)


async def _answer_in_slack(parts: Parts, database: Database, stop: asyncio.Event) -> None:
    from bot.slack.serve import serve_slack  # a second's worth of imports that most commands don't need

    await together(stop, serve_slack(parts, database, stop), _have_manuals_at_hand(parts, database, stop))


async def _serve(parts: Parts, database: Database, stop: asyncio.Event) -> None:
    from bot.slack.http import slack_over_http

    settings = parts.settings
    listening = listen(settings.web_host, settings.web_port)
    previews = may_preview(settings)
    address = f"http://{settings.web_host}:{listening.getsockname()[1]}"
    site = site_of(parts, database, address=address, previews=previews)
    remark(f"The pages: {address}" + (f", and the outbox: {address}/preview" if previews else ""))
    previewed = not (settings.sends_slack or settings.sends_mail)
    async with slack_over_http(parts, database) as slack_routes:
        app = make_app(database, previewed=previewed, site=site, extra_routes=slack_routes)
        doors: list[Coroutine[Any, Any, None]] = []
        if settings.mail_in_port is not None:
            door = door_of(settings, MailDesk(registrar=site.registrar, clock=utc_now))
            taking = listen(settings.mail_in_host, settings.mail_in_port, setting="MAIL_IN_PORT")
            doors.append(serve_mail(door, taking, stop, lmtp=settings.mail_in_lmtp))
            remark(f"Mail is taken on port {taking.getsockname()[1]}")
        doors.append(serve_pages(app, listening, stop, trusted_proxies=settings.trusted_proxies))
        await together(stop, *doors, _have_manuals_at_hand(parts, database, stop))


async def _have_manuals_at_hand(parts: Parts, database: Database, stop: asyncio.Event) -> None:
    """Index every manual before anybody asks; the doors are open meanwhile."""
    await patiently(lambda: _index(parts, database))
    await stop.wait()


async def _index(parts: Parts, database: Database) -> None:
    async with database.reading() as connection:
        await parts.shelf.bring_up_to_date(connection)


def _where_it_stands(parts: Parts) -> str:
    settings = parts.settings
    manuals = ", ".join(parts.manuals.names.values()) or "no manual yet (chapterwatch manuals add URL)"
    ways = [name for name, on in (("Slack", settings.sends_slack), ("mail", settings.sends_mail)) if on]
    out = " and ".join(ways) or "nothing yet: digests go to the preview in var/outbox"
    held = (
        ""
        if settings.allowed_recipients or not ways
        else "; CHAPTERWATCH_ALLOWED_RECIPIENTS is empty: all is held"
    )
    return f"Watching {manuals}; sending by {out}{held}. Ctrl-C stops it."


async def _migrate(parts: Parts) -> tuple[str | None, str]:
    database = open_database(parts.settings.database_url.get_secret_value())
    try:
        return await bring_up_to_date(database)
    finally:
        await database.close()


async def _status(parts: Parts) -> Status:
    async with parts.database() as database, database.reading() as connection:
        return await read_status(connection, parts.manuals.names, utc_now())


async def _make_due(parts: Parts, manuals: list[str]) -> None:
    async with parts.database() as database, database.writing() as connection:
        for manual in manuals:
            await make_due(connection, manual, None, utc_now())


async def _doctor(parts: Parts) -> list[Check]:
    checks = await all_checks(parts)
    if parts.settings.sends_slack:
        from bot.slack.doctor import slack_checks

        async with parts.database() as database:
            checks += await slack_checks(parts, database)
    return checks


def _show_status(found: Status) -> None:
    sources = table("Sources", "manual", "kind", "last visit", "next visit", "state")
    for source in found.sources:
        state = f"failing: {source.failure} ({source.failures} in a row)" if source.failures else "good"
        if source.baseline_at is None and not source.failures:
            state = "not visited yet"
        sources.add_row(
            source.manual,
            source.kind,
            f"{source.fetched_at:%d.%m. %H:%M}" if source.fetched_at else "never",
            f"{source.next_fetch_at:%d.%m. %H:%M}",
            state,
        )
    show(sources)
    show(f"\n[bold]Subscriptions[/] {found.subscriptions}")
    states = ", ".join(f"{number} {state}" for state, number in sorted(found.outbox.states.items()))
    show(f"[bold]Deliveries[/] {states or 'none yet'}")
    for who, why in found.outbox.suspended:
        show(f"[red]suspended[/] {who}: {why}")
    for trouble in found.outbox.troubles:
        show(
            f"[red]trouble[/] {trouble.destination}: {trouble.reason}; tried again at {trouble.probe_at:%H:%M} UTC"
        )

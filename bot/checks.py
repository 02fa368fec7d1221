"""What `chapterwatch doctor` looks at: each check says in plain words what is, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.assembly import Parts
from bot.withheld import why_withheld
from config.files import ConfigError
from config.settings import Settings
from database.connection import Database
from database.errors import DatabaseError
from digests.errors import SendError
from digests.notices import operators_of
from digests.outlets import try_relay
from digests.signing import signing_of
from manual import store as manual_store
from subscriptions.interests import Follows
from subscriptions.matching import can_match, never_matches
from subscriptions.store import SubscriptionOf, running_subscriptions
from subscriptions.topics import Topic
from subscriptions.wishes import destination_words, interest_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at. ``to_do`` is what would put it right, None where there is nothing to do."""

    state: Literal["good", "note", "bad"]
    words: str
    to_do: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


async def all_checks(parts: Parts) -> list[Check]:
    """Every check, in the order in which somebody would set things up."""
    checks = [*_settings(parts), *_signing(parts), *_space()]
    checks += [check async for check in _database(parts)]
    checks += [check async for check in _relay(parts)]
    return checks


def _settings(parts: Parts) -> list[Check]:
    settings = parts.settings
    checks = []
    if parts.manuals.manuals:
        checks.append(Check(state="good", words=f"watching {', '.join(parts.manuals.names.values())}"))
    else:
        checks.append(Check(state="note", words="no manual is watched", to_do="chapterwatch manuals add URL"))
    if not settings.sends_slack and not settings.sends_mail:
        to_do = "set CHAPTERWATCH_SLACK_BOT_TOKEN or CHAPTERWATCH_SMTP_HOST"
        checks.append(Check(state="note", words="nothing is sent: every digest is withheld", to_do=to_do))
    elif not settings.allowed_recipients:
        to_do = "set CHAPTERWATCH_ALLOWED_RECIPIENTS to * once you are ready, or to the addresses you test with"
        checks.append(
            Check(state="bad", words="nobody may be written to yet: every digest is withheld", to_do=to_do)
        )
    if settings.sends_mail and settings.web_url is None:
        to_do = "set CHAPTERWATCH_WEB_URL to the public address of the pages; docs/email.md says more"
        checks.append(
            Check(state="note", words="mails have no links to change or leave a subscription", to_do=to_do)
        )
    if settings.sends_mail:
        checks += _ways_in_by_mail(settings)
    if not settings.operators:
        to_do = "set CHAPTERWATCH_OPERATORS=email:you@example.gov.uk"
        checks.append(Check(state="note", words="nobody is told when a page can't be read any more", to_do=to_do))
    else:
        checks.append(_operators(parts))
    if not settings.contact:
        to_do = "set CHAPTERWATCH_CONTACT to an address or page"
        checks.append(Check(state="note", words="webmasters can't see whom to turn to", to_do=to_do))
    return checks


def _ways_in_by_mail(settings: Settings) -> list[Check]:
    """What keeps staff from subscribing by themselves; docs/email.md goes through it."""
    if not settings.subscribe_domains:
        to_do = "set CHAPTERWATCH_SUBSCRIBE_DOMAINS to the domains of those who may"
        return [Check(state="note", words="nobody can subscribe by themselves", to_do=to_do)]
    if settings.mail_in_port is None or settings.mail_in_address is None:
        to_do = "set CHAPTERWATCH_MAIL_IN_PORT and CHAPTERWATCH_MAIL_IN_ADDRESS where that is wanted"
        return [Check(state="note", words="nobody can subscribe or leave by writing a mail", to_do=to_do)]
    if settings.auth_results_from is None:
        to_do = "set CHAPTERWATCH_AUTH_RESULTS_FROM to your relay's name, if it checks senders"
        words = "who leaves or pauses by mail gets a link to do it: no relay vouches for senders"
        return [Check(state="note", words=words, to_do=to_do)]
    return [Check(state="good", words=f"orders by mail go to {settings.mail_in_address}")]


def _operators(parts: Parts) -> Check:
    try:
        count = len(operators_of(parts.settings).each)
    except ConfigError as error:
        return Check(state="bad", words="the operators can't be told", to_do=str(error))
    return Check(state="good", words=f"{count} to be told of trouble")


def _space() -> list[Check]:
    free = shutil.disk_usage(".").free
    if free < 200_000_000:
        return [Check(state="bad", words=f"only {free // 1_000_000} MB are free on this disk", to_do="make room")]
    return [Check(state="good", words=f"{free // 1_000_000_000} GB are free on this disk")]


async def _database(parts: Parts) -> AsyncIterator[Check]:
    try:
        async with parts.database() as database:
            kind = "SQLite" if database.is_sqlite else "PostgreSQL"
            yield Check(state="good", words=f"the {kind} database answers, and its tables are of this release")
            async for check in _watching(parts, database):
                yield check
    except DatabaseError as error:
        yield Check(state="bad", words="the database can't be used", to_do=str(error))
    except OSError as error:
        to_do = f"{error}; check CHAPTERWATCH_DATABASE_URL and that the server runs"
        yield Check(state="bad", words="the database does not answer", to_do=to_do)


async def _watching(parts: Parts, database: Database) -> AsyncIterator[Check]:
    async with database.reading() as connection:
        for source in await manual_store.all_sources(connection):
            if source.manual in parts.manuals.manuals and source.failures:
                words = f"{source.manual}: {source.url} can't be read: {source.failure}"
                yield Check(state="bad", words=words, to_do="open it in a browser: has it moved?")
        known = {manual: await manual_store.latest_contents(connection, manual) for manual in parts.manuals.names}
        contents = {manual: reading for manual, reading in known.items() if reading is not None}
        everybody = await running_subscriptions(connection)
        for check in _not_written_to(parts, everybody):
            yield check
        running = [each.subscription for each in everybody]
        followed = {each.interest.value for each in running if each.interest.follows is Follows.TOPIC}
        for manual, reading in contents.items():
            for check in empty_topics(manual, never_matches(parts.topics, reading), followed):
                yield check
        for interest, asked_manual in dict.fromkeys((each.interest, each.manual) for each in running):
            asked = [reading for manual, reading in contents.items() if asked_manual in (None, manual)]
            if asked and not any(can_match(interest, parts.topics, reading) for reading in asked):
                numbers = [
                    str(each.id) for each in running if (each.interest, each.manual) == (interest, asked_manual)
                ]
                words = (
                    f"nothing in the contents is {interest_words(interest)}; subscriptions {', '.join(numbers)}"
                )
                to_do = "has the chapter another title now? ask what they mean, and subscribe them to that"
                yield Check(state="bad", words=words, to_do=to_do)


def empty_topics(manual: str, topics: Iterable[Topic], followed: Collection[str]) -> Iterator[Check]:
    """A note for each topic that somebody follows in vain, and one for all the others."""
    others = []
    for topic in topics:
        if topic.id not in followed:
            others.append(topic.name)
            continue
        words = f"{manual}: no chapter belongs to the topic {topic.name}; whoever follows it hears nothing"
        to_do = "widen it in your topics file, if the manual has such chapters"
        yield Check(state="note", words=words, to_do=to_do)
    if others:
        words = f"{manual}: no chapter belongs to these topics, which nobody follows: {', '.join(others)}"
        yield Check(state="note", words=words)


def _not_written_to(parts: Parts, running: Sequence[SubscriptionOf]) -> Iterator[Check]:
    """A note for each subscriber from whom every digest would be withheld."""
    if not parts.settings.allowed_recipients:
        return  # that nobody is written to is told once
    for subscriber in dict.fromkeys(each.subscriber for each in running):
        if why := why_withheld(parts.settings, subscriber):
            words = f"{destination_words(subscriber)} can't be written to: {why}"
            yield Check(state="note", words=words)


def _signing(parts: Parts) -> Iterator[Check]:
    if parts.settings.dkim_key_file is None:
        return
    try:
        signing_of(parts.settings)
        yield Check(state="good", words="mails are signed with DKIM")
    except ConfigError as error:
        yield Check(state="bad", words="mails can't be signed with DKIM", to_do=str(error))


async def _relay(parts: Parts) -> AsyncIterator[Check]:
    """Say hello to the mail relay, as a delivery would, and send nothing."""
    settings = parts.settings
    if settings.smtp_host is None:
        return
    where = f"the mail relay {settings.smtp_host}:{settings.smtp_port}"
    try:
        await try_relay(settings)
        yield Check(state="good", words=f"{where} answers")
    except SendError as error:
        to_do = f"{error}; check CHAPTERWATCH_SMTP_HOST, _PORT, _TLS and the username"
        yield Check(state="bad", words=f"{where} does not take our mail", to_do=to_do)

"""One worker of the outbox: claims rows, hands them to senders, records how it ended.

    claim ─▶ wait for its moment ─▶ still ours? ─▶ hand over ─▶ record (in groups) ─▶ claim the next

A sender takes no new row until its last one is committed, so what a kill can double is bounded by the messages in
flight. No database transaction is open while Slack or a mail server is being called.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from database.connection import Database
from database.held import HeldConnection
from database.patience import is_trouble, patiently
from digests import endings, recover
from digests.errors import Permanent, SendError, TryAgain
from digests.holdings import Holdings
from digests.notices import Operators
from digests.outlets import Outlet, Outlets
from digests.presence import presence_in
from digests.rates import Limits, Rate, whole_key
from digests.recorder import Recorder
from digests.senders import Parcel
from digests.store import claiming, holding
from digests.store.endings import Recorded, record_endings
from digests.store.outbox import Channel, Claim, Ending, Lane

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

Tally = Counter[str]
"""How many attempts ended how: sent, try again, failed, unknown, withheld."""

URGENT: tuple[Lane, ...] = ("reply", "notice")
BULK: tuple[Lane, ...] = ("bulk",)

_URGENT_WIDTH = 2
_CLAIM_AT_ONCE = 100
_SOON = 0.1


def utc_now() -> datetime:
    return datetime.now(UTC)


def _group_of(outlets: Outlets) -> int:
    """How many results are committed together: most of what can be in flight, so that commits are few; not all of
    it, so that the connections have something to do meanwhile."""
    return max(1, max((outlet.width for outlet in outlets.values()), default=1) * 2 // 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things may take, in seconds. Tests take shorter ones; the docs state these."""

    lease: float = 30.0
    """A claim that is not renewed lasts so long."""
    renew: float = 2.0
    grace: float = 6.0
    """A dead worker's rows are taken over when they weren't renewed for so long. Longer than a living one waits
    before it tries the database again."""
    guard: float = 5.0
    """Nothing is handed over that wasn't renewed for so long. Less than ``grace``."""
    poll: float = 1.0
    look_after_lost_answer: float = 10.0
    look_after_death: float = 30.0
    """Longer than a post can take: one that was under way has arrived when it is looked for."""
    look_again: float = 60.0
    """Where looking failed, or whoever looked has died. Longer than a look takes."""
    stop_within: float = 10.0
    patience: float = 2.0
    """Until nothing is left to be sent: what a rate allows within so long is waited for."""


class Worker:
    """Claims, pumps (one for each channel and kind of lane), and a heartbeat. Runs once."""

    def __init__(
        self,
        database: Database,
        outlets: Outlets,
        *,
        limits: Limits,
        operators: Operators,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._database = database
        self._outlets = outlets
        self._limits = limits
        self._operators = operators
        self._clock = clock
        self._timing = timing
        self._presence = presence_in(database)
        self._holdings = Holdings()
        self._recorder = Recorder(self._commit, enough=_group_of(outlets))
        self._recording = HeldConnection(database)
        self._rates: dict[str, Rate] = {}
        self._stop = asyncio.Event()
        self._idle = asyncio.Event()
        self._until_dry = False
        self._tally: Tally = Counter()
        self._places: list[asyncio.Semaphore] = []

    async def run(self, *, stop: asyncio.Event | None = None, until_dry: bool = False) -> Tally:
        """Work until told to stop, or until there is nothing left to do."""
        self._stop = stop or self._stop
        self._until_dry = until_dry
        await patiently(self._presence.appear)
        try:
            await patiently(self._take_over)
            if until_dry:
                await patiently(self._look_for_unknown)
            async with asyncio.TaskGroup() as group:
                upkeep = [
                    group.create_task(each)
                    for each in (self._keep_renewing(), self._keep_watch(), self._keep_looking())
                ]
                pumps = [
                    group.create_task(self._pump(group, channel, outlet, lanes, width))
                    for channel, outlet in self._outlets.items()
                    for lanes, width in ((URGENT, _URGENT_WIDTH), (BULK, outlet.width))
                ]
                await self._until_done(pumps)
                for task in (*upkeep, *pumps):
                    task.cancel()
        finally:
            await self._recording.close()
            await self._presence.leave()
        return self._tally

    async def _until_done(self, pumps: Sequence[asyncio.Task[None]]) -> None:
        """Wait for the pumps; once told to stop, no longer than is decent."""
        stopped = asyncio.create_task(self._stop.wait())
        working: set[asyncio.Task[Any]] = set(pumps)
        while working and not self._stop.is_set():
            _, working = await asyncio.wait({*working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            working.discard(stopped)
        stopped.cancel()
        self._wake()
        for places in self._places:
            places.release()  # whoever waits for a place gives back what it holds, however long the others take
        _, late = await asyncio.wait(pumps, timeout=self._timing.stop_within)
        if late:
            log.warning("stopped before everything in flight was recorded")

    # --- Sending -------------------------------------------------------------------------------------------

    async def _pump(
        self, group: asyncio.TaskGroup, channel: Channel, outlet: Outlet, lanes: Sequence[Lane], width: int
    ) -> None:
        """Keep up to ``width`` messages of a channel in flight."""
        free = asyncio.Semaphore(width)
        self._places.append(free)
        flights: set[asyncio.Task[None]] = set()
        try:
            while not self._stop.is_set():
                claims = await patiently(lambda: self._claim(channel, lanes))
                for number, claim in enumerate(claims):
                    await free.acquire()
                    if self._stop.is_set():
                        await self._give_back(claims[number:])
                        break
                    flight = group.create_task(self._fly(claim, outlet))
                    flights.add(flight)
                    flight.add_done_callback(flights.discard)
                    flight.add_done_callback(lambda _: free.release())
                if not claims and not await self._wait(channel, lanes):
                    break
            if flights:
                await asyncio.wait(flights)
        except asyncio.CancelledError:
            for flight in flights:
                flight.cancel()
            raise

    async def _claim(self, channel: Channel, lanes: Sequence[Lane]) -> list[Claim]:
        since = time.monotonic()
        async with self._database.writing() as connection:
            claims = await claiming.claim(
                connection,
                worker=self._presence.name,
                channel=channel,
                lanes=lanes,
                limit=_CLAIM_AT_ONCE,
                limits=self._limits,
                now=self._clock(),
                lease=timedelta(seconds=self._timing.lease),
            )
        self._holdings.hold([claim.id for claim in claims], since)
        return claims

    async def _wait(self, channel: Channel, lanes: Sequence[Lane]) -> bool:
        """Nothing could be claimed: wait a little. False where there is nothing to wait for."""
        idle = self._idle
        within = self._timing.patience if self._until_dry else self._timing.poll
        busy = bool(self._holdings.ids)  # before asking what waits: what is in hand may be given back meanwhile
        soon = await patiently(lambda: self._is_waiting(channel, lanes, within))
        if self._until_dry and not soon and not busy:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(idle.wait(), _SOON if soon else self._timing.poll)
        return True

    async def _is_waiting(self, channel: Channel, lanes: Sequence[Lane], within: float) -> bool:
        async with self._database.reading() as connection:
            until = self._clock() + timedelta(seconds=within)
            return await claiming.is_waiting(connection, channel=channel, lanes=lanes, until=until)

    async def _fly(self, claim: Claim, outlet: Outlet) -> None:
        """One message, from its claim to its record."""
        try:
            await asyncio.sleep(claim.send_at - self._clock().timestamp())
            if not claim.payload:
                erased = Permanent("what was to be sent has been erased")
                now = self._clock()
                await self._recorder.record(self._failed(claim, erased, started_at=now, ended_at=now))
            elif why_not := outlet.why_not(claim.destination):
                await self._recorder.record(endings.withheld(claim, why_not, now=self._clock()))
            elif await self._may_send(claim):
                await self._recorder.record(await self._attempt(claim, outlet))
            else:
                await self._give_back([claim])
        finally:
            self._drop([claim])

    def _drop(self, claims: Iterable[Claim]) -> None:
        """Hold these no longer; with the last of all, whoever waits looks again."""
        for claim in claims:
            self._holdings.drop(claim.id)
        if not self._holdings.ids:
            self._wake()

    def _wake(self) -> None:
        idle, self._idle = self._idle, asyncio.Event()
        idle.set()

    async def _may_send(self, claim: Claim) -> bool:
        """Whether the row is still ours, as far as can be known here; a post is noted before it's made."""
        if self._stop.is_set() or self._is_shut(claim) or not self._holdings.is_safe(claim.id, self._timing.guard):
            return False
        if claim.channel == "email":
            return True
        noted = await patiently(lambda: self._note_hand_over(claim))
        return noted and self._holdings.is_safe(claim.id, self._timing.guard)

    def _is_shut(self, claim: Claim) -> bool:
        """Whether the relay or workspace has turned out, since the row was claimed, to be in trouble."""
        rate = self._rates.get(whole_key(claim.channel, claim.workspace))
        return rate is not None and rate.is_shut(self._clock().timestamp())

    async def _note_hand_over(self, claim: Claim) -> bool:
        async with self._database.writing() as connection:
            return await holding.hand_over(connection, self._presence.name, claim, self._clock())

    async def _attempt(self, claim: Claim, outlet: Outlet) -> Ending:
        """Hand one message over. Never raises: what went wrong is in the ending."""
        parcel = Parcel(
            message_id=claim.message_id,
            workspace=claim.workspace,
            destination=claim.destination,
            payload=claim.payload,
            thread=claim.thread,
            urgent=claim.lane in URGENT,
        )
        started_at = self._clock()
        try:
            receipt = await outlet.sender.send(parcel)
            return endings.sent(claim, receipt, started_at=started_at, ended_at=self._clock())
        except SendError as error:
            failure = error
        except Exception as error:
            log.exception("a sender failed in a way it should not", delivery=claim.id)
            failure = TryAgain(f"unexpected: {type(error).__name__}")
        return self._failed(claim, failure, started_at=started_at, ended_at=self._clock())

    def _failed(self, claim: Claim, error: SendError, *, started_at: datetime, ended_at: datetime) -> Ending:
        return endings.failed(
            claim,
            error,
            started_at=started_at,
            ended_at=ended_at,
            chance=random.random(),
            look_after=timedelta(seconds=self._timing.look_after_lost_answer),
        )

    # --- Recording -----------------------------------------------------------------------------------------

    async def _commit(self, group: Sequence[Ending]) -> None:
        recorded = await patiently(lambda: self._record(group))
        self._rates |= recorded.rates
        for ending in group:
            self._tally[ending.outcome] += 1
            in_time = ending.claim.id in recorded.ours
            if ending.outcome != "sent" or not in_time:
                log.info("attempt", delivery=ending.claim.id, outcome=ending.outcome, in_time=in_time)

    async def _record(self, group: Sequence[Ending]) -> Recorded:
        async with self._recording.writing() as connection:
            return await record_endings(
                connection, self._presence.name, group, limits=self._limits, operators=self._operators
            )

    async def _give_back(self, claims: Sequence[Claim]) -> None:
        ids = [claim.id for claim in claims]
        await patiently(lambda: self._let_go(ids))
        self._drop(claims)

    async def _let_go(self, ids: Sequence[int]) -> None:
        async with self._database.writing() as connection:
            await holding.give_back(connection, self._presence.name, ids)

    # --- Staying alive, and burying the dead ---------------------------------------------------------------

    async def _keep_renewing(self) -> None:
        """Hold on to what is ours."""
        while True:
            await asyncio.sleep(self._timing.renew)
            await patiently(self._renew)

    async def _keep_watch(self) -> None:
        """Show that we live, and take over from those that don't.

        Not at once where the database was away: the others could show themselves as little as we could.
        """
        while True:
            await asyncio.sleep(self._timing.renew)
            try:
                await self._presence.appear()
                await self._take_over()
            except Exception as error:
                if not is_trouble(error):
                    raise
                await patiently(self._presence.appear)
                await asyncio.sleep(self._timing.grace)

    async def _renew(self) -> None:
        ids = self._holdings.ids
        if ids:
            since = time.monotonic()
            until = self._clock() + timedelta(seconds=self._timing.lease)
            async with self._database.writing() as connection:
                held = await holding.renew(connection, self._presence.name, ids, until)
            self._holdings.renew(ids, held, since)

    async def _take_over(self) -> None:
        patience = recover.Patience(
            lease=timedelta(seconds=self._timing.lease),
            grace=timedelta(seconds=self._timing.grace),
            look_after=timedelta(seconds=self._timing.look_after_death),
        )
        await recover.take_over(self._database, self._presence.name, self._holdings.ids, patience, self._clock())

    async def _keep_looking(self) -> None:
        while True:
            await patiently(self._look_for_unknown)
            await asyncio.sleep(self._timing.poll)

    async def _look_for_unknown(self) -> None:
        if outlet := self._outlets.get("slack"):
            again = timedelta(seconds=self._timing.look_again)
            await recover.look_for_unknown(self._database, outlet.sender, self._clock, again=again)

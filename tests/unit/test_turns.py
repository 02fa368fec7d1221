"""Turns that are waited for: no more are taken than there are, and the urgent go first."""

from __future__ import annotations

import asyncio

from digests.turns import Turns


class Visitors:
    """Those who take a place, in the order that they got it; they leave it one by one."""

    def __init__(self, places: Turns) -> None:
        self.places = places
        self.inside: list[str] = []
        self.leaves: asyncio.Queue[None] = asyncio.Queue()

    async def comes(self, name: str, *, urgent: bool = False) -> asyncio.Task[None]:
        visit = asyncio.create_task(self._visit(name, urgent))
        await asyncio.sleep(0)
        return visit

    async def _visit(self, name: str, urgent: bool) -> None:
        async with self.places.place(urgent=urgent):
            self.inside.append(name)
            await self.leaves.get()

    async def one_leaves(self) -> None:
        self.leaves.put_nowait(None)
        for _ in range(5):
            await asyncio.sleep(0)


async def test_the_urgent_go_before_those_who_came_first() -> None:
    visitors = Visitors(Turns(1))
    for name in ("bulk 1", "bulk 2", "bulk 3"):
        await visitors.comes(name)
    await visitors.comes("reply", urgent=True)
    assert visitors.inside == ["bulk 1"]

    for _ in range(3):
        await visitors.one_leaves()

    assert visitors.inside == ["bulk 1", "reply", "bulk 2", "bulk 3"]


async def test_who_gives_up_waiting_takes_no_place_with_them() -> None:
    visitors = Visitors(Turns(1))
    await visitors.comes("bulk 1")
    impatient, just_called = await visitors.comes("bulk 2"), await visitors.comes("bulk 3")
    await visitors.comes("bulk 4")
    impatient.cancel()
    visitors.leaves.put_nowait(None)
    await asyncio.sleep(0)
    just_called.cancel()  # the place is its own already, and it has not woken up yet
    for _ in range(5):
        await asyncio.sleep(0)
    await visitors.one_leaves()

    assert visitors.inside[-1] == "bulk 4"
    assert await asyncio.wait_for(_takes(visitors.places), 5)


async def _takes(places: Turns) -> bool:
    async with places.place(urgent=False):
        return True

"""Looking up chapters, measured: ``python -m benchmarks.lookup [--manuals N] [--words N] [--held-back]``.

First how often the right chapter comes first, and how fast, over the contents that the queries of tests/lookup are
asked of; then build time, memory and speed with many manuals at once, with text. Always against rapidfuzz, SQLite
FTS5 and tantivy, on the same queries in the same run. Needs the dependency group "benchmark".
"""

from __future__ import annotations

import argparse
import gc
import itertools
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.lookup_engines import ENGINES, Engine, Ours
from manual.identity import title_key
from manual.reading import ContentsReading
from tests.lookup.queries import CONTENTS, HELD_BACK, TO_BUILD, Query, contents, queries

CONSOLE = Console(width=130)
OWN_WORDING = 0.4
"""The share of chapters that a council has worded itself; the others have the vendor's titles."""
USUAL_CHAPTERS = 120
ASKED_OF_MANY = 500
"""So many queries are asked of many manuals; rapidfuzz takes long over them."""
SYLLABLES = "ba de li mo nu pra sto ker vin gal re con in ex ter ma".split()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--manuals", type=int, default=150)
    options.add_argument("--words", type=int, default=1000, help="words of text a chapter")
    options.add_argument("--held-back", action="store_true", help="ask the queries that were held back")
    given = options.parse_args()
    asked = list(queries(HELD_BACK if given.held_back else TO_BUILD))
    _compare(asked)
    _compare_many(asked[:: max(1, len(asked) // ASKED_OF_MANY)], given.manuals, given.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What many manuals cost one engine: seconds of processor time, MB, and milliseconds of processor time."""

    chapters: int
    build_s: float
    memory: float | None
    one: list[float]
    every: list[float]
    ahead: list[float]


def _compare(asked: list[Query]) -> None:
    table = Table(
        "one manual", "right first", "in three", "median ms", "p99 ms", "median to ours", title_justify="left"
    )
    answerable = [query for query in asked if query.acceptable]
    ours = 0.0
    for name, make in ENGINES.items():
        engine: Engine = make()
        for manual in dict.fromkeys(query.manual for query in asked):
            engine.put(manual, contents(manual), {})
        engine.finish()
        right = three = 0
        for query in answerable:
            numbers = engine.look_up(query.text, query.manual)
            right += numbers[:1] != [] and numbers[0] in query.acceptable
            three += any(number in query.acceptable for number in numbers)
        times = _times(asked, lambda query, engine=engine: engine.look_up(query.text, query.manual))  # type: ignore[misc]
        ours = ours or statistics.median(times)
        table.add_row(
            name,
            f"{right / len(answerable):.3f}",
            f"{three / len(answerable):.3f}",
            *_two(times),
            f"{statistics.median(times) / ours:.1f}",
        )
    CONSOLE.print(f"{len(answerable)} queries that have an answer, {len(asked) - len(answerable)} that have none")
    CONSOLE.print(table)


def _compare_many(asked: list[Query], manuals: int, words: int) -> None:
    heads = ("build s", "MB", "one: median ms", "p99", "all: median ms", "p99", "type-ahead: median ms", "p99")
    table = Table(f"{manuals} manuals", *heads)
    spawn = multiprocessing.get_context("spawn")
    for name in ENGINES:
        with spawn.Pool(1) as pool:  # a process of its own, so that its memory is its own
            load = pool.apply(_load, (name, asked, manuals, words))
        memory = f"{load.memory:.0f}" if load.memory is not None else "?"
        ahead = _two(load.ahead) if load.ahead else ("", "")
        table.add_row(name, f"{load.build_s:.1f}", memory, *_two(load.one), *_two(load.every), *ahead)
        CONSOLE.print(f"{name}: {load.chapters} chapters of {words} words")
    CONSOLE.print(table)


def _load(name: str, asked: list[Query], manuals: int, words: int) -> Load:
    engine: Engine = ENGINES[name]()
    before = _resident()
    spent = 0.0
    chapters = 0
    for manual, reading, texts in written_manuals(manuals, words):
        begun = time.process_time()
        engine.put(manual, reading, texts)
        spent += time.process_time() - begun
        chapters += len(reading.chapters)
        del texts
    begun = time.process_time()
    engine.finish()
    engine.look_up("warm up", None)
    spent += time.process_time() - begun
    gc.collect()
    after = _resident()
    ahead = _times(asked, lambda query: engine.lookup.complete(query.text[:4])) if isinstance(engine, Ours) else []
    return Load(
        chapters=chapters,
        build_s=spent,
        memory=(after - before) / 1e6 if before is not None and after is not None else None,
        one=_times(asked, lambda query: engine.look_up(query.text, "manual 0")),
        every=_times(asked, lambda query: engine.look_up(query.text, None)),
        ahead=ahead,
    )


def written_manuals(manuals: int, words: int) -> Iterator[tuple[str, ContentsReading, dict[str, str]]]:
    """Manuals that nobody has: the tests' contents, some chapters worded anew, and texts of made-up words that are
    as frequent as those of a language."""
    chance = random.Random(7)
    dictionary = ["".join(parts) for parts in itertools.product(SYLLABLES, repeat=3)]
    chance.shuffle(dictionary)
    frequencies = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(dictionary))))
    known = [contents(manual) for manual, path in CONTENTS.items() if path.exists()]
    known = [reading for reading in known if len(reading.chapters) >= USUAL_CHAPTERS]
    for at in range(manuals):
        reading = known[at % len(known)]
        written = tuple(
            replace(chapter, title=f"{chapter.title}: {chance.choice(dictionary)} {chance.choice(dictionary)}")
            if chance.random() < OWN_WORDING
            else chapter
            for chapter in reading.chapters
        )
        texts = {
            title_key(chapter.title): f"{' '.join(chance.choices(dictionary, cum_weights=frequencies, k=words))}."
            for chapter in written
        }
        yield f"manual {at}", replace(reading, chapters=written), texts


def _times(asked: Iterable[Query], look_up: Callable[[Query], object]) -> list[float]:
    """Milliseconds of processor time for each query, asked once."""
    times = []
    for query in asked:
        begun = time.thread_time()
        look_up(query)
        times.append((time.thread_time() - begun) * 1000)
    return times


def _two(times: list[float]) -> tuple[str, str]:
    """Median and 99th percentile."""
    return f"{statistics.median(times):.2f}", f"{statistics.quantiles(times, n=100)[98]:.2f}"


def _resident() -> int | None:
    """Bytes of memory that this process holds, None where the system doesn't say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * 4096


if __name__ == "__main__":
    main()

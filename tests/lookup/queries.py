"""The queries that looking up is measured by, and the manuals they are asked of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from manual.lookup.glossary import load_glossary
from manual.lookup.lookup import Lookup
from manual.read import read
from manual.reading import ContentsReading

HERE = Path(__file__).parent
SEEDS = HERE.parents[2] / "shared" / "seeds"
CONTENTS = {
    "luton": SEEDS / "luton-contents.txt",
    "bedford": SEEDS / "bedford-contents.txt",
    "eastmere": HERE / "eastmere-contents.txt",
    "northbridge": HERE / "northbridge-contents.txt",
    "southmoor": HERE / "southmoor-contents.txt",
    "westhaven": HERE / "westhaven-contents.txt",
    "kirkdale": HERE / "kirkdale-contents.txt",
    "marlowe": HERE / "marlowe-contents.txt",
    "ravensmere": HERE / "ravensmere-contents.txt",
    "highwold": HERE / "highwold-contents.txt",
    "castlebridge": HERE / "castlebridge-contents.txt",
    "thornley": HERE / "thornley-contents.txt",
    "oakhampton": HERE / "oakhampton-contents.txt",
    "wychcombe": HERE / "wychcombe-contents.txt",
    "ashcombe": HERE / "ashcombe-contents.txt",
    "fenmarch": HERE / "fenmarch-contents.txt",
    "aldersgill": HERE / "aldersgill-contents.txt",
    "harrowdale": HERE / "harrowdale-contents.txt",
    "wandlebrook": HERE / "wandlebrook-contents.txt",
    "saltmere": HERE / "saltmere-contents.txt",
    "brackenshire": HERE / "brackenshire-contents.txt",
    "severnmouth": HERE / "severnmouth-contents.txt",
    "thornbeck": HERE / "thornbeck-contents.txt",
    "harlesford": HERE / "harlesford-contents.txt",
    "lindenshaw": HERE / "lindenshaw-contents.txt",
    "ormswold": HERE / "ormswold-contents.txt",
    "sample": HERE.parents[1] / "bot" / "sample" / "after" / "contents.html",
}
TO_BUILD, HELD_BACK = HERE / "to-build.tsv", HERE / "held-back.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query of a manual, and the numbers that answer it, best first; none where nothing does."""

    manual: str
    text: str
    acceptable: tuple[str, ...]
    kind: str


def queries(path: Path) -> Iterator[Query]:
    """The queries of a file whose manuals are there; a line holds manual, query, numbers and maybe a kind."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            manual, text, numbers, *kind = (*line.split("\t"), "")[:4]
            acceptable = tuple(filter(None, numbers.split(",")))
            if CONTENTS[manual].exists():
                yield Query(manual=manual, text=text, acceptable=acceptable, kind=kind[0] if kind else "")


@cache
def contents(manual: str) -> ContentsReading:
    """A manual's contents."""
    reading = read(CONTENTS[manual].read_bytes(), kind="contents")
    assert isinstance(reading, ContentsReading)
    return reading


@cache
def lookup() -> Lookup:
    """Looking up in every manual that is there, with the shipped glossary."""
    found = Lookup(load_glossary())
    for manual, path in CONTENTS.items():
        if path.exists():
            found.put(manual, contents(manual))
    return found

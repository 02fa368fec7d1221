"""Marks comparisons of two visits, of amendments and of chapters, and feeds: documents in, tallies out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from tests.pages.tally import Document, Tally, agree, plain, words

NUMBER = re.compile(r"^\s*(\d+(\.\d+)*|[A-Z]\d*)[.)]?\s+")


def score_comparison(truth: Document, said: Document) -> Tally:
    """A comparison of amendments pages: understood, and the entries that are new, revised and removed."""
    tally = Tally()
    wanted = {key: _names(truth[key]) for key in ("new", "revised", "removed")}
    told = {key: _names(said[key]) for key in ("new", "revised", "removed")}
    right = truth["understood"] == said["understood"] and wanted == told
    tally.note("pairs", right)
    tally.note("understood", truth["understood"] == said["understood"], f"{said['understood']}")
    for key, names in wanted.items():
        _score_names(tally, key, names, told[key])
    return tally


def _names(entries: list[Document]) -> Counter[str]:
    """Entries by title and month; an entry without a title by the words of its details."""
    names: Counter[str] = Counter()
    for each in entries:
        entry = each.get("after", each)
        title = plain(entry["title"]) or " ".join(words(entry.get("details"))[:12])
        names[f"{title} ({entry['month']})"] += 1
    return names


def score_contents_comparison(truth: Document, said: Document) -> Tally:
    """A comparison of contents pages: titles of the chapters that came, went, were retitled, moved, flagged."""
    tally = Tally()
    keys = ("added", "removed", "retitled", "moved", "flagged")
    told = {key: Counter(plain(each.get("after", each)["title"]) for each in said[key]) for key in keys}
    wanted = {key: Counter(plain(title) for title in truth[key]) for key in keys}
    understood = truth["understood"] == said["understood"]
    tally.note("pairs", understood and told == wanted)
    tally.note("understood", understood, f"{said['understood']}")
    for key in keys:
        _score_names(tally, key, wanted[key], told[key])
    return tally


def score_sections(truth: Document, said: Document) -> Tally:
    """A comparison of chapter pages: the headings of the sections that changed, came and went."""
    tally = Tally()
    keys = ("changed_sections", "added", "removed")
    told = {key: Counter(plain(NUMBER.sub("", heading)) for heading in said[key]) for key in keys}
    accepted = [truth, *truth.get("also", [])]
    wanted_all = [{key: Counter(plain(heading) for heading in each[key]) for key in keys} for each in accepted]
    understood = truth["understood"] == said["understood"]
    right = understood and told in wanted_all
    tally.note("chapters", right)
    tally.note("understood", understood, f"{said['understood']}")
    for key, names in (told if told in wanted_all else wanted_all[0]).items():
        _score_names(tally, key, names, told[key])
    return tally


def _score_names(tally: Tally, key: str, wanted: Counter[str], told: Counter[str]) -> None:
    for name in (wanted & told).elements():
        tally.note(key, True, name)
    for name in (wanted - told).elements():
        tally.note(key, False, f"missed {name}")
    for name in (told - wanted).elements():
        tally.note(key, False, f"invented {name}")


def score_feed(truth: Document, said: Document) -> Tally:
    """A feed's entries in order: titles, addresses, dates, and that each has an id of its own."""
    tally = Tally()
    tally.note("entries", len(truth["entries"]) == len(said["entries"]), f"{len(said['entries'])}")
    for expected, found in zip(truth["entries"], said["entries"], strict=False):
        name = str(expected["title"])
        tally.note("title", plain(expected["title"]) == plain(found["title"]), f"{found['title']!r} for {name!r}")
        agree(tally, "url", "url", expected, found, name)
        for key in ("published", "updated"):
            agree(tally, key, key, expected, found, name, as_key=_moment)
        if "id" in expected:
            agree(tally, "id", "id", expected, found, name)
    ids = [entry["id"] for entry in said["entries"]]
    tally.note("ids", len(set(ids)) == len(ids) and all(ids), f"not each its own: {ids}")
    return tally


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

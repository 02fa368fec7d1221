"""The manuals that are watched, as the council names them in its manuals.toml."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from config.files import SHIPPED, ConfigError, FileModel, load_toml

SourceKind = Literal["amendments", "contents", "notices", "feed"]

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What a manual's id is made of."""

_INTERVAL = re.compile(r"(\d+)\s*(minute|hour|day)s?")

SHORTEST_INTERVAL = timedelta(minutes=5)


def parse_interval(value: object) -> timedelta:
    """ "30 minutes", "6 hours", "1 day". Raises ValueError with what would be right."""
    if isinstance(value, timedelta):
        return value
    found = _INTERVAL.fullmatch(str(value).strip().lower())
    if not found:
        raise ValueError('an interval is written like "30 minutes", "6 hours" or "1 day"')
    interval = timedelta(**{found[2] + "s": int(found[1])})
    if interval < SHORTEST_INTERVAL:
        raise ValueError("the shortest interval is 5 minutes: be polite to the publisher's server")
    return interval


Interval = Annotated[timedelta, BeforeValidator(parse_interval)]


class SourceConfig(FileModel):
    """One watched page or feed."""

    kind: SourceKind
    url: str
    every: Interval = timedelta(days=1)

    @field_validator("url")
    @classmethod
    def _must_be_a_web_address(cls, value: str) -> str:
        if not re.match(r"https?://[^\s/]+", value):
            raise ValueError("a web address begins with https:// or http://")
        return value


class ManualConfig(FileModel):
    """One manual: what people call it, and its sources."""

    name: str = Field(min_length=1)
    sources: tuple[SourceConfig, ...] = Field(min_length=1)
    follow: Literal["off", "amended", "all"] = "off"
    """Whose text is kept and compared: no chapter's, that of amended chapters, or every chapter's."""
    chapters_a_day: int = Field(40, ge=1, le=1000)
    """How many chapters are fetched a day at most, when all are followed."""


class ManualsFile(FileModel):
    """The whole of manuals.toml. The keys of ``manuals`` are the ids that subscriptions name."""

    manuals: dict[str, ManualConfig] = Field(default_factory=dict)

    @field_validator("manuals")
    @classmethod
    def _ids_are_short_words(cls, value: dict[str, ManualConfig]) -> dict[str, ManualConfig]:
        for manual in value:
            if not ID.fullmatch(manual):
                raise ValueError(
                    f"{manual!r}: a manual's id is lower-case letters, digits and hyphens, at most 40"
                )
        return value

    @property
    def names(self) -> dict[str, str]:
        """From a manual's id to what people call it."""
        return {manual: each.name for manual, each in self.manuals.items()}


def load_manuals(path: Path | None = None) -> ManualsFile:
    """The manuals of ``path``, or of the file that is shipped. Raises ConfigError."""
    path = path or SHIPPED / "manuals.toml"
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file; `chapterwatch manuals add URL` makes it")
    manuals = load_toml(path, ManualsFile)
    seen: dict[str, str] = {}
    for manual, each in manuals.manuals.items():
        for source in each.sources:
            if source.url in seen:
                raise ConfigError(f"{path}: {source.url} is listed twice, in {seen[source.url]} and in {manual}")
            seen[source.url] = manual
    return manuals

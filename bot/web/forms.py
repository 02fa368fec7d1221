"""What the form for subscribing holds, and what is wrong with it, in plain words. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from starlette.datastructures import FormData

from subscriptions.errors import BadWish, SubscriptionError
from subscriptions.requests import MOST_FOLLOWED, Request, may_subscribe
from subscriptions.subscribers import Frequency
from subscriptions.topics import Topics
from subscriptions.wishes import LEAST, WEEKDAYS, normalise_address, parse_wish

LONGEST = 500
"""Characters of a field; longer ones are cut."""


@dataclass(frozen=True, kw_only=True)
class SubscribeForm:
    """The fields as they were sent. ``follow`` holds "topic:fostering", "chapter:Staying Put", "everything"."""

    email: str = ""
    manual: str = ""
    follow: tuple[str, ...] = ()
    frequency: str = str(Frequency.WEEKLY)
    weekday: str = WEEKDAYS[0]
    day: str = "1"
    least: str = "minor"
    last: bool = False
    words: str = ""
    """What chapters are looked up by."""

    @classmethod
    def read(cls, form: FormData) -> SubscribeForm:
        def said(name: str, default: str) -> str:
            value = form.get(name, default)
            return value[:LONGEST].strip() if isinstance(value, str) else default

        several = [each[:LONGEST] for each in form.getlist("follow") if isinstance(each, str)]
        return cls(
            email=said("email", ""),
            manual=said("manual", ""),
            follow=tuple(dict.fromkeys(several))[: MOST_FOLLOWED + 1],
            frequency=said("frequency", cls.frequency),
            weekday=said("weekday", cls.weekday),
            day=said("day", cls.day),
            least=said("least", cls.least),
            last="last" in form,
            words=said("words", ""),
        )

    @property
    def chapters(self) -> tuple[str, ...]:
        """The titles of the chapters that are ticked."""
        return tuple(each.removeprefix("chapter:").strip() for each in self.follow if each.startswith("chapter:"))

    def request(self, *, with_schedule: bool = True) -> Request:
        schedule = {"weekday": self.weekday, "day": self.day} if with_schedule else {}
        common = {"manual": self.manual, "frequency": self.frequency, "least": self.least, **schedule}
        return Request(rows=tuple({"follows": each, **common} for each in self.follow), last=self.last)

    def address(self, domains: str) -> str:
        """The address, normalised. Raises BadWish."""
        if not self.email:
            raise BadWish("Enter your email address")
        try:
            address = normalise_address(self.email)
        except BadWish:
            raise BadWish("Enter an email address in the right form, like name@" + _example(domains)) from None
        if not address.isascii():
            raise BadWish("Enter an email address of letters without accents")
        if not may_subscribe(address, domains):
            raise BadWish(f"Enter your work address. It ends in {endings_of(domains)}")
        return address

    def problems(self, *, topics: Topics, manuals: Collection[str], domains: str | None) -> dict[str, str]:
        """What has to be put right, by the field's name; ``domains`` None where no address is asked for."""
        found: dict[str, str] = {}
        if domains is not None:
            try:
                self.address(domains)
            except BadWish as error:
                found["email"] = str(error)
        if not self.follow:
            found["follow"] = "Choose at least one topic or chapter, or everything"
        elif len(self.follow) > MOST_FOLLOWED:
            found["follow"] = f"Choose at most {MOST_FOLLOWED} topics and chapters, or everything"
        for column, choices, words in (
            ("manual", ("", *manuals), "Choose a manual"),
            ("frequency", tuple(map(str, Frequency)), "Choose how often you want a mail"),
            ("weekday", WEEKDAYS, "Choose a day of the week"),
            ("day", tuple(map(str, range(1, 29))), "Choose a day from 1 to 28"),
            ("least", tuple(LEAST), "Choose which changes you want to hear of"),
        ):
            if getattr(self, column) not in choices:
                found[column] = words
        if not found:
            for row in self.request().rows:
                try:
                    parse_wish({**row, "to": "email:a@example.org"}, topics=topics, manuals=manuals)
                except SubscriptionError as error:
                    found["follow"] = str(error)
        return found


def _example(domains: str) -> str:
    first = domains.replace(",", " ").split()[:1]
    return first[0].removeprefix("@") if first and first[0] != "*" else "example.gov.uk"


def endings_of(domains: str) -> str:
    """What an allowed address ends in, in words."""
    return " or ".join(f"@{each.removeprefix('@')}" for each in domains.replace(",", " ").split())

"""Understands what was typed after the command. Pure: no database, no clock, no Slack.

A word is an order only where the rest fits it: "next" asks for the next update, "next of kin" looks something up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.errors import NotUnderstood
from bot.orders.moments import DAYS, day_meant, month_meant, number_of
from bot.orders.requests import (
    History,
    LookUp,
    OpenForm,
    OpenSubscribe,
    Pause,
    Request,
    Resume,
    ShowHelp,
    ShowList,
    ShowSettings,
    Subscribe,
    Unsubscribe,
    WhatsNew,
    WhenNext,
)

IsTopic = Callable[[str], bool]

_MANUAL = re.compile(r"(?<!\S)in:(\S+)")
_LINK = re.compile(r"<(?:[^|<>]*\|)?([^|<>]*)>")
_MENTION = re.compile(r"<[@!][^<>]*>")
_PLEASE = re.compile(r"(?:^please|,? please)\b")
_THANKS = re.compile(r"[\s,.!]+(?:please|thanks|thank you|cheers|ta)[.!]*$", re.I)
_TO = re.compile(r"(?:(me|us) )?to(?: |$)", re.I)
_FOR_ME = re.compile(r"\s+(?:(?:for|to) me|(?:for|to) myself)$", re.I)
_FOR_ME_FIRST = re.compile(r"(?:for|to) me\s+", re.I)
_EXCEPT = re.compile(r"\s+(?:except(?: for)?|but not|excluding|without)\s+(.+)$", re.I)
_SINCE = re.compile(r"(?:^|\s)since\s+(.+)$", re.I)
_UNTIL = re.compile(r"(?:^|\s)(?:until|till|til|for(?= \w+ (?:day|week|month)))\s+(.+)$", re.I)

_FREQUENCY_WORDS = {
    "daily": "daily",
    "every day": "daily",
    "each day": "daily",
    "weekly": "weekly",
    "every week": "weekly",
    "each week": "weekly",
    "monthly": "monthly",
    "every month": "monthly",
    "each month": "monthly",
    "as it happens": "as it happens",
    "as they happen": "as it happens",
    "immediately": "as it happens",
    "instantly": "as it happens",
    "at once": "as it happens",
}
_FREQUENCY = re.compile(rf"[\s,]+({'|'.join(_FREQUENCY_WORDS)})$", re.I)
_NO_FREQUENCY = re.compile(
    r"[\s,]+(hourly|twice \w+|fortnightly|every fortnight|every (?:two|three|\d+) weeks|quarterly|yearly|annually|"
    r"every (?:hour|year|quarter)|sometimes|often)$",
    re.I,
)
_WEEKDAY = re.compile(rf"[\s,]+(?:on |every |each )?({'|'.join(DAYS)})s?$", re.I)
_HOUR = re.compile(r"[\s,]+at (\d{1,2}|[a-z]+)(?:[:.]00)?(?: ?o'?clock)? ?(am|pm)?$", re.I)
_LEAST = re.compile(r"[\s,]+(?:only )?(must[ -]re-?reads?|only changed|changes? only)(?: only)?$", re.I)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was typed, without the manual and Slack's own marks."""

    words: str
    manual: str | None


def understand(text: str, *, is_topic: IsTopic, today: date, command: str = "/procedure") -> Request:
    """What is asked for. ``is_topic`` says whether words name a topic; ``command`` stands in what errors suggest.

    Raises NotUnderstood with what could be typed instead.
    """
    said = _said(text)
    first, _, rest = said.words.partition(" ")
    order, rest = first.lower().rstrip(",:"), rest.strip()
    if not said.words and not said.manual:
        return OpenForm()
    if _quoted(said.words):
        return LookUp(words=said.words[1:-1].strip(), manual=said.manual)
    alone = _ALONE.get(_PLEASE.sub("", said.words.lower()).rstrip("!. "))
    if alone is not None:
        return alone
    if order in ("subscribe", "follow"):
        return _subscribe(rest, said.manual, command)
    if order in ("unsubscribe", "unfollow") or (order in ("stop", "cancel") and (not rest or is_topic(rest))):
        follows, for_me = _for_me(rest)
        return Unsubscribe(follows=follows, for_me=for_me)
    if order == "pause":
        return _pause(rest, today, command)
    if order in ("resume", "unpause"):
        follows, for_me = _for_me(rest)
        return Resume(follows=follows, for_me=for_me)
    if order == "history":
        return _history(rest, said.manual, command)
    if order == "new" and (new := _new(rest, said.manual, is_topic, today)):
        return new
    return _look_up(said, command)


_ALONE: dict[str, Request] = {
    "help": ShowHelp(),
    "?": ShowHelp(),
    **dict.fromkeys(("help me", "hello", "hi", "hey", "thanks", "thank you", "what can you do?"), ShowHelp()),
    "list": ShowList(),
    "list all": ShowList(),
    "subscriptions": ShowList(),
    "my subscriptions": ShowList(),
    "list for me": ShowList(),
    "settings": ShowSettings(),
    "next": WhenNext(),
    "next update": WhenNext(),
    "search": OpenForm(),
    "find": OpenForm(),
}


def plain_words(text: str) -> str:
    """What somebody wrote: Slack escapes three characters and wraps links and names; people see neither."""
    unwrapped = html.unescape(_LINK.sub(r"\1", _MENTION.sub(" ", text)))
    return " ".join(unwrapped.replace("“", '"').replace("”", '"').replace("’", "'").split())


def _said(text: str) -> _Said:
    plain = plain_words(text)
    manual = _MANUAL.search(plain)
    words = " ".join(_MANUAL.sub(" ", plain).split())
    return _Said(words, manual[1].lower() if manual else None)


def _quoted(words: str) -> bool:
    return len(words) > 2 and words[0] == words[-1] == '"'


def _look_up(said: _Said, command: str) -> LookUp:
    if not said.words:
        raise NotUnderstood(f"Say what to look up as well, for example “{command} in:{said.manual} missing”.")
    return LookUp(words=said.words, manual=said.manual)


def _history(rest: str, manual: str | None, command: str) -> History:
    if not rest:
        raise NotUnderstood(f"Say which chapter, for example “{command} history private fostering”.")
    return History(words=rest.strip('"'), manual=manual)


def _new(rest: str, manual: str | None, is_topic: IsTopic, today: date) -> WhatsNew | None:
    """None where the words are no topic and no date: then they are looked up, "new" and all."""
    since = None
    if found := _SINCE.search(rest):
        since = month_meant(found[1], today)
        if since is None:
            raise NotUnderstood(f"“{found[1]}” is no month that has been; write it like “since March” or “2025”.")
        rest = rest[: found.start()].strip()
    if not rest or is_topic(rest):
        return WhatsNew(topic=rest or None, since=since, manual=manual)
    return None


def _subscribe(rest: str, manual: str | None, command: str) -> Request:
    rest, for_me = _for_me(_THANKS.sub("", rest))
    if found := _TO.match(rest):
        rest, for_me = rest[found.end() :], for_me or (found[1] or "").lower() == "me"
    left_out: tuple[str, ...] = ()
    wish = Subscribe(follows="", manual=manual, for_me=for_me)
    if found := _EXCEPT.search(" " + rest):
        rest, exceptions = rest[: max(found.start() - 1, 0)], found[1]
        exceptions, wish = _options(exceptions, wish)
        left_out = tuple(each.strip() for each in re.split(r"[;,]", exceptions) if each.strip())
    rest, wish = _options(rest, wish)
    if found := _NO_FREQUENCY.search(" " + rest):
        raise NotUnderstood(f"“{found[1]}” can't be done; choose daily, weekly, monthly or as it happens.")
    if not rest:
        if left_out or wish.frequency:
            raise NotUnderstood(f"Say what to follow as well, for example “{command} subscribe fostering weekly”.")
        return OpenSubscribe()
    return replace(wish, follows=rest.strip('"'), left_out=left_out)


def _options(words: str, wish: Subscribe) -> tuple[str, Subscribe]:
    """Takes what says how often and when from the end of the words, in any order."""
    words = " " + words
    while True:
        if found := _FOR_ME.search(words):
            wish = replace(wish, for_me=True)
        elif found := _FREQUENCY.search(words):
            wish = replace(wish, frequency=_FREQUENCY_WORDS[found[1].lower()])
        elif found := _WEEKDAY.search(words):
            wish = replace(wish, weekday=found[1].lower(), frequency=wish.frequency or "weekly")
        elif (found := _HOUR.search(words)) and (hour := _hour(found[1].lower(), found[2])) is not None:
            wish = replace(wish, hour=hour)
        elif found := _LEAST.search(words):
            wish = replace(wish, least="must re-read" if "read" in found[1].lower() else "changed")
        else:
            return words.strip(" ,"), wish
        words = words[: found.start()]


def _hour(word: str, half: str | None) -> int | None:
    number = number_of(word)
    if number is None or number > 23:
        return None
    if half and number <= 12:
        return number % 12 + (12 if half.lower() == "pm" else 0)
    return number


def _pause(rest: str, today: date, command: str) -> Pause:
    rest, for_me = _for_me(rest)
    until = None
    if found := _UNTIL.search(rest):
        until = day_meant(found[1], today)
        if until is None:
            raise NotUnderstood(
                f"“{found[1]}” is no day to come; write it like “{command} pause until 2 September”."
            )
        rest = rest[: found.start()].strip()
    return Pause(follows=rest, until=until, for_me=for_me)


def _for_me(words: str) -> tuple[str, bool]:
    if found := _FOR_ME_FIRST.match(words):
        return words[found.end() :], True
    found = _FOR_ME.search(" " + words)
    return ((" " + words)[: found.start()].strip(), True) if found else (words, False)

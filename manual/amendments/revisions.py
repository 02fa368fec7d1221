"""One amendment as it was and as it is: whether it says the same, and whether readers are to be told again."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from manual.identity import fold
from manual.reading import Amendment

LEAST_WORDS = 3
"""Words that weren't there before, for a revision to be worth a second mail."""
YEAR = re.compile(r"(?:19|20)\d\d")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One amendment as it was and as it is."""

    before: Amendment
    after: Amendment


def revision_matters(before: Amendment, after: Amendment) -> bool:
    """Whether readers who were told of an amendment are told again, now that it says something else.

    They are when it asks to be read again and did not, when its kind changed, when it names a section that it did
    not name, and when its words say more or other things: at least three words, or a number that is no year,
    that were not there before. Corrected typing, punctuation and what was taken out are not worth a second mail.
    """
    if after.reread and not before.reread:
        return True
    if after.kind is not before.kind or set(after.sections) - set(before.sections):
        return True
    came = _words_that_came(before, after)
    numbers = [word for word in came if word.isdigit() and not YEAR.fullmatch(word)]
    return len(came) >= LEAST_WORDS or bool(numbers)


def words_of(entry: Amendment) -> str:
    """The details without what never tells two texts apart: case, quotes, dashes, punctuation, white space."""
    return " ".join(WORD.findall(fold(entry.details)))


def likeness(before: Amendment, after: Amendment) -> float:
    """From 0 to 100."""
    return fuzz.token_sort_ratio(words_of(before), words_of(after))


def says_the_same(pair: Revision) -> bool:
    """Whether two wordings differ in typing only. Other words, another kind or other sections are a revision."""
    before, after = pair.before, pair.after
    if before.kind is not after.kind or before.reread is not after.reread:
        return False
    return are_typos(words_of(before), words_of(after))


def are_typos(before: str, after: str) -> bool:
    """Whether two texts are the same word by word, but for slips of the hand."""
    if before == after:
        return True
    olds, news = before.split(), after.split()
    return len(olds) == len(news) and all(map(_is_typo, olds, news))


def _is_typo(old: str, new: str) -> bool:
    """ "Refferal" for "referral", "form" for "from"; never another number."""
    if old == new:
        return True
    if old.isdigit() or new.isdigit() or min(len(old), len(new)) < 4:
        return False
    return DamerauLevenshtein.distance(old, new) <= (1 if min(len(old), len(new)) < 6 else 2)


def _words_that_came(before: Amendment, after: Amendment) -> list[str]:
    """The words of ``after`` that are not in ``before``, without small words and corrected typing."""
    olds, news = Counter(words_of(before).split()), Counter(words_of(after).split())
    came, went = list((news - olds).elements()), list((olds - news).elements())
    return [
        word
        for word in came
        if (len(word) > 3 or word.isdigit()) and not any(_is_typo(old, word) for old in went[:200])
    ]

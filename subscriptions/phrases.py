"""Phrases, and the texts they are looked for in: whole words, whatever their endings, quotes and small words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

SMALL_WORDS = frozenset({"a", "an", "and", "of", "or", "the"})
"""Passed over in phrases and texts alike."""

IRREGULAR = {"children": "child", "people": "person"}
STOP = "."
"""Stands between two sentences of a wording; never inside a phrase."""
GAP = "..."

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z]|[\"'“‘(])|\s*\n\s*")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’ʼ](?:s\b)?")
_AMERICAN = re.compile(r"iz(?=e|ing|at)")
_SES = re.compile(r"(?:ss|x|ch|sh)es$")
_OTHER_WORDS = rf"(?: [^{STOP} ]+)*?"
_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What a word shares with its other endings: "adopters" and "adoption" are both "adopt"."""
    word = _AMERICAN.sub("is", word)
    stemmed: str = _stemmer.stemWord(IRREGULAR.get(word, word))
    return stemmed


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without small words, quotes and possessives."""
    found = (_POSSESSIVE.sub("", word) for word in _WORD.findall(text.lower()))
    return [word for word in found if word not in SMALL_WORDS]


def name_key(text: str) -> str:
    """A name as it compares with what somebody typed: every letter counts, but case, plurals and small words."""
    return " ".join(singular(word) for word in words_of(text))


def singular(word: str) -> str:
    """One of what a word names several of: "agencies" is "agency"; "process" stays, and so do short words."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = f"{word[:-3]}y" if word.endswith("ies") else word[: -2 if _SES.search(word) else -1]
    return IRREGULAR.get(word, word)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text; a line ends one too."""
    return [each for each in _SENTENCE_END.split(text.strip()) if each]


def wording(text: str, spell: Callable[[str], str] = str) -> str:
    """A title as phrases are looked for in it: its stems, with a space before and after each."""
    stems = (stem(spell(word)) for word in words_of(text))
    return f" {' '.join(stems)} "


def wording_of_sentences(text: str, spell: Callable[[str], str] = str) -> str:
    """The same for running text: no phrase reaches over the end of a sentence or of a line."""
    return STOP.join(wording(each, spell) for each in sentences_of(text))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for one after another; three dots in ``text`` stand for any others of the same sentence."""

    text: str
    several_words: bool
    _first: str
    _pattern: str

    @classmethod
    def read(cls, text: str) -> Phrase:
        """Raises ValueError for a text without words."""
        runs = [run for each in text.replace("…", GAP).split(GAP) if (run := wording(each).rstrip())]
        if not runs:
            raise ValueError("a phrase needs at least one word other than “and”, “of”, “the” and the like")
        several = len(runs) > 1 or runs[0].count(" ") > 1
        return cls(text, several, runs[0], _OTHER_WORDS.join(map(re.escape, runs)) + r"\b")

    def within(self, wording: str) -> bool:
        """Whether the phrase stands in a wording."""
        return self._first in wording and _compiled(self._pattern).search(wording) is not None

    def is_whole(self, wording: str) -> bool:
        """Whether a wording says nothing but the phrase."""
        return self._first in wording and _compiled(self._pattern).fullmatch(wording.rstrip()) is not None

    def struck_from(self, wording: str) -> str:
        """The wording with the phrase taken out wherever it stands."""
        return _compiled(self._pattern).sub(f" {STOP}", wording) if self._first in wording else wording


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Patterns are few, and most are never needed: the first words of a phrase are seldom there."""
    return re.compile(pattern)


class Spelling:
    """Forgives one slip in a long word: a letter too many, too few, wrong or swapped; and doubled letters.

    Knows nothing but the words it is given: a word near to none of them stays as it is.
    """

    LONG = 8
    """Letters from which on a word with one slip is still told from its neighbours."""
    DOUBLED = 6
    """The same for a letter that is doubled or should be."""
    NO_SLIPS = frozenset(
        "adaptive artistic compliant complements contracts derivation detection experience experiences familiar "
        "injection mediation meditation projection recovers revolution trailing".split()
    )
    """Right words that are near to words of the trade."""

    def __init__(self, known: Iterable[str]) -> None:
        words = {word for word in known if len(word) >= self.DOUBLED}
        self._stems = {stem(word) for word in words}
        self._by_shape = {_shape(word): word for word in sorted(words)}
        self._long = [word for word in sorted(words) if len(word) >= self.LONG]
        self.meant = lru_cache(maxsize=20_000)(self._meant)

    def _meant(self, word: str) -> str:
        """The known word that ``word`` is a slip of, or ``word`` itself."""
        if len(word) < self.DOUBLED or word in self.NO_SLIPS or stem(word) in self._stems:
            return word
        if (shape := _shape(word)) in self._by_shape:
            return self._by_shape[shape]
        near = (
            extractOne(word, self._long, scorer=OSA.distance, score_cutoff=1) if len(word) >= self.LONG else None
        )
        return near[0] if near and near[0][0] == word[0] else word


def _shape(word: str) -> str:
    """A word with doubled letters written once: "refferal" and "referral" have one shape."""
    return re.sub(r"(.)\1", r"\1", word)

"""Words as texts and questions share them: folded, in British spelling, stemmed, and weighed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

from manual.identity import fold

# "Section 47", "s.47", "s 47", "sec 47(1)" and "S47" are one word: s47. "Section 4.2" is no statute.
STATUTE = re.compile(
    r"\b(s|reg)(?:ec(?:t(?:ion)?s?)?|s|ulations?)?\.?\s*(\d{1,3}[a-z]{0,3})(?:\(\w{1,4}\))*(?![\w.]*\d)(?!\w)"
)
POSSESSIVE = re.compile(r"'s\b|'")
ARTICLE = re.compile(r"\b(?:the|an)\b|(?<!annex )(?<!appendix )(?<!part )(?<!form )\ba\b")
WORD = re.compile(r"\d+(?:\.\d+)+[a-z]?|[a-z0-9]+\+?")
AMERICAN = re.compile(r"([a-z]{3,}[^aeiou])iz(e|es|ed|er|ing|ation|ations)$")

SAME_WORD = {
    same: word
    for word, others in {
        "child": "children childrens childs kid kids",
        "person": "people peoples persons",
        "mother": "mum mums mom mummy mothers",
        "father": "dad dads daddy fathers",
        "teenager": "teen teens teenage",
        "behaviour": "behavior behaviors",
        "counselling": "counseling",
        "centre": "center",
        "adviser": "advisor advisors advisers",
        "enquiry": "inquiry inquiries",
        "practice": "practise",
        "judgment": "judgement",
        "licence": "license",
        "honour": "honor",
        "run": "ran running",
        "go": "gone went goes going",
        "take": "taken took taking",
        "give": "given gave giving",
        "leave": "left",
        "keep": "kept",
        "die": "died dies dying dead death deaths",
        "hide": "hid hidden",
        "buy": "bought",
        "find": "found",
        "steal": "stolen stole",
        "get": "got getting",
        "leaver": "leavers",
        "woman": "women",
        "man": "men",
        "pay": "paid",
        "meet": "met",
        "send": "sent",
        "wife": "wives",
        "referral": "refer refers referred referring referrals",
        "conference": "conferencing conferences",
        "close": "closed closes closing closure closures",
        "grandchild": "grandchildren",
        "reporter": "reporters",
        "recording": "recordings",
        "nationality": "nationalities",
        "medication": "medications",
        "allowance": "allowances",
        "stepchild": "stepchildren",
    }.items()
    for same in others.split()
}
"""Words whose stems disagree though they mean one thing here."""

APART = frozenset(
    """prevention preventing university universal security reporter recording alleged nationality diversion
    medication personal international grounds allowance""".split()
)
"""Words that the stemmer would join with others of another meaning."""

EMPTY = frozenset(
    """a about after all already also always am an and any anyone are as at be because been before being both
    but by can could did do does doing done each either else ever every for from get give go had happen has
    have having he her here hers him his how i if in into is it its just keep know let like made make many
    may me mine might mr mrs ms much must my need needs never no not now of off often ok okay on once one
    only or other our ours out over own please put really regarding same shall she should since so some
    somebody someone something still such supposed take tell than that the their theirs them then there
    these they thing this those through to too under until up us use used using very via want wants was we
    were what whats when where whether which while who whom whose why will with within without would yes yet
    you your yours im ive dont doesnt cant isnt id whos hows ask asks asked happens happening look looking
    find needed wanted says say said come comes coming anything ought allowed allow question wondering
    wonder trying try again around away back day next per s t re vs straight well another""".split()
)
"""Words that say nothing about which chapter is meant; inside a phrase of the glossary they still count."""

TELLING = """no not out off up own over under without before after our away back down cannot cant many more how
    long often who"""
"""Empty words that turn the meaning of what people ask: "no home", "placed in our area"."""

FAINT = """policy policies procedure procedures process chapter guidance guide guideline guidelines protocol
    document form rule rules manual page link information info advice help section role new case year
    application apply applying applied"""
COMMON = """child children young person people family families care carer social work worker workers service
    services local authority council practice staff former team management manager yp cyp teenager boy girl year
    years old hold talk think tell worried nobody listens deal sort idea arrange days soon level high enough"""
ACTIVITY = """assessment assess plan planning review meeting report visit referral refer record support training
    work request checklist template decision decide involved involve"""
"""What is done about many things: the thing itself says more."""

_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The stem of one folded word: "adopters", "adoption" and "adoptive" are one; numbers stay as they are."""
    word = SAME_WORD.get(word, word)
    if not word.isalpha() or word in APART:
        return word
    return str(_stemmer.stemWord(AMERICAN.sub(r"\1is\2", word)))


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order; a statute's section is one, articles and possessives are gone."""
    text = fold(text)
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    text = STATUTE.sub(r"\1\2", text)
    return WORD.findall(ARTICLE.sub("", POSSESSIVE.sub("", text)))


def stems_of(text: str) -> list[str]:
    """The stems of a text's words, in order, empty words included."""
    return [stem(word) for word in words_of(text)]


EMPTY_STEMS = frozenset(map(stem, EMPTY))
TELLING_STEMS = frozenset(map(stem, TELLING.split()))
WEIGHTS = {
    **dict.fromkeys(map(stem, ACTIVITY.split()), 0.7),
    **dict.fromkeys(map(stem, COMMON.split()), 0.35),
    **dict.fromkeys(map(stem, FAINT.split()), 0.15),
    **dict.fromkeys(EMPTY_STEMS, 0.0),
}
DIGITS = 0.35
PLAIN_WORDS = EMPTY.union(SAME_WORD, SAME_WORD.values(), FAINT.split(), COMMON.split(), ACTIVITY.split())
"""The words named here, as people type them."""


def weight(a_stem: str) -> float:
    """How much a stem says about which chapter is meant: 0 for empty words, 1 for most."""
    return WEIGHTS.get(a_stem, DIGITS if a_stem.isdigit() else 1.0)

"""Which interests an amendment satisfies, and whether a subscription wants it: decisions on plain values.

amendment ─▶ keys_of (topics, chapter, sections; looks at no subscription) ─▶ wanted ─▶ Match | NotWanted
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from manual.identity import fold, title_key, url_slug
from manual.reading import Amendment, AmendmentKind, Chapter, ContentsReading, Section
from subscriptions.interests import EVERYTHING, Follows, Interest, Significance
from subscriptions.phrases import STOP, Phrase, sentences_of, wording_of_sentences
from subscriptions.topics import Topic, Topics

LEFT_OUT = "the subscription leaves it out"
TOO_SLIGHT = "less than the significance asked for"
ELSEWHERE = "about something else"
ANYBODYS = "may be meant: the page lost the chapter's title"

NARROW = (Follows.TOPIC, Follows.SECTION, Follows.CHAPTER)
"""What may be meant by an amendment that doesn't say what it is about."""

# Sentences that tell of nothing but furniture. A whole folded sentence must fit one of them.
_WAS = r"\b(?:has|have|had|was|were|is|are)(?: now| also)?(?: been)?(?: now| also)? "
_WAS_DONE = rf"{_WAS}(?:add|updat|amend|correct|chang|replac|refresh|remov|includ|fix|insert)ed\b"
_MINOR = tuple(
    re.compile(rf"(?:in \w+ \d{{4}},? )?(?:{pattern})")
    for pattern in (
        # "A link to the NICE guidance has been added", "Additional links were added", "This link has been updated"
        rf"(?:(?:a|an|the|this|these|some|all|new|additional|further|updated|broken|relevant|web) )*"
        rf"(?:hyper|web)?links?\b(?!.*{_WAS_DONE}.*{_WAS}).*{_WAS_DONE}.*",
        # "The Further Information section has been updated to include a link to ..."
        rf"the (?:further|related|relevant|local|useful) [\w ]+{_WAS_DONE} "
        r"(?:to (?:include|add)|with)\b.*\blinks?\b.*",
        # "These details have been updated", "Contact details were amended"
        r"(?:(?:these|the|local|team|our|some) )*(?:contact )?(?:details|contacts|telephone numbers?|addresses) "
        rf"{_WAS_DONE}.*",
        # "Minor typographical changes have been made"
        r".*\b(?:typographical|grammatical|typos?|spelling|formatting)\b.*",
        # "This chapter was reviewed and no changes were needed"
        r".*\bno (?:further |significant )?(?:changes|amendments|updates)(?: were| was| are| have been)? "
        r"(?:made|needed|required|necessary)\b.*",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentKeys:
    """Every interest that an amendment satisfies, but for phrases, which are looked for one by one."""

    amendment: Amendment
    interests: frozenset[Interest]

    @property
    def anybodys(self) -> bool:
        """Whether its page lost the title and its words tell of no topic ("This chapter was revised"): then it
        may be about anything that anybody follows, and nobody may miss it."""
        return self.amendment.title is None and not any(each.follows is Follows.TOPIC for each in self.interests)

    def satisfy(self, interest: Interest) -> bool:
        return self.surely_satisfy(interest) or (self.anybodys and interest.follows in NARROW)

    def surely_satisfy(self, interest: Interest) -> bool:
        if interest.follows is Follows.PHRASE:
            return phrase_in(interest.value, self.amendment)
        return interest in self.interests


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A subscription wants an amendment; ``reason`` stands behind the name of whoever has the subscription."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWanted:
    """A subscription doesn't want an amendment."""

    reason: str


def significance_of(amendment: Amendment) -> Significance:
    """How much an amendment matters. In doubt it has changed something."""
    if amendment.reread:
        return Significance.REREAD
    if amendment.kind is AmendmentKind.LINK:
        return Significance.MINOR
    sentences = sentences_of(amendment.details)
    if amendment.kind is AmendmentKind.UPDATED and sentences and all(map(_is_minor, sentences)):
        return Significance.MINOR
    return Significance.CHANGED


def keys_of(amendment: Amendment, *, topics: Topics, contents: ContentsReading | None) -> AmendmentKeys:
    """What an amendment satisfies: everything, its topics, its chapter, the sections that its chapter stands in.

    Where its title was lost, the chapters that it could be count as its chapter; a chapter that the contents don't
    know (a removed one, say) is in no section.
    """
    titles = (*([amendment.title] if amendment.title else amendment.candidates), *amendment.former_titles)
    sections = _places(contents).of(amendment.url, titles)
    ids = topics.topics_of(
        amendment.title,
        amendment.details,
        section=sections[0].title if sections and amendment.title else None,
        former_titles=amendment.former_titles,
        candidates=amendment.candidates,
    )
    interests = (
        EVERYTHING,
        *(Interest.topic(id_) for id_ in ids),
        *(Interest.chapter(title) for title in titles),
        *(each for section in sections for each in _section_interests(section)),
    )
    return AmendmentKeys(amendment=amendment, interests=frozenset(interests))


def phrase_in(phrase: str, amendment: Amendment) -> bool:
    """Whether a phrase stands in an amendment's title, a former one or its details: whole words, any endings."""
    return _phrase(phrase).within(_said_in(amendment))


def wanted(
    keys: AmendmentKeys,
    interest: Interest,
    *,
    exclusions: Iterable[Interest] = (),
    least: Significance = Significance.MINOR,
    topics: Topics,
) -> Match | NotWanted:
    """The whole decision for one subscription. What the store does with joins comes to the same."""
    if not keys.satisfy(interest):
        return NotWanted(reason=ELSEWHERE)
    if any(keys.surely_satisfy(each) for each in exclusions):
        return NotWanted(reason=LEFT_OUT)
    if significance_of(keys.amendment) < least:
        return NotWanted(reason=TOO_SLIGHT)
    return Match(reason=reason_words(interest, topics) if keys.surely_satisfy(interest) else ANYBODYS)


def reason_words(interest: Interest, topics: Topics) -> str:
    """Why a subscription with this interest gets something, to stand behind the name of whoever has it."""
    value = interest.value
    match interest.follows:
        case Follows.EVERYTHING:
            return "follows everything"
        case Follows.TOPIC:
            return f"follows the topic {topics.get(value).name if value in topics else value}"
        case Follows.SECTION if value[:1].isdigit():
            return f"follows section {value}"
        case Follows.SECTION | Follows.CHAPTER | Follows.PHRASE:
            return f"follows the {interest.follows} “{value}”"


def can_match(interest: Interest, topics: Topics, contents: ContentsReading) -> bool:
    """Whether some chapter of a manual could ever satisfy an interest; anybody may write any phrase any day."""
    match interest.follows:
        case Follows.EVERYTHING | Follows.PHRASE:
            return True
        case Follows.TOPIC:
            return any(interest.value in ids for ids in _topics_of_chapters(topics, contents))
        case Follows.CHAPTER:
            return any(interest == Interest.chapter(chapter.title) for chapter in contents.chapters)
        case Follows.SECTION:
            return any(interest in _section_interests(section) for section in contents.sections)


def never_matches(topics: Topics, contents: ContentsReading) -> tuple[Topic, ...]:
    """The topics that no chapter of a manual belongs to: whoever follows one of them hears nothing."""
    known = {id_ for ids in _topics_of_chapters(topics, contents) for id_ in ids}
    return tuple(topic for topic in topics if topic.id not in known)


def _topics_of_chapters(topics: Topics, contents: ContentsReading) -> Iterator[tuple[str, ...]]:
    places = _places(contents)
    for chapter in contents.chapters:
        sections = places.of(chapter.url, (chapter.title,))
        yield topics.topics_of(chapter.title, "", section=sections[0].title if sections else None)


def _is_minor(sentence: str) -> bool:
    return any(pattern.fullmatch(fold(sentence)) for pattern in _MINOR)


def _section_interests(section: Section) -> tuple[Interest, ...]:
    """A section is followed by its number or by its title."""
    return tuple(Interest.section(each) for each in (section.number, section.title) if each)


@lru_cache(maxsize=1_000)
def _phrase(text: str) -> Phrase:
    return Phrase.read(text)


@lru_cache(maxsize=200)
def _said_in(amendment: Amendment) -> str:
    texts = (amendment.title or "", *amendment.former_titles, amendment.details)
    return STOP.join(wording_of_sentences(text) for text in texts)


class _Places:
    """Where the chapters of a contents list stand: the sections around each, innermost first."""

    def __init__(self, contents: ContentsReading) -> None:
        self._sections = {each.number or each.title: each for each in reversed(contents.sections)}
        self._by_slug: dict[str, tuple[Section, ...]] = {}
        self._by_title: dict[str, tuple[Section, ...]] = {}
        for chapter in contents.chapters:
            around = tuple(self._around(chapter))
            self._by_title.setdefault(title_key(chapter.title), around)
            if slug := url_slug(chapter.url):
                self._by_slug.setdefault(slug, around)

    def of(self, url: str | None, titles: Iterable[str]) -> tuple[Section, ...]:
        """The sections around the chapter with this link or, failing that, around those with these titles."""
        slug = url_slug(url)
        if slug in self._by_slug:
            return self._by_slug[slug]
        found = (each for title in titles for each in self._by_title.get(title_key(title), ()))
        return tuple(dict.fromkeys(found))

    def _around(self, chapter: Chapter) -> Iterator[Section]:
        place = chapter.section
        while place:
            if place in self._sections:
                yield self._sections[place]
            place = place.rpartition(".")[0] if place[:1].isdigit() else ""


@lru_cache(maxsize=64)
def _places(contents: ContentsReading | None) -> _Places:
    """The places of a contents list; of none where there is no contents list."""
    return _Places(contents or ContentsReading(sections=(), chapters=()))

"""The sections of its own chapter that an entry names ("Section 5.2.5, Providing Support"), never a statute's."""

from __future__ import annotations

import re

from manual.amendments.wording import MAX_READ

# "Section 5.2.5", "Sections 2, 3 and 4", "section 6.5", "Section 4l" (a slip for 4; seen once)
_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?"
_BETWEEN = r"(?:\s*,\s*|\s*&\s*|\s+(?:and|to|or)\s+|\s?[-–]\s?)"
SECTION = re.compile(
    r"\b[Ss](?:ections?|ECTIONS?)\s+(?:number |no\.? )?"
    rf"({_NUMBER}(?:{_BETWEEN}{_NUMBER}(?!\w|\.\d))*)(?![\w(])"
)
# "Sections 4, Placements and 5, Reviews": the second number has no "Section" of its own
FURTHER = re.compile(r"\b(?:and|&|,)\s+(\d{1,2}(?:\.\d{1,2}){0,4}[a-z]?)\s*,\s+(?=[A-Z'‘\"“])")
END_OF_SENTENCE = re.compile(r"[.;](?:\s|$)")
MAX_SENTENCE = 400
NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*[a-z]?", re.IGNORECASE)

ACT = re.compile(
    r",?\s+(?:the\s+)?(?:[A-Z(][\w'’()&-]*,?\s+|(?:and|of|for|in|the|to|etc)\s+){0,12}?"
    r"(?:Acts?|Regulations?|CA)\b(?! (?:has|have|was|were)\b)"
    r"(?:\s+\(?(?:19|20)\d\d\)?(?!\s+[A-Z]))?(?!\s+(?:19|20)\d\d)"
)
OF_THE_CHAPTER = re.compile(r"\s*,?\s+of (?:the|this) (?:chapter|procedure|policy|guidance|document|protocol)")
OF = re.compile(r"\s*,?\s+(?:of|under) ")
TITLED = re.compile(r"\s*(?:,|:|[-–—])\s*[A-Z'‘’\"“(]|\s+\([A-Z]|\s*['‘\"“]")
DONE = re.compile(
    r"\s+(?:[A-Z][^.;]{0,100}?\s+)?(?:(?:has|have|had|was|were|is|are)\b|(?:now|which|about|on|titled|entitled|called)\b)"
)
ENDS = re.compile(r"\s*(?:[.;:)]|,(?!\s*[A-Z])|$|to (?:reflect|include|add|clarify|provide|make|take)\b)")
JOINED = re.compile(r"\s*(?:and|or|&)\s*(?:in\s+)?")

# Sections of the Children Act 1989 and its neighbours that practice calls by number alone.
STATUTE = frozenset("16 17 20 22 23 24 25 26 31 33 34 35 38 44 46 47 50 53 67 75 85 86 117 136 175 251".split())
STATUTE_NOUN = re.compile(
    r"\s+(?:reports?|orders?|enquir|inquir|investigation|accommodation|agreement|assessments?|child|duty|duties"
    r"|application|request|meeting|strategy|arrangement|status|direction|aftercare|after-care|audit)",
    re.IGNORECASE,
)


def sections_named(details: str) -> tuple[str, ...]:
    """The numbers of the chapter's sections that the details name, each once, in the order of first mention.

    What tells them from a statute's sections is what follows: a comma and the section's title, not an Act.
    """
    if "ection" not in details and "ECTION" not in details:
        return ()
    details = details[:MAX_READ]
    references = list(SECTION.finditer(details))
    verdicts: list[bool] = []
    for position in range(len(references) - 1, -1, -1):
        end = references[position].end()
        if verdicts and JOINED.fullmatch(details, end, references[position + 1].start()):
            verdicts.append(verdicts[-1])  # "Section 7 and Section 37 Reports": the second says what both are
        else:
            verdicts.append(_of_chapter(NUMBER.findall(references[position].group(1)), details, end))
    numbers: dict[str, None] = {}
    for reference, of_chapter in zip(references, reversed(verdicts), strict=True):
        if of_chapter:
            numbers |= dict.fromkeys(map(_corrected, NUMBER.findall(reference.group(1))))
            if reference.group()[7:8] in "sS":
                end = _end_of_sentence(details, reference.end())
                numbers |= dict.fromkeys(map(_corrected, FURTHER.findall(details, reference.end(), end)))
    return tuple(numbers)


def _of_chapter(numbers: list[str], details: str, end: int) -> bool:
    if OF_THE_CHAPTER.match(details, end):
        return True
    if OF.match(details, end) or ACT.match(details, end):
        return False
    if any("." in number for number in numbers) or TITLED.match(details, end):
        return True
    if any(number in STATUTE for number in numbers) or STATUTE_NOUN.match(details, end):
        return False
    return bool(DONE.match(details, end) or ENDS.match(details, end))


def _corrected(number: str) -> str:
    """ "4l" is a slip of the hand for 4; letters that do number sections are kept."""
    return number.removesuffix("l").lower()


def _end_of_sentence(details: str, start: int) -> int:
    found = END_OF_SENTENCE.search(details, start, start + MAX_SENTENCE)
    return found.start() if found else start + MAX_SENTENCE

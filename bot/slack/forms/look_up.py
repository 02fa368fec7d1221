"""The form that the command without words opens: chapters and topics while somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.shelf import ManualAtHand, chapter_key
from bot.slack import actions
from bot.slack.elements import option
from bot.slack.forms.context import FormContext, chosen, field, modal
from manual.identity import fold
from manual.reading import Chapter
from subscriptions.topics import Topic, Topics

CHAPTER = "chapter"
WORDS = "words"

MOST_CHAPTERS = 20
MOST_TOPICS = 5
MOST_SECTIONS = 5


def look_up_form(context: FormContext) -> dict[str, Any]:
    """A menu that fills while one types, and a field for one's own words."""
    blocks = [
        field(
            CHAPTER,
            "Chapter or topic",
            {"type": "external_select", "action_id": actions.CHAPTERS, "min_query_length": 1},
            optional=True,
            placeholder="Type a few letters or a number",
        ),
        field(
            WORDS,
            "Or say it in your own words",
            {"type": "plain_text_input", "max_length": 200},
            optional=True,
            placeholder="running away",
        ),
    ]
    return modal(actions.LOOK_UP_FORM, "Look up a procedure", blocks, context, submit="Look up")


def look_up_errors(state: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a submitted form, by field."""
    if chosen(state, CHAPTER) or chosen(state, WORDS):
        return {}
    return {WORDS: "Choose a chapter above, or write a few words here."}


def chapter_options(found: Sequence[tuple[ManualAtHand, Chapter]]) -> list[dict[str, Any]]:
    """Options for chapters, with the manual's name where they are of several."""
    several = len({manual.id for manual, _ in found}) > 1
    return [
        option(
            " ".join(filter(None, (chapter.number, chapter.title))),
            f"c:{chapter_key(manual.id, chapter.title)}",
            about=manual.name if several else "",
        )
        for manual, chapter in found
    ]


def section_options(typed: str, manuals: Sequence[ManualAtHand]) -> list[dict[str, Any]]:
    """Options for headings of the contents, which can be followed whole."""
    wanted = fold(typed)
    found = {
        f"s:{section.number or section.title}"[:150]: " ".join(filter(None, (section.number, section.title)))
        for each in manuals
        for section in each.contents.sections
        if (section.number or "").startswith(wanted) or wanted in fold(section.title)
    }
    return [option(words, value) for value, words in list(found.items())[:MOST_SECTIONS]]


def topic_options(typed: str, topics: Topics) -> list[dict[str, Any]]:
    """Options for topics that begin so, or are called nearly so."""
    wanted = fold(typed)
    begin: Iterable[Topic] = (
        topic for topic in topics if any(fold(name).startswith(wanted) for name in topic.names)
    )
    found = list({topic.id: topic for topic in (*begin, *topics.nearest(typed))}.values())[:MOST_TOPICS]
    return [option(topic.name, f"t:{topic.id}") for topic in found]


def grouped(*groups: tuple[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Option groups under headings, those without options left out."""
    return [
        {"label": {"type": "plain_text", "text": label}, "options": options}
        for label, options in groups
        if options
    ]

"""Which sections of a chapter changed, and the words that went and came."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manual.chapters.compare import ChapterComparison, compare_chapters
from manual.chapters.reader import read_chapter
from manual.chapters.word_changes import WordChange, word_change, word_key
from manual.page.layout import page_of
from manual.reading import ChapterReading, ChapterSection

TEXTS = {
    "Introduction": "A stay of 28 days makes it private fostering.\nThe child's wishes are asked for.",
    "Notification": "Carers tell the council six weeks ahead, or at once where that can't be.",
    "First Visit": "The first visit is made within seven working days. The child is seen alone.",
    "Later Visits": "There is a visit every six weeks in the first year, and every twelve weeks after that.",
    "When It Ends": "The file is closed when the child goes home, turns sixteen or moves to another area.",
}


def chapter(texts: dict[str, str], **more: object) -> ChapterReading:
    sections = tuple(
        ChapterSection(number=str(at), heading=heading, text=text)
        for at, (heading, text) in enumerate(texts.items(), start=1)
    )
    return ChapterReading(title="Private Fostering", sections=sections, **more)  # type: ignore[arg-type]


def compared(after: dict[str, str], before: dict[str, str] = TEXTS) -> ChapterComparison:
    return compare_chapters(chapter(before), chapter(after))


def told(comparison: ChapterComparison) -> dict[str, list[str]]:
    assert comparison.understood
    said = comparison.to_json()
    return {key: said[key] for key in ("changed_sections", "added", "removed") if said[key]}


def test_other_words_change_their_section() -> None:
    after = TEXTS | {"First Visit": TEXTS["First Visit"].replace("seven", "five")}
    assert told(compared(after)) == {"changed_sections": ["First Visit"]}


def test_numbers_and_amounts_are_words() -> None:
    for before, after in (
        ("28", "29"),
        ("£1.5", "£15"),
        ("£20", "£25"),
        ("2/3", "23"),
        ("may", "must"),
        ("5%", "5"),
    ):
        texts = {"Money": f"It costs {before} a day.", "Visits": "At home."}
        assert told(compared(texts | {"Money": f"It costs {after} a day."}, texts)) == {
            "changed_sections": ["Money"]
        }


def test_how_words_are_written_changes_nothing() -> None:
    after = {
        heading.upper(): text.replace("'", "’").replace(", ", " – ").replace(" ", "\xa0 ").replace(".\n", "\n\n")
        for heading, text in TEXTS.items()
    }
    assert told(compared(after)) == {}


def test_order_and_numbers_change_nothing() -> None:
    assert told(compared(dict(reversed(TEXTS.items())))) == {}


def test_sections_come_and_go() -> None:
    fewer = {heading: text for heading, text in TEXTS.items() if heading != "Notification"}
    assert told(compared(fewer)) == {"removed": ["Notification"]}
    assert told(compared({"In Short": "Say yes when you can, and write it down."} | TEXTS)) == {
        "added": ["In Short"]
    }


def test_new_heading_over_much_the_same_text_is_a_changed_section() -> None:
    after = {("Telling Us" if heading == "Notification" else heading): text for heading, text in TEXTS.items()}
    assert told(compared(after)) == {"changed_sections": ["Telling Us"]}
    after["Telling Us"] += " The call is written down."
    assert told(compared(after)) == {"changed_sections": ["Telling Us"]}


def test_new_heading_over_other_text_is_another_section() -> None:
    after = {heading: text for heading, text in TEXTS.items() if heading != "Notification"}
    after["Costs"] = "Nobody pays for a visit; the council keeps no list of fees."
    assert told(compared(after)) == {"added": ["Costs"], "removed": ["Notification"]}


def test_two_sections_of_one_name_are_told_apart_by_their_words() -> None:
    def reading(*texts: str) -> ChapterReading:
        sections = tuple(ChapterSection(number=None, heading="Visits", text=text) for text in texts)
        return ChapterReading(title="Private Fostering", sections=sections)

    before = reading("At home, once a month.", "At school, once a term.", "Anywhere, at any time.")
    assert told(compare_chapters(before, reading("At school, once a term.", "At home, once a month."))) == {
        "removed": ["Visits"]
    }


def test_reference_to_a_section_that_was_renumbered_is_the_same() -> None:
    before = {"Who": "See Section 2, Visits and section 47 of the Act.", "Visits": "At home, once a month."}
    after = {
        "In Short": "Say yes.",
        "Who": "See Section 3, Visits and section 47 of the Act.",
        "Visits": before["Visits"],
    }
    assert told(compared(after, before)) == {"added": ["In Short"]}
    assert told(compared(before | {"Who": "See Section 1, Who."}, before)) == {"changed_sections": ["Who"]}


def test_amendment_box_is_reported_apart() -> None:
    before, after = (
        chapter(TEXTS, amendment="May 2018: rewritten."),
        chapter(TEXTS, amendment="June 2019: rewritten."),
    )
    comparison = compare_chapters(before, after)
    assert told(comparison) == {}
    assert comparison.amendment == "June 2019: rewritten."
    assert compare_chapters(before, before).amendment is None


def test_what_it_refers_to_is_reported_apart() -> None:
    before, after = (
        chapter(TEXTS, related=("Assessments", "Contact")),
        chapter(TEXTS, related=("Contact.", "Visits")),
    )
    comparison = compare_chapters(before, after)
    assert told(comparison) == {}
    assert (comparison.related_added, comparison.related_removed) == (("Visits",), ("Assessments",))
    assert comparison.to_json()["related"] == {"added": ["Visits"], "removed": ["Assessments"]}


def test_another_or_a_broken_page_is_not_understood() -> None:
    whole = chapter(TEXTS)
    other = ChapterReading(
        title="Sign in", sections=(ChapterSection(number=None, heading="Sign in", text="Name"),)
    )
    hollow = chapter({"Introduction": "An error occurred."})
    cut = dict(list(TEXTS.items())[:3]) | {"First Visit": "The first visit is made within"}
    cut_at_the_end = TEXTS | {"When It Ends": "The file is closed when the child goes"}
    cut_between = dict(list(TEXTS.items())[:3])
    another = ChapterReading(title="Staying Put", sections=chapter(dict.fromkeys(TEXTS, "Other words.")).sections)
    for after in (other, hollow, chapter(cut), chapter(cut_at_the_end), chapter(cut_between), another):
        comparison = compare_chapters(whole, after)
        assert not comparison.understood
        assert comparison.reason
        assert comparison.to_json()["changed_sections"] == []


def test_chapter_under_another_title_is_the_same_by_its_words() -> None:
    after = ChapterReading(title="Children Who Live with Others", sections=chapter(TEXTS).sections)
    assert told(compare_chapters(chapter(TEXTS), after)) == {}


def test_shorter_last_section_is_a_change() -> None:
    after = TEXTS | {"When It Ends": "The file is closed when the child goes home."}
    assert told(compared(after)) == {"changed_sections": ["When It Ends"]}


# -- the words


def words(before: str, after: str) -> tuple[tuple[str, str], ...]:
    return word_change("Visits", before, after).parts


def test_words_that_went_and_came() -> None:
    assert words("A visit every eight weeks.", "A visit every six weeks.") == (
        ("equal", "A visit every "),
        ("removed", "eight "),
        ("added", "six "),
        ("equal", "weeks."),
    )


def test_lines_that_came_stay_whole() -> None:
    assert words("Ask.\nTell.", "Ask.\nWrite it down.\nTell.") == (
        ("equal", "Ask.\n"),
        ("added", "Write it down.\n"),
        ("equal", "Tell."),
    )


def test_changes_with_hardly_a_word_between_are_one() -> None:
    parts = words("The carer rings the worker at once.", "The manager writes the team by noon.")
    assert parts == (
        ("equal", "The "),
        ("removed", "carer rings the worker at once."),
        ("added", "manager writes the team by noon."),
    )


def test_long_unchanged_text_is_shortened_around_the_change() -> None:
    filler = "Nothing of this has changed in any way. " * 30
    parts = words(f"{filler}Eight weeks. {filler}", f"{filler}Six weeks. {filler}")
    assert [op for op, _ in parts] == ["equal", "removed", "added", "equal"]
    assert parts[0][1].startswith("…") and parts[0][1].endswith("in any way. ")
    assert all(len(text) < 200 for _, text in parts)


PROSE = st.lists(st.sampled_from("the child is seen at home alone, weekly. – • 28 £5\n".split(" ")), max_size=30)


@given(PROSE, PROSE)
@settings(max_examples=80, deadline=None)
def test_parts_make_up_both_texts(before: list[str], after: list[str]) -> None:
    old, new = " ".join(before), " ".join(after)
    parts = words(old, new)
    if not any("…" in text for _, text in parts):
        assert word_key("".join(text for op, text in parts if op != "added")) == word_key(old)
        assert word_key("".join(text for op, text in parts if op != "removed")) == word_key(new)
    if word_key(old) != word_key(new):
        assert any(op != "equal" for op, _ in parts)


def test_very_long_sections_are_compared_all_the_same() -> None:
    old = " ".join(f"word{at}" for at in range(12_000))
    new = " ".join(f"word{at}x" for at in range(12_000))
    assert words(old, new) == (("removed", old), ("added", new))
    assert words(old, old + " more")[-1] == ("added", "more")


def test_change_can_be_stored() -> None:
    change = WordChange(heading="Visits", parts=(("removed", "a"), ("added", "b")))
    assert change.to_json() == {"heading": "Visits", "parts": [["removed", "a"], ["added", "b"]]}


# -- any change, in any two markups


class Edit(NamedTuple):
    kind: str
    at: int


HEADINGS = ["Introduction", "Notification", "Visits", "Delegated Authority", "Records", "When It Ends"]
MARKUPS = (
    "<h2>{number}. {heading}</h2>{paragraphs}",
    "<h2>{heading}</h2>{paragraphs}",
    "<p><b>{number}. {heading}</b></p>{paragraphs}",
    "<table><tr><td><b>{number}.</b></td><td><b>{heading}</b></td></tr></table>{paragraphs}",
    "<h3><span>{number}</span><span>{heading}</span></h3>{paragraphs}",
)


def html(sections: dict[str, list[str]], markup: str, *, furniture: bool) -> str:
    body = "".join(
        markup.format(number=at, heading=heading, paragraphs="".join(f"<p>{line}</p>" for line in lines))
        for at, (heading, lines) in enumerate(sections.items(), start=1)
    )
    banner = "<div>We use cookies to count visits</div><ul><li><a href=/>Home</a></li></ul>" if furniture else ""
    footer = "<p><a href=#top>Back to top</a></p><p>© Eastmere Council</p>" if furniture else ""
    return f"<html><body>{banner}<h1>4.2.1 Private Fostering</h1>{body}{footer}</body></html>"


SENTENCE = st.lists(
    st.sampled_from("child carer worker home school visit plan review risk week council".split()),
    min_size=4,
    max_size=9,
).map(lambda chosen: f"The {' '.join(chosen)}.")


@given(
    st.lists(st.lists(SENTENCE, min_size=2, max_size=4), min_size=6, max_size=6),
    st.lists(
        st.builds(Edit, st.sampled_from(["word", "sentence", "gone", "new"]), st.integers(0, 5)),
        max_size=2,
        unique_by=lambda edit: edit.at,
    ),
    st.sampled_from(MARKUPS),
    st.sampled_from(MARKUPS),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_edit_is_found_and_nothing_else(
    texts: list[list[str]], edits: list[Edit], markup: str, other_markup: str, furniture: bool
) -> None:
    before = {
        heading: [f"Of {heading.lower()}: {line}" for line in lines]
        for heading, lines in zip(HEADINGS, texts, strict=True)
    }
    after: dict[str, list[str]] = {}
    changed, added, removed = [], [], []
    by_place = {edit.at: edit.kind for edit in edits}
    for at, (heading, lines) in enumerate(before.items()):
        match by_place.get(at):
            case "gone":
                removed.append(heading)
                continue
            case "word":
                after[heading] = [lines[0].replace("The ", "Every "), *lines[1:]]
                changed.append(heading)
            case "sentence":
                after[heading] = [*lines, "A manager signs it off."]
                changed.append(heading)
            case "new":
                added.append(f"More on {heading}")
                after[added[-1]] = ["Nothing like it stood here before today."]
                after[heading] = lines
            case _:
                after[heading] = lines
    comparison = compare_chapters(
        read_chapter(page_of(html(before, markup, furniture=False))),
        read_chapter(page_of(html(after, other_markup, furniture=furniture))),
    )
    assert comparison.understood, comparison.reason
    assert list(comparison.changed_sections) == changed
    assert list(comparison.added) == added
    assert list(comparison.removed) == removed


@pytest.mark.parametrize("markup", MARKUPS)
def test_same_chapter_in_another_markup_has_not_changed(markup: str) -> None:
    sections = {heading: text.split("\n") for heading, text in TEXTS.items()}
    before = read_chapter(page_of(html(sections, MARKUPS[0], furniture=True)))
    after = read_chapter(page_of(html(sections, markup, furniture=False)))
    assert told(compare_chapters(before, after)) == {}

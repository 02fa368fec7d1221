"""Looking up chapters: what answers, how sure that is, and why."""

from __future__ import annotations

import pytest

from manual.identity import title_key
from manual.lookup.glossary import Glossary
from manual.lookup.glossary_file import Concept
from manual.lookup.lookup import Answers, Extras, Lookup
from manual.reading import Chapter, ContentsReading, Section, SeeAlso

GLOSSARY = Glossary(
    (
        Concept(name="looked after children", also=("LAC", "looked after", "children in care")),
        Concept(
            name="unaccompanied asylum seeking children",
            also=("UASC", "unaccompanied children"),
            asked=("refugee",),
        ),
        Concept(
            name="overnight stays", asked=("sleepover", "stay friend's house"), under=("delegated authority",)
        ),
        Concept(name="delegated authority", also=("delegation of authority",), asked=("haircut",)),
        Concept(name="female genital mutilation", also=("FGM",)),
        Concept(name="section 47 enquiries", also=("section 47",)),
        Concept(name="tattoos", under=("delegated authority",)),
        Concept(name="council tax", outside=True),
        Concept(name="reunification", asked=("going home",)),
    )
)
CONTENTS = ContentsReading(
    sections=(
        Section(number="1", title="All Children"),
        Section(number="1.1", title="Protection"),
        Section(number="1.2", title="Court"),
        Section(number="2", title="Children in Care"),
        Section(number="2.1", title="Homelessness"),
        Section(number="2.2", title="Fostering"),
    ),
    chapters=(
        Chapter(
            number="1.1.1",
            title="Child Protection Enquiries (Section 47)",
            section="1.1",
            url="https://m.example/s47",
        ),
        Chapter(number="1.1.2", title="Unaccompanied Children", section="1.1"),
        Chapter(number="1.1.3", title="Child Protection Conferences", section="1.1"),
        Chapter(number="1.2.1", title="Emergency Protection Orders", section="1.2"),
        Chapter(number="1.2.2", title="Legal Planning Meetings", section="1.2"),
        Chapter(number="2.2.1", title="Delegation of Authority to Foster Carers", section="2.2"),
        Chapter(number="2.2.2", title="Fostering Panel", section="2.2"),
        Chapter(number="2.2.3", title="Looked After Reviews", section="2.2"),
        Chapter(number="2.2.4", title="Adoption Reviews", section="2.2"),
        Chapter(number="2.2.5", title="Statement of Purpose", section="2.2"),
    ),
    see_also=(
        SeeAlso(section="1.2", text="The 1996 Hague Convention (Government Library)", url="https://hague.example"),
        SeeAlso(section="2.2", text="Fostering panel"),
    ),
)


def put(contents: ContentsReading = CONTENTS, extras: dict[str, Extras] | None = None) -> Lookup:
    lookup = Lookup(GLOSSARY)
    keyed = {title_key(title): extra for title, extra in (extras or {}).items()}
    lookup.put("westmere", contents, keyed)
    return lookup


def numbers(answers: Answers) -> list[str | None]:
    return [answer.number for answer in answers.answers]


def first(query: str, lookup: Lookup | None = None) -> str | None:
    answers = (lookup or put()).look_up(query, "westmere")
    return numbers(answers)[0] if answers.answers else None


class TestWhatAnswers:
    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ("Fostering Panel", "2.2.2"),
            ("emergency protection order", "1.2.1"),
            ("reviewing looked after children", "2.2.3"),
            ("legal planning", "1.2.2"),
            ("fosterng panel", "2.2.2"),
            ("adotpion reveiws", "2.2.4"),
        ],
    )
    def test_a_title_answers_whatever_form_its_words_have(self, query: str, number: str) -> None:
        assert first(query) == number

    @pytest.mark.parametrize(
        ("query", "number"),
        [("UASC", "1.1.2"), ("LAC review", "2.2.3"), ("s47", "1.1.1"), ("s.47 enquiry", "1.1.1")],
    )
    def test_a_concept_answers_under_any_of_its_names(self, query: str, number: str) -> None:
        assert first(query) == number

    @pytest.mark.parametrize(
        ("query", "number"), [("refugee", "1.1.2"), ("who can agree to a haircut", "2.2.1"), ("going home", None)]
    )
    def test_everyday_words_lead_to_their_concept(self, query: str, number: str | None) -> None:
        assert first(query) == number

    def test_a_concept_without_a_chapter_is_looked_for_elsewhere(self) -> None:
        assert first("can he stay at his friend's house") == "2.2.1"

    def test_but_not_where_it_has_its_own(self) -> None:
        chapters = (
            *CONTENTS.chapters,
            Chapter(number="2.2.9", title="Sleeping Away: Overnight Stays", section="2.2"),
        )
        contents = ContentsReading(sections=CONTENTS.sections, chapters=chapters)

        assert first("sleepover", put(contents)) == "2.2.9"

    def test_a_title_may_be_what_people_ask(self) -> None:
        chapters = (*CONTENTS.chapters, Chapter(number="2.2.9", title="Going Home", section="2.2"))

        assert first("reunification", put(ContentsReading(sections=(), chapters=chapters))) == "2.2.9"

    def test_the_headings_above_help(self) -> None:
        assert first("fostering statement of purpose") == "2.2.5"

    def test_a_see_also_entry_answers_with_its_sections_number(self) -> None:
        answer = put().look_up("hague convention", "westmere").answers[0]

        assert (answer.number, answer.url) == ("1.2", "https://hague.example")

    def test_where_a_see_also_entry_comes_from_is_no_answer(self) -> None:
        assert first("library") is None

    def test_a_see_also_entry_that_is_a_chapter_is_there_once(self) -> None:
        titles = [answer.title.casefold() for answer in put().look_up("fostering panel", "westmere").answers]

        assert titles.count("fostering panel") == 1

    def test_a_heading_without_chapters_answers(self) -> None:
        assert first("homelessness") == "2.1"


class TestNumbers:
    @pytest.mark.parametrize("query", ["1.1.3", " 1.1.3 ", "1.1.3.", "chapter 1.1.3", "Section 1.1.3"])
    def test_a_number_is_its_chapter(self, query: str) -> None:
        answers = put().look_up(query, "westmere")

        assert numbers(answers) == ["1.1.3"]
        assert answers.confident

    @pytest.mark.parametrize("number", ["2.2", "1"])
    def test_or_its_heading(self, number: str) -> None:
        assert first(number) == number

    @pytest.mark.parametrize("number", ["9.9.9", "1.1.4", "3"])
    def test_a_number_that_is_not_there_answers_nothing(self, number: str) -> None:
        assert put().look_up(number, "westmere").answers == ()


class TestHonesty:
    @pytest.mark.parametrize(
        "query",
        ["FGM", "council tax", "council tax for foster carers", "parking permit", "", "?", "the", "zzz qqq"],
    )
    def test_nothing_is_said_where_nothing_answers(self, query: str) -> None:
        answers = put().look_up(query, "westmere")

        assert answers.answers == ()
        assert not answers.confident

    def test_what_only_the_name_of_something_lacking_is_like_answers_nothing(self) -> None:
        panel = ("forced marriage of the applicants", "applicants' marriage", "marriage of the applicants ended")
        lookup = Lookup(Glossary((Concept(name="forced marriage"), Concept(name="fostering panel", asked=panel))))
        lookup.put("westmere", CONTENTS)

        assert lookup.look_up("forced marriage", "westmere").answers == ()
        assert numbers(lookup.look_up("forced marriage applicants", "westmere"))[0] == "2.2.2"

    def test_a_clear_answer_is_confident(self) -> None:
        assert put().look_up("fostering panel", "westmere").confident

    def test_an_ambiguous_query_gets_several_answers_and_no_confidence(self) -> None:
        answers = put().look_up("reviews", "westmere")

        assert set(numbers(answers)[:2]) == {"2.2.3", "2.2.4"}
        assert not answers.confident

    def test_another_concepts_chapter_is_never_confident(self) -> None:
        answers = put().look_up("tattoos", "westmere")

        assert numbers(answers) == ["2.2.1"]
        assert not answers.confident


class TestWhatElseIsKnown:
    def test_a_title_of_old_answers(self) -> None:
        extras = {"Fostering Panel": Extras(former_titles=("Permanence Board",))}

        assert first("permanence board", put(extras=extras)) == "2.2.2"

    def test_but_not_before_a_title_of_now(self) -> None:
        extras = {"Fostering Panel": Extras(former_titles=("Adoption Reviews",))}

        assert first("adoption reviews", put(extras=extras)) == "2.2.4"

    def test_a_chapters_text_answers_where_no_title_does(self) -> None:
        extras = {
            "Delegation of Authority to Foster Carers": Extras(text="Carers may keep an epipen. The epipen ...")
        }

        answers = put(extras=extras).look_up("epipen", "westmere")

        assert numbers(answers) == ["2.2.1"]
        assert not answers.confident
        assert answers.answers[0].reasons == ("in the text: epipen",)

    def test_of_two_texts_the_one_that_says_it_more_often(self) -> None:
        extras = {
            "Fostering Panel": Extras(text="quorum"),
            "Adoption Reviews": Extras(text="quorum quorum quorum"),
        }

        assert first("quorum", put(extras=extras)) == "2.2.4"

    def test_an_amendments_details_count_as_text_and_more(self) -> None:
        extras = {"Fostering Panel": Extras(text="quorum quorum"), "Adoption Reviews": Extras(details="quorum")}

        assert first("quorum", put(extras=extras)) == "2.2.4"

    def test_a_text_is_no_title(self) -> None:
        extras = {"Adoption Reviews": Extras(text="fostering panel " * 50)}

        assert first("fostering panel", put(extras=extras)) == "2.2.2"

    def test_equals_stand_in_the_manuals_order(self) -> None:
        chapters = tuple(
            Chapter(number=f"1.{at}", title=title) for at, title in enumerate(("Beta Forms", "Alpha Forms"))
        )
        lookup = put(ContentsReading(sections=(), chapters=chapters))

        assert numbers(lookup.look_up("forms", "westmere")) == ["1.0", "1.1"]


class TestReasons:
    def test_the_meaning_of_an_acronym(self) -> None:
        reasons = put().look_up("UASC", "westmere").answers[0].reasons

        assert reasons == ("uasc = unaccompanied asylum seeking children",)

    def test_a_correction(self) -> None:
        reasons = put().look_up("fosterng panel", "westmere").answers[0].reasons

        assert "fosterng read as fostering" in reasons

    def test_where_the_glossary_says_to_look(self) -> None:
        assert "tattoos: see delegated authority" in put().look_up("tattoos", "westmere").answers[0].reasons

    def test_the_document_is_the_contracts(self) -> None:
        document = put().look_up("child protection enquiries", "westmere").to_json()

        assert list(document) == ["query", "answers", "confident"]
        assert document["query"] == "child protection enquiries"
        assert document["confident"] is True
        assert list(document["answers"][0]) == ["number", "title", "url", "score"]
        assert document["answers"][0]["url"] == "https://m.example/s47"
        assert 0 < document["answers"][0]["score"] <= 1

    def test_explained_it_says_why(self) -> None:
        document = put().look_up("s47", "westmere").to_json(explain=True)

        assert document["answers"][0]["reasons"]


class TestManyManuals:
    def several(self) -> Lookup:
        lookup = put()
        eastmere = (Chapter(number="7.1", title="Bedtimes"), Chapter(number="7.2", title="Fostering Panel"))
        lookup.put("eastmere", ContentsReading(sections=(), chapters=eastmere))
        return lookup

    def test_one_manual_knows_nothing_of_another(self) -> None:
        assert self.several().look_up("bedtimes", "westmere").answers == ()

    def test_all_are_searched_where_none_is_named(self) -> None:
        answers = self.several().look_up("bedtimes").answers

        assert [(answer.manual, answer.number) for answer in answers] == [("eastmere", "7.1")]

    def test_the_same_title_is_found_in_each(self) -> None:
        answers = self.several().look_up("fostering panel").answers

        assert {(answer.manual, answer.number) for answer in answers[:2]} == {
            ("westmere", "2.2.2"),
            ("eastmere", "7.2"),
        }

    def test_answers_of_one_manual_are_the_same_whatever_others_are_there(self) -> None:
        for query in ("fosterng panel", "reviews", "UASC", "bedtimes"):
            assert self.several().look_up(query, "westmere") == put().look_up(query, "westmere")

    def test_a_manual_that_is_put_again_is_as_if_it_had_been_so_at_first(self) -> None:
        lookup = self.several()
        lookup.put("eastmere", ContentsReading(sections=(), chapters=(Chapter(number="8", title="Mealtimes"),)))

        assert lookup.look_up("bedtimes").answers == ()
        assert numbers(lookup.look_up("mealtimes")) == ["8"]
        assert lookup.manuals == ("westmere", "eastmere")

    def test_a_manual_that_is_removed_is_gone(self) -> None:
        lookup = self.several()
        lookup.remove("eastmere")

        assert lookup.look_up("bedtimes").answers == ()
        with pytest.raises(KeyError):
            lookup.look_up("bedtimes", "eastmere")

    def test_no_manual_answers_nothing(self) -> None:
        assert Lookup(GLOSSARY).look_up("anything").answers == ()

    def test_an_empty_manual_answers_nothing(self) -> None:
        assert put(ContentsReading(sections=(), chapters=())).look_up("anything", "westmere").answers == ()


def test_a_manual_without_numbers_answers_by_title() -> None:
    contents = ContentsReading(
        sections=(Section(number=None, title="Fostering"),),
        chapters=(
            Chapter(number=None, title="Panel", section="Fostering"),
            Chapter(number=None, title="Bedtimes"),
        ),
    )

    answer = put(contents).look_up("fostering panel", "westmere").answers[0]

    assert (answer.number, answer.title) == (None, "Panel")

"""The glossary: what ships holds together, a council's own file wins, and concepts are found in texts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from config.files import SHIPPED, ConfigError, load_toml
from manual.lookup.glossary import Glossary, load_glossary
from manual.lookup.glossary_file import Alike, Concept, GlossaryFile
from manual.lookup.phrases import tag
from manual.lookup.words import EMPTY_STEMS, TELLING_STEMS, stems_of

GLOSSARY = load_glossary()
shipped = load_toml(SHIPPED / "glossary.toml", GlossaryFile)
CHILDREN = Concept(name="looked after children", also=("LAC", "CLA", "children in care"))
HEALTH = Concept(name="health of looked after children", also=("IHA",), asked=("dentist", "see a doctor"))
PUT = Concept(name="staying put", asked=("stay foster carer",), under=("leaving care",))


def names_in(text: str, *concepts: Concept) -> set[str]:
    glossary = Glossary(concepts)
    return {glossary.concepts[each.concept].name for each in glossary.find_names(stems_of(text))}


def asked_in(text: str, *concepts: Concept, alike: tuple[Alike, ...] = ()) -> set[str]:
    glossary = Glossary(concepts, alike)
    return {glossary.concepts[each.concept].name for each in glossary.find_asked(stems_of(text))}


class TestShipped:
    """config/glossary.toml."""

    def test_it_has_at_least_300_concepts(self) -> None:
        assert len(shipped.concept) >= 300

    def test_no_concept_is_there_twice(self) -> None:
        counts = Counter(tuple(stems_of(concept.name)) for concept in shipped.concept)

        assert [name for name, count in counts.items() if count > 1] == []

    def test_every_place_to_look_under_is_a_concept(self) -> None:
        glossary = GLOSSARY

        for number, concept in enumerate(glossary.concepts):
            for phrase, features in zip(concept.under, glossary.under[number], strict=True):
                assert len(features) == 1, f"{concept.name}: {phrase}"
                assert all(each.startswith("@") for each in features), f"{concept.name}: {phrase}"

    def test_nothing_asked_is_a_word_or_two_that_say_nothing(self) -> None:
        for concept in shipped.concept:
            for phrase in concept.asked:
                stems = stems_of(phrase)
                assert set(stems) - (EMPTY_STEMS - TELLING_STEMS) or len(stems) > 2, f"{concept.name}: {phrase}"

    def test_nothing_asked_of_a_concept_is_its_name_already(self) -> None:
        for concept in shipped.concept:
            names = {tuple(each.casefold().split()) for each in concept.names}
            for phrase in concept.asked:
                assert tuple(phrase.casefold().split()) not in names, f"{concept.name}: {phrase}"

    def test_every_question_is_of_a_concept_and_of_one_alone(self) -> None:
        questions = load_toml(SHIPPED / "questions.toml", GlossaryFile).questions
        asked = Counter(each.casefold() for of_one in questions.values() for each in of_one)

        assert questions.keys() <= {concept.name for concept in shipped.concept}
        assert [each for each, count in asked.items() if count > 1] == []

    def test_it_names_no_address(self) -> None:
        text = (SHIPPED / "glossary.toml").read_text("utf-8")

        assert "http" not in text
        assert "www." not in text

    @pytest.mark.parametrize(
        "acronym",
        """PLO EPO ICO SGO IRO PEP EHCP NRPF DoLS CP-IS MAPPA MARAC LADO ADM CICA NRM UASC FGM FII CSE CCE PACE HSB
        SHB LAC CLA CIN""".split(),
    )
    def test_it_knows_the_trades_acronyms(self, acronym: str) -> None:
        assert GLOSSARY.acronyms[acronym]

    @pytest.mark.parametrize("section", ["s47", "s20", "s17", "s117", "section 31", "Section 44"])
    def test_it_knows_the_sections_of_statutes(self, section: str) -> None:
        assert GLOSSARY.expand(section)


class TestOwnFile:
    """A council's own entries win."""

    def own(self, tmp_path: Path, text: str) -> Path:
        path = tmp_path / "glossary.toml"
        path.write_text(text, "utf-8")
        return path

    def test_a_new_entry_is_added(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[[concept]]\nname = "harbour team"\nalso = ["HT"]\n')

        assert load_glossary(path).expand("HT") == ("harbour team", "HT")

    def test_an_entry_of_the_same_name_replaces_the_shipped_one(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[[concept]]\nname = "Staying Put"\nalso = ["SPA"]\n')

        glossary = load_glossary(path)

        assert glossary.expand("staying put arrangements")[:2] == ("Staying Put", "SPA")
        assert len(glossary.concepts) == len(shipped.concept)

    def test_a_name_that_is_taken_is_the_councils(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[[concept]]\nname = "parental alienation"\nalso = ["PA"]\n')

        assert load_glossary(path).acronyms["PA"] == ("parental alienation",)

    def test_words_may_be_declared_alike(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[[alike]]\nwords = ["dentist", "toothpuller"]\n')

        found = load_glossary(path).find_asked(stems_of("toothpuller"))

        assert found

    def test_questions_are_added_to_those_of_the_concept_that_they_name(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[questions]\n"staying put" = ["bunking at his old gaff"]\n')

        glossary = load_glossary(path)

        (like,) = glossary.like(stems_of("he is bunking at the old gaff"), most=1)
        assert (glossary.concepts[like.concept].name, like.phrase) == ("staying put", "bunking at his old gaff")
        assert glossary.expand("staying put arrangements") == load_glossary().expand("staying put arrangements")

    def test_questions_of_no_concept_are_an_error_that_names_the_nearest(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[questions]\n"stayin put" = ["x"]\n')

        with pytest.raises(ConfigError, match=r"'stayin put'.*did you mean 'staying put'"):
            load_glossary(path)

    def test_an_unknown_key_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        path = self.own(tmp_path, '[[concept]]\nname = "x"\nasks = ["y"]\n')

        with pytest.raises(ConfigError, match=r"asks.*did you mean 'asked'"):
            load_glossary(path)


class TestNames:
    """Names found in texts."""

    def test_any_name_is_found(self) -> None:
        assert names_in("CLA reviews", CHILDREN) == {"looked after children"}
        assert names_in("Children in Care Council", CHILDREN) == {"looked after children"}

    def test_what_people_ask_is_no_name(self) -> None:
        assert names_in("dentist", HEALTH) == set()

    def test_a_name_made_of_another_is_found_with_that_ones_names(self) -> None:
        assert "health of looked after children" in names_in("Health of Children in Care", CHILDREN, HEALTH)
        assert "health of looked after children" in names_in("CLA health", CHILDREN, HEALTH)

    def test_its_parts_must_be_near_each_other(self) -> None:
        text = "Health visitors, midwives and everybody else who sees CLA"

        assert names_in(text, CHILDREN, HEALTH) == {"looked after children"}


class TestAsked:
    """What people ask, found in questions."""

    def test_words_may_stand_apart_and_in_any_order(self) -> None:
        assert asked_in("can his foster carer let him stay", PUT) == {"staying put"}

    def test_so_may_a_names_words(self) -> None:
        capacity = Concept(name="mental capacity act")

        assert names_in("the act on capacity, mental that is", capacity) == set()
        assert asked_in("the act on capacity, mental that is", capacity) == {"mental capacity act"}

    def test_but_not_far_apart(self) -> None:
        text = "can we stay in the hotel near the new fostering office where every carer is"

        assert asked_in(text, PUT) == set()

    def test_words_that_turn_the_meaning_count(self) -> None:
        homeless = Concept(name="homelessness", asked=("no home",))

        assert asked_in("he has no home", homeless) == {"homelessness"}
        assert asked_in("he is at home", homeless) == set()

    def test_a_phrase_of_common_words_is_found_only_as_it_stands(self) -> None:
        induction = Concept(name="induction", asked=("new social worker",))

        assert asked_in("we have a new social worker", induction) == {"induction"}
        assert asked_in("the social worker has a new job", induction) == set()

    def test_words_alike_are_one(self) -> None:
        hit = Concept(name="allegations", asked=("carer hit",))
        alike = (Alike(words=("hit", "smack", "slap")),)

        assert asked_in("the carer slapped him", hit, alike=alike) == {"allegations"}
        assert asked_in("the carer slapped him", hit) == set()


class TestTitles:
    """What a title carries."""

    glossary = Glossary(
        (
            CHILDREN,
            Concept(name="missing children", also=("missing",)),
            Concept(name="missing from education"),
            PUT,
        )
    )

    def test_stems_and_concepts(self) -> None:
        title = self.glossary.title("Reviews for Children in Care")

        assert {"review", tag(0)} <= title.features
        assert title.behind[tag(0)] == ("child", "in", "care")

    def test_a_name_inside_a_longer_one_is_apart(self) -> None:
        title = self.glossary.title("Children Missing from Education")

        assert tag(2) in title.features
        assert tag(1) not in title.features
        assert tag(1) in title.inner

    def test_no_name_goes_on_behind_a_colon(self) -> None:
        assert tag(3) not in self.glossary.title("Staying: Put Simply").features

    def test_what_people_ask_is_a_hint(self) -> None:
        assert "~3" in self.glossary.title("When a Young Person Stays with a Foster Carer").inner


def test_an_acronym_stands_for_its_concepts_names() -> None:
    glossary = Glossary((CHILDREN,))

    assert glossary.expand("visits to LAC") == ("looked after children", "LAC", "CLA", "children in care")
    assert glossary.acronyms == {"LAC": ("looked after children",), "CLA": ("looked after children",)}

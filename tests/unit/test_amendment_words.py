"""What the words of an entry tell: its kind, its sections, former titles, whether it is to be read again."""

from __future__ import annotations

import pytest

from manual.amendments.details import told_by
from manual.amendments.references import sections_named
from manual.amendments.retitling import former_titles
from manual.amendments.wording import asks_reread, asks_rereference, is_description, plain, told_kind
from manual.months import find_date, whole_date


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("removed", "This chapter has been removed."),
        ("removed", "This policy is no longer in use."),
        ("removed", "In May 2024, this chapter was withdrawn from the manual."),
        (None, "The flowchart has been removed."),
        (None, "References to the old board have been removed from this chapter."),
        ("replaced", "This chapter has been re-titled (previously called Night Visits)."),
        ("replaced", "This chapter replaces a similar one."),
        ("replaced", "In May 2024, this chapter replaced the previous chapter called Night Visits."),
        ("replaced", "This chapter has been added to the manual and replaces a previous one."),
        ("replaced", "This chapter has been merged with Bail."),
        ("replaced", "This chapter has been moved to Fostering."),
        ("replaced", "This chapter has been renamed; it was called Night Visits."),
        ("replaced", "Renamed from Night Visits."),
        ("replaced", "This document has been replaced with an updated version."),
        ("replaced", "This chapter has amalgamated Bail with Remand."),
        (None, "This chapter has been updated to reflect the 2019 guidance, which replaces the guidance of 2018."),
        (None, "The word LAC has been replaced with child in care."),
        (None, "The team has been renamed and its telephone number has been changed."),
        (None, "The paragraph on fees has been moved to Section 4."),
        (None, "The link to the form has been removed and replaced with another link."),
        ("link", "A link to this resource has been added."),
        ("link", "This link has been updated."),
        ("link", "A link to the booklet has been added to the manual."),
        (None, "A link to the helpline has been added."),
        (None, "Links have been updated."),
        (None, "The link to the guidance has been updated."),
        ("new", "This chapter has been added to the manual."),
        ("new", "This is a local policy which has been added as new."),
        ("new", "This New chapter was added."),
        ("new", "This PDF has been added."),
        ("new", "New chapter added."),
        ("new", "In May 2024, this new chapter was added after the inspection."),
        (None, "A new section has been added."),
        (None, "This chapter has a new section on visits."),
        (None, "New guidance has been added."),
        (None, "This chapter has been updated to reflect the new policy."),
        (None, "This chapter was refreshed in May 2024."),
    ],
)
def test_kind(kind: str | None, words: str) -> None:
    assert told_kind(plain(words)) == kind


def test_what_a_link_goes_to_is_told_by_its_key() -> None:
    assert told_by("A link to the Practice Standards has been added.").link_to == "practice standards"
    assert told_by("The link to the Practice Standards has been updated.").link_to is None


def test_prose_about_the_chapter_describes_it() -> None:
    assert is_description(plain("This chapter is designed to help with consent."))
    assert not is_description(plain("This chapter provides further guidance."))
    assert not is_description(plain("This chapter has been updated and now provides guidance."))


@pytest.mark.parametrize(
    "words",
    [
        "should be re-read",
        "should be re read.",
        "must be reread throughout",
        "should be re‑read in full",
        "should be read in it's entirety",
        "extensively updated and should be read throughout",
        "Please fully re-read.",
        "Please read the whole chapter.",
        "It requires re-reading in full.",
        "It should be read as a whole.",
    ],
)
def test_asks_to_be_read_again(words: str) -> None:
    assert asks_reread(plain(words))


@pytest.mark.parametrize(
    "words",
    [
        "This chapter has been refreshed throughout.",
        "There is no need to re-read it.",
        "It should be read in conjunction with the policy.",
        "Please re-reference.",
        "Letters should be read to the child.",
        "Carers should read the child's plan.",
        "It spread and was already dreaded.",
    ],
)
def test_does_not_ask_to_be_read_again(words: str) -> None:
    assert not asks_reread(plain(words))


def test_referencing_is_weaker_than_reading() -> None:
    assert asks_rereference(plain("Please re-reference.")) and asks_rereference(
        plain("Please reference as required.")
    )
    assert not asks_rereference(plain("This chapter has been updated to reference the Act."))


@pytest.mark.parametrize(
    ("words", "sections"),
    [
        ("Section 5.2.5, Visits has been amended.", ["5.2.5"]),
        ("Section 4l, Note has been amended.", ["4"]),
        ("Section 4a, Note has been amended.", ["4a"]),
        ("Sections 1, Introduction and Definitions and Section 5, Visits have been amended.", ["1", "5"]),
        ("Sections 4, Visits and 5, Reviews have been amended.", ["4", "5"]),
        ("Sections 2, 3 and 4 have been amended.", ["2", "3", "4"]),
        ("See Section 2.1, Principles and Case Management in Section 4, Papers.", ["2.1", "4"]),
        ("section 6.5 Moving has been amended", ["6.5"]),
        ("A new Section 3 has been added.", ["3"]),
        ("Bullet point 11 in Section 2 has been amended.", ["2"]),
        ("The steps were put in order in Sections 4 and 7.", ["4", "7"]),
        ("Section 3 of this chapter has been amended.", ["3"]),
        ("Section 2, Golden Rules has been amended.", ["2"]),
        ("Section 6 has been amended in line with the Children Act 1989.", ["6"]),
        ("In the section on age, a word was added.", []),
        ("under Section 38(6) Children Act 1989", []),
        ("children who were subject to Section 20 and where there were delays", []),
        ("amends section 31(3B) Children Act 1989", []),
        ("(Sections 85 and 86 of the Children Act 1989)", []),
        ("to reflect Section 3 of the Visits Regulations 2011", []),
        ("(under s.8 Children and Social Work Act 2017)", []),
        ("Section 47 enquiries have been made clearer.", []),
        ("Section 7 and Section 37 Reports have been amended.", []),
        ("Words were added to Section 1.3, Section 20 Accommodation.", ["1.3"]),
    ],
)
def test_sections_are_the_chapters_own(words: str, sections: list[str]) -> None:
    assert list(sections_named(words)) == sections


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("This chapter has been re-titled (previously called Visits and Stays) here.", ["Visits and Stays"]),
        ("This chapter replaces the previous chapter entitled Bail.", ["Bail"]),
        ("This chapter replaces 'Bail' and 'Remand'.", ["Bail", "Remand"]),
        ("This chapter replaces two previous chapters, Bail at Home and Remand.", ["Bail at Home", "Remand"]),
        ("This chapter has amalgamated Bail with Remand to Care.", ["Bail", "Remand to Care"]),
        ("This chapter has been renamed from Money: Leaving Care to Grants.", ["Money: Leaving Care"]),
        ("This chapter was renamed; it was previously called Leaving Care: Money.", ["Leaving Care: Money"]),
        ("This chapter replaces a similar chapter.", []),
        ("This document has been replaced with an updated version.", []),
    ],
)  # fmt: skip
def test_former_titles(words: str, titles: list[str]) -> None:
    assert [title.casefold() for title in former_titles(None, words)] == [title.casefold() for title in titles]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("June 2020", "2020-06"),
        ("21st September 2019", "2019-09"),
        ("Sept 2024", "2024-09"),
        ("Dec 2023:", "2023-12"),
        ("Monday, September 19, 2022", "2022-09"),
        ("April 14, 2026", "2026-04"),
        ("23.02.2024", "2024-02"),
        ("14-02-2024", "2024-02"),
        ("3/4/21", "2021-04"),
        ("2024-05-01", "2024-05"),
        ("the June 2020 edition", None),
        ("1.1.18", None),
        ("Marriage 2020", None),
        ("31-13-2020", None),
    ],
)
def test_months(text: str, month: str | None) -> None:
    date = whole_date(text)
    assert (date and date.month) == month


def test_the_first_date_of_a_text_is_found() -> None:
    date = find_date("from 30th September 2022 until May 2023")
    assert date is not None and (date.month, date.day) == ("2022-09", 30)

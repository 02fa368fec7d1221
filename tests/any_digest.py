"""Hypothesis strategies for digests of anything that a manual could hold, however odd."""

from __future__ import annotations

from hypothesis import strategies as st

from digests.digest import ChangeOp, Digest, DigestLinks, Item, SectionChange
from manual.reading import Amendment, AmendmentKind, Section
from subscriptions.interests import Significance
from tests.sample_digests import LINKS, a_digest

ODD_WORDS = st.sampled_from(
    [
        "<!channel> & <https://evil.example|click>",
        "&amp;" * 90,
        "*bold* _it_ ~no~ `code` :tada:",
        "> quoted",
        "فصل الرعاية البديلة",
        "👩‍👩‍👧‍👦" * 40,
        "W" * 1_500,
        "{{ 7 * 7 }} {% raw %} </td></table><script>alert(1)</script>",
        "A sentence ends. " * 200,
        "one\ntwo\n\nthree",
    ]
)
WORDS = st.one_of(st.text(max_size=80), ODD_WORDS)
LINES = st.one_of(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60), ODD_WORDS)
URLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "https://procedures.westmere.example/a?b=1&c=2#d|e>f",
            "https://procedures.westmere.example/" + "&" * 2_500,
            "javascript:alert(1)",
            "http://[not an address",
        ]
    ),
)
OPS: st.SearchStrategy[ChangeOp] = st.sampled_from(["equal", "removed", "added"])
CHANGES = st.builds(
    SectionChange,
    heading=LINES,
    parts=st.lists(st.tuples(OPS, WORDS), max_size=6).map(tuple[tuple[ChangeOp, str], ...]),
)


def label(number: int) -> str:
    """What every title of these digests begins with, so that an amendment can be found again."""
    return f"No.{number}."


@st.composite
def items(draw: st.DrawFn, number: int) -> Item:
    lost = draw(st.booleans())
    words = f"{label(number)} {draw(LINES)}"
    amendment = Amendment(
        month=draw(st.sampled_from([None, "2026-05", "2019-12"])),
        kind=draw(st.sampled_from(AmendmentKind)),
        title=None if lost else words,
        candidates=(words, draw(LINES)) if lost else (),
        details=draw(WORDS),
        sections=tuple(draw(st.lists(st.sampled_from(["5.2.5", "4l", "7"]), max_size=40))),
        former_titles=tuple(draw(st.lists(LINES, max_size=2))),
        oddity=draw(st.none() | LINES),
    )
    return Item(
        amendment_id=number,
        manual=draw(st.sampled_from(["westmere", "eastmere"])),
        manual_name=draw(st.sampled_from(["Westmere & District", "Eastmere " * 60])),
        amendment=amendment,
        significance=draw(st.sampled_from(Significance)),
        position=draw(st.integers(0, 9)),
        section=draw(st.none() | st.builds(Section, number=st.none() | st.just("5.1"), title=LINES)),
        chapter_number=draw(st.none() | st.just("5.1.4")),
        chapter_url=draw(URLS),
        more_url=draw(URLS),
        revised=draw(st.booleans()),
        section_changes=tuple(draw(st.lists(CHANGES, max_size=2))),
        reasons=tuple(draw(st.lists(LINES, max_size=3))),
    )


@st.composite
def any_digests(draw: st.DrawFn) -> Digest:
    count = draw(st.integers(1, 12))
    return a_digest(
        [draw(items(number)) for number in range(count)],
        subscriber=draw(LINES),
        frequency=draw(LINES),
        about=draw(st.none() | LINES),
        next_updates={"Westmere & District": draw(st.none() | st.just("2026-11"))},
        links=draw(st.sampled_from([LINKS, DigestLinks()])),
    )

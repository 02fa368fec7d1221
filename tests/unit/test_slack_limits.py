"""The linter finds what Slack would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from digests.slack_limits import lint, lint_view


def words(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": text}


def block(kind: str, **values: Any) -> dict[str, Any]:
    return {"type": kind, **values}


def button(**values: Any) -> dict[str, Any]:
    return {"type": "button", "text": words("Read"), "action_id": "read", **values}


def select(*options: Any, kind: str = "static_select") -> dict[str, Any]:
    return {"type": kind, "options": list(options)}


def option(text: str = "Fostering", value: str = "fostering") -> dict[str, Any]:
    return {"text": words(text), "value": value}


FINE = block("section", text=words("Fine", "mrkdwn"))


def test_a_message_within_all_limits_has_no_problems() -> None:
    message = {
        "text": "x" * 4_000,
        "blocks": [
            block("header", text=words("h" * 150), block_id="b" * 255),
            block("section", text=words("s" * 3_000, "mrkdwn"), accessory=button()),
            block("section", fields=[words("f" * 2_000)] * 10),
            block(
                "context",
                elements=[words("c")] * 9 + [{"type": "image", "alt_text": "a", "image_url": "https://i"}],
            ),
            block("actions", elements=[button(action_id=str(number)) for number in range(25)]),
            block("actions", elements=[select(*[option("t" * 75, "v" * 150)] * 100)]),
            block("image", alt_text="a", image_url="https://i", title=words("t")),
            block("markdown", text="m" * 12_000),
            block("divider"),
        ],
    }
    assert lint(message) == []


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (block("section", text=words("s" * 3_001)), "blocks[0].text: 3,001 characters, at most 3,000"),
        (block("section"), "blocks[0]: a section needs text or fields"),
        (block("section", text=words(" ")), "blocks[0].text: empty"),
        (block("section", text="words"), "blocks[0].text: no text object"),
        (block("section", fields=[words("f")] * 11), "blocks[0].fields: 11, at most 10"),
        (block("section", fields=[words("f" * 2_001)]), "blocks[0].fields[0]: 2,001 characters, at most 2,000"),
        (block("header", text=words("h" * 151)), "blocks[0].text: 151 characters, at most 150"),
        (block("header", text=words("h", "mrkdwn")), "blocks[0].text: must be plain_text"),
        (block("context", elements=[]), "blocks[0].elements: empty"),
        (block("context", elements=[words("c")] * 11), "blocks[0].elements: 11, at most 10"),
        (
            block("context", elements=[{"type": "image", "image_url": "https://i"}]),
            "blocks[0].elements[0].alt_text: empty",
        ),
        (
            block("actions", elements=[button(action_id=str(number)) for number in range(26)]),
            "blocks[0].elements: 26, at most 25",
        ),
        (block("actions", elements=[button(), button()]), "blocks[0].elements: an action_id is used twice"),
        (
            block("actions", elements=[button(text=words("t" * 76))]),
            "blocks[0].elements[0].text: 76 characters, at most 75",
        ),
        (
            block("actions", elements=[button(value="v" * 2_001)]),
            "blocks[0].elements[0].value: 2,001 characters, at most 2,000",
        ),
        (
            block("actions", elements=[button(action_id="a" * 256)]),
            "blocks[0].elements[0].action_id: 256 characters, at most 255",
        ),
        (
            block("actions", elements=[select(*[option()] * 101)]),
            "blocks[0].elements[0].options: 101, at most 100",
        ),
        (
            block("actions", elements=[select(*[option()] * 6, kind="overflow")]),
            "blocks[0].elements[0].options: 6, at most 5",
        ),
        (
            block("actions", elements=[select(option("t" * 76))]),
            "blocks[0].elements[0].options[0].text: 76 characters, at most 75",
        ),
        (
            block("actions", elements=[select(option(value="v" * 151))]),
            "blocks[0].elements[0].options[0].value: 151 characters, at most 150",
        ),
        (
            block("actions", elements=[{"type": "static_select", "option_groups": []}]),
            "blocks[0].elements[0].option_groups: empty",
        ),
        (
            block("actions", elements=[{"type": "lever"}]),
            "blocks[0].elements[0]: an element of unknown type 'lever'",
        ),
        (block("image", alt_text="a"), "blocks[0].image_url: empty"),
        (block("markdown", text="m" * 12_001), "blocks[0].text: 12,001 characters, at most 12,000"),
        (block("marquee"), "blocks[0]: a block of unknown type 'marquee'"),
        ({**FINE, "block_id": "b" * 256}, "blocks[0].block_id: 256 characters, at most 255"),
    ],
)
def test_each_limit_is_known(bad: dict[str, Any], problem: str) -> None:
    assert lint({"text": "Said", "blocks": [bad]}) == [problem]


def test_the_limits_of_a_whole_message() -> None:
    assert lint({"text": "Said", "blocks": [FINE] * 51}) == ["blocks: 51, at most 50"]
    assert lint({"text": "", "blocks": [FINE]}) == ["text: empty"]
    assert lint({"blocks": [FINE]}) == ["text: empty"]
    assert lint({"text": "t" * 4_001, "blocks": [FINE]}) == ["text: 4,001 characters, at most 4,000"]
    assert lint({"text": "Said", "blocks": []}) == ["blocks: empty"]
    twice = {**FINE, "block_id": "b"}
    assert lint({"text": "Said", "blocks": [twice, twice]}) == ["blocks[1].block_id: 'b' is used twice"]


def test_the_limits_of_a_view() -> None:
    modal = {"type": "modal", "title": words("t" * 24), "submit": words("Save"), "blocks": [FINE] * 100}
    assert lint_view(modal) == []
    assert lint_view({**modal, "title": words("t" * 25)}) == ["title: 25 characters, at most 24"]
    assert lint_view({**modal, "close": words("c" * 25)}) == ["close: 25 characters, at most 24"]
    assert lint_view({**modal, "private_metadata": "p" * 3_001}) == [
        "private_metadata: 3,001 characters, at most 3,000"
    ]
    assert lint_view({"type": "home", "blocks": [FINE] * 101}) == ["blocks: 101, at most 100"]
    field = block("input", label=words("Topic"), hint=words("One"), element={"type": "plain_text_input"})
    assert lint_view({**modal, "blocks": [field]}) == []
    assert lint_view({**modal, "blocks": [block("input", label=words("Topic"))]}) == [
        "blocks[0].element: an element of unknown type None"
    ]

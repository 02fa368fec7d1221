"""Slack's limits on messages, and a linter that finds what in a message or a view Slack would refuse.

The figures are those of Slack's own documentation of Block Kit. A block or an element of a kind that the linter
does not know is reported too: teach it the kind here before sending one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4_000  # Slack's advice; it cuts at 40,000
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
TEXT = 3_000  # of any text object that has no limit of its own
ACTIONS_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
BUTTON_URL = 3_000
LABEL = 75
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
ID = 255
PLACEHOLDER = 150
INPUT_LABEL = 2_000
IMAGE_ALT = 2_000
IMAGE_URL = 3_000
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000
MARKDOWN_TEXT = 12_000

Document = Mapping[str, Any]
Problems = Iterator[str]


def lint(message: Document) -> list[str]:
    """What Slack would refuse in a message's ``text`` and ``blocks``, and a text that screen readers can't use.

    Each problem is a phrase that begins with where it is ("blocks[3].text: 3,001 characters, at most 3,000").
    """
    problems = [*_length("text", message.get("text"), MESSAGE_TEXT)]
    return problems + _lint_blocks(message.get("blocks", ()), MESSAGE_BLOCKS)


def lint_view(view: Document) -> list[str]:
    """What Slack would refuse in a modal or an App Home."""
    problems: list[str] = []
    if view.get("type") == "modal":
        problems += _text("title", view.get("title"), VIEW_TITLE, plain=True)
    for key in ("submit", "close"):
        if key in view:
            problems += _text(key, view[key], VIEW_TITLE, plain=True)
    problems += _optional_length("private_metadata", view.get("private_metadata"), PRIVATE_METADATA)
    problems += _optional_length("callback_id", view.get("callback_id"), ID)
    return problems + _lint_blocks(view.get("blocks", ()), VIEW_BLOCKS)


def _lint_blocks(blocks: Sequence[Document], most: int) -> list[str]:
    problems = [*_number("blocks", blocks, most)]
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"blocks[{index}]"
        check = _BLOCKS.get(str(block.get("type")))
        problems += check(where, block) if check else [f"{where}: a block of unknown type {block.get('type')!r}"]
        problems += _optional_length(f"{where}.block_id", block.get("block_id"), ID)
        block_id = block.get("block_id")
        if block_id in seen:
            problems.append(f"{where}.block_id: {block_id!r} is used twice")
        if block_id:
            seen.add(block_id)
    return problems


def _section(where: str, block: Document) -> Problems:
    if "text" in block:
        yield from _text(f"{where}.text", block["text"], SECTION_TEXT)
    fields = block.get("fields", ())
    if "text" not in block and not fields:
        yield f"{where}: a section needs text or fields"
    if "fields" in block:
        yield from _number(f"{where}.fields", fields, SECTION_FIELDS)
    for index, each in enumerate(fields):
        yield from _text(f"{where}.fields[{index}]", each, FIELD_TEXT)
    if "accessory" in block:
        yield from _element(f"{where}.accessory", block["accessory"])


def _header(where: str, block: Document) -> Problems:
    return _text(f"{where}.text", block.get("text"), HEADER_TEXT, plain=True)


def _context(where: str, block: Document) -> Problems:
    elements = block.get("elements", ())
    yield from _number(f"{where}.elements", elements, CONTEXT_ELEMENTS)
    for index, element in enumerate(elements):
        if element.get("type") == "image":
            yield from _image(f"{where}.elements[{index}]", element)
        else:
            yield from _text(f"{where}.elements[{index}]", element, TEXT)


def _actions(where: str, block: Document) -> Problems:
    elements = block.get("elements", ())
    yield from _number(f"{where}.elements", elements, ACTIONS_ELEMENTS)
    for index, element in enumerate(elements):
        yield from _element(f"{where}.elements[{index}]", element)
    ids = [element["action_id"] for element in elements if "action_id" in element]
    if len(set(ids)) < len(ids):
        yield f"{where}.elements: an action_id is used twice"


def _input(where: str, block: Document) -> Problems:
    yield from _text(f"{where}.label", block.get("label"), INPUT_LABEL, plain=True)
    if "hint" in block:
        yield from _text(f"{where}.hint", block["hint"], INPUT_LABEL, plain=True)
    yield from _element(f"{where}.element", block.get("element", {}))


def _image(where: str, image: Document) -> Problems:
    yield from _length(f"{where}.alt_text", image.get("alt_text"), IMAGE_ALT)
    yield from _length(f"{where}.image_url", image.get("image_url"), IMAGE_URL)
    if "title" in image:
        yield from _text(f"{where}.title", image["title"], IMAGE_ALT, plain=True)


def _element(where: str, element: Document) -> Problems:
    kind = str(element.get("type"))
    yield from _optional_length(f"{where}.action_id", element.get("action_id"), ID)
    if "placeholder" in element:
        yield from _text(f"{where}.placeholder", element["placeholder"], PLACEHOLDER, plain=True)
    if kind == "button":
        yield from _text(f"{where}.text", element.get("text"), BUTTON_TEXT, plain=True)
        yield from _optional_length(f"{where}.value", element.get("value"), BUTTON_VALUE)
        yield from _optional_length(f"{where}.url", element.get("url"), BUTTON_URL)
        yield from _optional_length(f"{where}.accessibility_label", element.get("accessibility_label"), LABEL)
    elif kind == "image":
        yield from _image(where, element)
    elif kind in _WITH_OPTIONS:
        yield from _options(where, element)
    elif kind not in _PLAIN_ELEMENTS:
        yield f"{where}: an element of unknown type {element.get('type')!r}"


def _options(where: str, element: Document) -> Problems:
    groups = element.get("option_groups")
    if groups is None:
        groups = [element]
    else:
        yield from _number(f"{where}.option_groups", groups, OPTIONS)
    for group in groups:
        options = group.get("options", ())
        yield from _number(f"{where}.options", options, _WITH_OPTIONS[element["type"]])
        for index, option in enumerate(options):
            yield from _text(f"{where}.options[{index}].text", option.get("text"), OPTION_TEXT)
            yield from _length(f"{where}.options[{index}].value", option.get("value"), OPTION_VALUE)


def _markdown(where: str, block: Document) -> Problems:
    return _length(f"{where}.text", block.get("text"), MARKDOWN_TEXT)


def _divider(where: str, block: Document) -> Problems:
    yield from ()


_BLOCKS: dict[str, Callable[[str, Document], Problems]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "divider": _divider,
}
_WITH_OPTIONS = {
    "static_select": OPTIONS,
    "multi_static_select": OPTIONS,
    "overflow": 5,
    "radio_buttons": 10,
    "checkboxes": 10,
}
_PLAIN_ELEMENTS = {
    "external_select",
    "multi_external_select",
    "conversations_select",
    "channels_select",
    "users_select",
    "plain_text_input",
    "email_text_input",
    "datepicker",
    "timepicker",
}


def _text(where: str, text: Any, most: int, *, plain: bool = False) -> Problems:
    """A text object: its kind, that it isn't empty, its length."""
    if not isinstance(text, Mapping) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}: no text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{where}: must be plain_text"
    yield from _length(where, text.get("text"), most)


def _length(where: str, text: Any, most: int) -> Problems:
    if not isinstance(text, str) or not text.strip():
        yield f"{where}: empty"
    elif len(text) > most:
        yield f"{where}: {len(text):,} characters, at most {most:,}"


def _optional_length(where: str, text: str | None, most: int) -> Problems:
    if text is not None:
        yield from _length(where, text, most)


def _number(where: str, things: Sequence[Any], most: int) -> Problems:
    if not things:
        yield f"{where}: empty"
    elif len(things) > most:
        yield f"{where}: {len(things)}, at most {most}"

"""That every button, menu and shortcut of the Slack app is pressed in some test."""

from __future__ import annotations

import re
from pathlib import Path

from bot.slack import actions


def test_no_button_menu_or_shortcut_is_left_untested() -> None:
    tests = [*Path("tests/features").glob("test_slack_*.py"), Path("tests/integration/test_slack_both_ways.py")]
    tested = "\n".join(path.read_text() for path in tests)
    opened_by_buttons = {each for each in vars(actions) if each.endswith("_FORM")}
    nothing_to_do = {"READ", "HOME_PREFIX"}
    for constant in {each for each in vars(actions) if each.isupper()} - opened_by_buttons - nothing_to_do:
        name = getattr(actions, constant)
        assert re.search(rf"\b(actions\.{constant}|(home_)?{name})\b", tested), constant

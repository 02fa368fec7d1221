"""Logs name nobody: no address, and no link that would open somebody's page."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import set_up_logs
from tests.mail_office import JO, MailOffice, link_in


@pytest.fixture
def real_logs() -> Iterator[None]:
    """Logs as an entry point sets them up, for this test alone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    before = structlog.get_config()
    set_up_logs(form="json", level="debug")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


async def test_a_whole_story_leaves_no_address_and_no_link_in_the_logs(
    capsys: pytest.CaptureFixture[str], real_logs: None, sqlite_office: MailOffice
) -> None:
    office = sqlite_office
    office.mail.tricks[JO].append("451 4.3.0 try again, jo.bloggs@westmere.example")
    await office.subscribes()
    await office.sends()
    office.clock.moves_on(hours=1)
    await office.sends()
    await office.confirms()
    await office.sends()
    link = link_in(office.mail.to(JO)[-1], "/unsubscribe/")
    await office.opens(link + "x")
    await office.opens(link)
    await office.browser.post(link)
    await office.sends()

    written = capsys.readouterr()
    said = written.out + written.err
    assert "attempt" in said, "something was logged"
    assert "bloggs" not in said
    assert link.rpartition("/")[2] not in said

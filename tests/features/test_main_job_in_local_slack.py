"""The main job once more, with local-slack in Slack's place: a server that we did not write takes our posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.service import Service
from tests.servers.local_slack import LocalSlack, local_slack
from tests.servers.mail import MailServer
from tests.servers.pages import PageServer

pytestmark = pytest.mark.npm

PAGES = Path("tests/features/pages")


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with local_slack() as workspace:
        yield workspace


@pytest.fixture
def slack_url(slack: LocalSlack) -> str:
    return slack.api_url


async def test_each_team_gets_its_own_amendments_once(
    service: Service, council: PageServer, slack: LocalSlack, mailbox: MailServer
) -> None:
    list_url = council.publish("/amendments", (PAGES / "old-before.html").read_bytes())
    await service.watches("westmere", amendments=list_url)
    await service.subscribes("fostering", "slack:C01FOSTER")
    await service.subscribes("leaving care", "slack:C01LEAVING")
    await service.subscribes("everything", "slack:C01ALL")
    await service.subscribes("mash", "email:mash@westmere.example")
    await service.visits()

    council.publish("/amendments", (PAGES / "old-after.html").read_bytes())
    for _ in range(2):  # the second time, nothing has changed
        await service.visits()
        await service.sends()

    (fostering,) = await slack.messages("C01FOSTER")
    (leaving_care,) = await slack.messages("C01LEAVING")
    (everything,) = await slack.messages("C01ALL")
    assert "Supervision and Support of Foster Carers" in fostering["text"]
    assert "Contacts and Referrals" not in fostering["text"]
    assert "Staying Put" in leaving_care["text"]
    assert "Supervision and Support" not in leaving_care["text"]
    assert all(
        title in everything["text"] for title in ("Staying Put", "Contacts and Referrals", "Access to Records")
    )
    assert len(mailbox.to("mash@westmere.example")) == 1


async def test_the_seed_list_grows_by_its_two_newest_months(
    service: Service, council: PageServer, slack: LocalSlack, seeds: Path
) -> None:
    whole = (seeds / "enfield-amendments-2017-2020.txt").read_text("utf-8")
    text = {"content_type": "text/plain; charset=utf-8"}
    list_url = council.publish("/amendments.txt", whole[whole.index("May 2020\n") :], **text)
    await service.watches("enfield", amendments=list_url)
    await service.subscribes("fostering", "slack:C01FOSTER")
    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()

    council.publish("/amendments.txt", whole, **text)
    for _ in range(2):
        await service.visits()
        await service.sends()

    everything = "\n".join(message["text"] for message in await slack.messages("C01ALL"))
    assert everything.count("Title not given") == 7
    assert everything.count("Use of Social Media Sites by Social Care and Safeguarding Staff") == 1
    fostering = "\n".join(message["text"] for message in await slack.messages("C01FOSTER"))
    assert fostering.count("Title not given") == 3  # those that may be anybody's

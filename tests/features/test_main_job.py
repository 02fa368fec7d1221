"""The main job, from a council's page to Slack and a mailbox: read aloud, this is what Chapterwatch promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.features.service import Service
from tests.servers.mail import MailServer
from tests.servers.pages import PageServer
from tests.servers.slack_api import SlackApi

PAGES = Path("tests/features/pages")


def titles_in(text: str, *titles: str) -> list[str]:
    """Which of these titles a message names."""
    return [title for title in titles if title in text]


FOSTERING = "Supervision and Support of Foster Carers"
STAYING_PUT = "Staying Put"
FRONT_DOOR = "Contacts and Referrals"
RECORDS = "Access to Records"
ALL = (FOSTERING, STAYING_PUT, FRONT_DOOR, RECORDS)


@pytest.mark.parametrize("platform", ["old", "new"])
async def test_each_team_gets_its_own_amendments_once(
    service: Service, council: PageServer, slack: SlackApi, mailbox: MailServer, platform: str
) -> None:
    list_url = council.publish("/amendments", (PAGES / f"{platform}-before.html").read_bytes())
    await service.watches("westmere", amendments=list_url)
    await service.subscribes("fostering", "slack:C01FOSTER")
    await service.subscribes("leaving care", "slack:C01LEAVING")
    await service.subscribes("mash", "email:mash@westmere.example")
    await service.subscribes("everything", "slack:C01ALL")

    await service.visits()  # first sight: a baseline
    await service.sends()
    assert slack.posts == []
    assert mailbox.mails == []

    council.publish("/amendments", (PAGES / f"{platform}-after.html").read_bytes())
    await service.visits()
    await service.sends()

    (fostering,) = slack.to("C01FOSTER")
    assert titles_in(fostering.text, *ALL) == [FOSTERING, STAYING_PUT]  # staying put is both teams' work
    (leaving_care,) = slack.to("C01LEAVING")
    assert titles_in(leaving_care.text, *ALL) == [STAYING_PUT]
    (everything,) = slack.to("C01ALL")
    assert titles_in(everything.text, *ALL) == list(ALL)
    (mail,) = mailbox.mails
    assert mail.to == "mash@westmere.example"
    body = mail.message.get_body(("plain",))
    assert body is not None
    assert titles_in(body.get_content(), *ALL) == [FRONT_DOOR]

    await service.visits()  # nothing has changed: the server says 304
    await service.sends()
    assert council.requests[-1] == ("/amendments", 304)
    assert len(slack.posts) == 3
    assert len(mailbox.mails) == 1


async def test_the_seed_list_grows_by_its_two_newest_months(
    service: Service, council: PageServer, slack: SlackApi, mailbox: MailServer, seeds: Path
) -> None:
    """Enfield's list as text: ten amendments come, six of them without a title, three of those say nothing."""
    whole = (seeds / "enfield-amendments-2017-2020.txt").read_text("utf-8")
    older = whole[whole.index("May 2020\n") :]
    list_url = council.publish("/amendments.txt", older, content_type="text/plain; charset=utf-8")
    await service.watches("enfield", amendments=list_url)
    await service.subscribes("fostering", "slack:C01FOSTER")
    await service.subscribes("leaving care", "slack:C01LEAVING")
    await service.subscribes("mash", "email:mash@westmere.example")
    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()

    council.publish("/amendments.txt", whole, content_type="text/plain; charset=utf-8")
    await service.visits()
    await service.sends()

    everything = "\n".join(post.text for post in slack.to("C01ALL"))
    assert everything.count("Title not given") == 7
    for title in (
        "Unaccompanied Migrant Children and Child Victims of Trafficking and Modern Slavery",
        "Looked After Children and Young People in Contact with Youth Justice Services",
        "Use of Social Media Sites by Social Care and Safeguarding Staff",
    ):
        assert everything.count(title) == 1
    # Three say only that something was revised: they may be anybody's, so everybody is told, and nothing else.
    for team in (slack.to("C01FOSTER"), slack.to("C01LEAVING")):
        text = "\n".join(post.text for post in team)
        assert text.count("Title not given") == 3
        assert "may be meant" in text or "lost" in text
    (mail,) = mailbox.mails
    assert mail.message["Subject"]

    told = len(slack.posts)
    await service.visits()
    await service.sends()
    assert (len(slack.posts), len(mailbox.mails)) == (told, 1)


async def test_a_page_that_breaks_changes_nothing_and_tells_the_operators(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    good = (PAGES / "old-before.html").read_bytes()
    list_url = council.publish("/amendments", good)
    await service.watches("westmere", amendments=list_url)
    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()

    council.publish("/amendments", "<h1>Sign in</h1><form><input type=password name=p></form>")
    for _ in range(2):
        await service.visits()
    await service.sends()
    assert slack.posts == []
    await service.visits()
    await service.sends()
    (notice,) = slack.to("C01OPS")
    assert "can't be read" in notice.text
    assert list_url in notice.text

    council.publish("/amendments", (PAGES / "old-after.html").read_bytes())
    await service.visits()
    await service.sends()
    assert "can be read again" in slack.to("C01OPS")[-1].text
    (digest,) = slack.to("C01ALL")
    assert set(titles_in(digest.text, *ALL)) == set(ALL)


async def test_who_subscribes_later_gets_what_comes_later(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    list_url = council.publish("/amendments", (PAGES / "old-before.html").read_bytes())
    await service.watches("westmere", amendments=list_url)
    await service.visits()
    council.publish("/amendments", (PAGES / "old-after.html").read_bytes())
    await service.visits()

    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()
    await service.sends()

    assert slack.posts == []


async def test_an_exclusion_and_a_least_significance_are_kept(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    list_url = council.publish("/amendments", (PAGES / "old-before.html").read_bytes())
    await service.watches("westmere", amendments=list_url)
    await service.subscribes("everything", "slack:C01ALL", **{"except": "fostering; chapter:Staying Put"})
    await service.subscribes("everything", "slack:C01REREAD", least="must re-read")
    await service.visits()
    council.publish("/amendments", (PAGES / "old-after.html").read_bytes())
    await service.visits()
    await service.sends()

    (rest,) = slack.to("C01ALL")
    assert set(titles_in(rest.text, *ALL)) == {FRONT_DOOR, RECORDS}
    (reread,) = slack.to("C01REREAD")
    assert titles_in(reread.text, *ALL) == [FOSTERING]

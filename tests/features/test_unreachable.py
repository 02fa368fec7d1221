"""When nobody can be reached any more: sending stops, whoever made the subscription is told by another way."""

from __future__ import annotations

from pathlib import Path

from bot.status import read_status
from subscriptions import store
from subscriptions.makers import slack_maker
from tests.features.service import Service
from tests.servers.mail import MailServer
from tests.servers.pages import PageServer
from tests.servers.slack_api import SlackApi

PAGES = Path("tests/features/pages")
FOSTERING, OPS = "C01FOSTER", "C01OPS"
AMINA = slack_maker(team="T01WESTMERE", user="U01AMINA")
DAVE = slack_maker(team="T01WESTMERE", user="U01DAVE")


async def a_watched_manual(service: Service, council: PageServer) -> None:
    url = council.publish("/amendments", (PAGES / "old-before.html").read_bytes())
    await service.watches("westmere", amendments=url)
    await service.visits()


async def an_update_comes(service: Service, council: PageServer) -> None:
    council.publish("/amendments", (PAGES / "old-after.html").read_bytes())
    await service.visits()
    await service.sends()


async def suspended(service: Service) -> list[dict[str, str]]:
    async with service.database.reading() as connection:
        found: list[dict[str, str]] = (await read_status(connection, service.manuals, service.now)).to_json()[
            "suspended"
        ]
        return found


async def test_those_who_subscribed_a_channel_hear_that_it_is_archived(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    await a_watched_manual(service, council)
    await service.subscribes("topic:fostering", f"slack:{FOSTERING}", by=AMINA)
    await service.subscribes("topic:leaving-care", f"slack:{FOSTERING}", by=DAVE)
    await service.subscribes("everything", f"slack:{FOSTERING}", by=AMINA)
    slack.errors[FOSTERING] = "is_archived"

    await an_update_comes(service, council)
    await service.sends()

    (to_amina,), (to_dave,) = slack.to("D01AMINA"), slack.to("D01DAVE")
    assert "The channel is archived." in to_amina.text
    assert FOSTERING in to_amina.text
    assert "because you subscribed" in to_dave.text
    assert slack.to(OPS) == []
    assert await suspended(service) == [{"who": FOSTERING, "why": "Slack answered is_archived"}]


async def test_the_operators_hear_what_somebody_who_left_slack_can_t_be_told(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    await a_watched_manual(service, council)
    await service.subscribes("everything", f"slack:{FOSTERING}", by=AMINA)
    slack.errors = {FOSTERING: "is_archived", "U01AMINA": "user_disabled"}

    await an_update_comes(service, council)
    for _ in range(2):
        await service.sends()

    (notice,) = slack.to(OPS)
    assert FOSTERING in notice.text
    assert "The channel is archived." in notice.text
    assert "Meant for U01AMINA, but Slack answered user_disabled." in notice.text


async def test_the_operators_hear_of_a_workspace_that_the_app_was_removed_from(
    service: Service, council: PageServer, slack: SlackApi, mailbox: MailServer
) -> None:
    service.settings = service.settings.model_copy(update={"operators": "email:ops@westmere.example"})
    await a_watched_manual(service, council)
    await service.subscribes("everything", f"slack:{FOSTERING}", by=AMINA)
    slack.errors[FOSTERING] = "token_revoked"

    await an_update_comes(service, council)
    await service.sends()

    assert slack.posts == []
    (notice,) = mailbox.mails
    assert notice.to == "ops@westmere.example"
    assert notice.message["Subject"] == f"{FOSTERING} can't be reached any more"
    assert "token_revoked" in notice.message.get_content()


async def test_the_operators_hear_of_an_address_that_they_subscribed_themselves(
    service: Service, council: PageServer, slack: SlackApi, mailbox: MailServer
) -> None:
    await a_watched_manual(service, council)
    await service.subscribes("everything", "email:gone@westmere.example", by="ops on the command line")
    await service.subscribes("everything", "email:left@westmere.example", by="the subscriber, on the page")
    mailbox.tricks["gone@westmere.example"] = ["550 5.1.1 no such user"]
    mailbox.tricks["left@westmere.example"] = ["550 5.1.1 no such user"]

    await an_update_comes(service, council)
    await service.sends()

    (notice,) = slack.to(OPS)
    assert "gone@westmere.example: the relay answered 550 5.1.1 no such user" in notice.text
    assert "left@westmere.example" not in notice.text  # no other way leads to them
    assert [each["who"] for each in await suspended(service)] == ["gone@westmere.example", "left@westmere.example"]


async def test_a_channel_that_is_subscribed_again_gets_what_it_missed(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    await a_watched_manual(service, council)
    await service.subscribes("everything", f"slack:{FOSTERING}", by=AMINA)
    slack.errors[FOSTERING] = "not_in_channel"
    await an_update_comes(service, council)
    await service.sends()
    assert slack.to(FOSTERING) == []

    del slack.errors[FOSTERING]
    await service.is_reached_again(f"slack:{FOSTERING}")
    await service.sends()
    await service.sends()

    assert slack.to(FOSTERING)
    assert len({post.message_id for post in slack.to(FOSTERING)}) == len(slack.to(FOSTERING))
    assert await suspended(service) == []


async def test_what_an_ended_subscription_missed_is_not_told_to_the_next(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    await a_watched_manual(service, council)
    number = await service.subscribes("everything", f"slack:{FOSTERING}", by=AMINA)
    slack.errors[FOSTERING] = "is_archived"
    await an_update_comes(service, council)
    await service.sends()
    async with service.database.writing() as connection:
        await store.end_subscription(connection, number, "ended", service.now)

    del slack.errors[FOSTERING]
    await service.subscribes("topic:adoption", f"slack:{FOSTERING}", by=AMINA)
    await service.is_reached_again(f"slack:{FOSTERING}")
    await service.sends()
    await service.sends()

    assert slack.to(FOSTERING) == []
    assert await suspended(service) == []

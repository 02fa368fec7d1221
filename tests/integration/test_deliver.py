"""What is in the outbox reaches a real mail server and a real Slack API, once, at the rates that they take."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

from database.connection import Database
from digests.allowed import allow_list, everybody
from digests.deliver import deliver_forever, deliver_once
from digests.outlets import Outlet, Outlets, close_outlets
from digests.rates import Limits
from tests.outbox_builders import (
    FAST,
    UNHURRIED,
    a_mail,
    a_post,
    a_thread,
    mail_sender,
    outlets_to,
    put,
    row,
    states,
)
from tests.servers.mail import Mail, MailServer
from tests.servers.slack_api import SlackApi


async def test_mails_are_sent_once(database: Database, mail: MailServer, outlets: Outlets) -> None:
    ids = await put(database, *(a_mail(f"team-{number}@westmere.example") for number in range(30)))

    tally = await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    assert tally == {"sent": 30}
    assert await states(database, ids) == ["sent"] * 30
    assert len({each.message_id for each in mail.mails}) == len(mail.mails) == 30
    assert (await row(database, ids[0])).receipt == "2.0.0 taken"


async def test_a_relay_gets_no_more_connections_than_it_takes(
    database: Database, mail: MailServer, outlets: Outlets
) -> None:
    await put(database, *(a_mail() for _ in range(30)))

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    assert (mail.most_at_once, mail.connections) == (2, 2)


async def test_a_relay_gets_no_more_mails_a_second_than_it_takes(
    database: Database, mail: MailServer, outlets: Outlets
) -> None:
    await put(database, *(a_mail() for _ in range(12)))

    await deliver_once(database, outlets, limits=Limits(smtp_per_second=10), timing=FAST)

    moments = [each.at for each in mail.mails]
    assert len(moments) == 12
    assert moments[-1] - moments[0] >= 0.8  # eleven gaps of a tenth of a second


async def test_a_thread_is_posted_in_order_under_its_root(
    database: Database, slack: SlackApi, outlets: Outlets
) -> None:
    thread = a_thread(4)
    await put(database, *thread)

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    root, *rest = slack.posts
    assert [post.message_id for post in slack.posts] == [each.message_id for each in thread]
    assert root.thread_ts is None
    assert {post.thread_ts for post in rest} == {root.ts}


async def test_a_thread_to_a_person_hangs_on_the_post_in_their_messages(
    database: Database, slack: SlackApi, outlets: Outlets
) -> None:
    ids = await put(database, *a_thread(2, "U0PRACTITIONER"))

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    root, part = slack.posts
    assert (await row(database, ids[0])).receipt == f"D0PRACTITIONER/{root.ts}"
    assert part.thread_ts == root.ts


async def test_a_channel_gets_one_message_a_second_and_others_don_t_wait_for_it(
    database: Database, slack: SlackApi, outlets: Outlets
) -> None:
    await put(database, *(a_post(f"C{channel}") for channel in range(5) for _ in range(3)))

    await deliver_once(database, outlets, limits=Limits(slack_per_minute=60_000), timing=FAST)

    assert len(slack.posts) == 15
    for channel in range(5):
        moments = [post.at for post in slack.to(f"C{channel}")]
        # a post may arrive late on a busy machine, and the next on time
        assert all(later - earlier >= 0.8 for earlier, later in pairwise(moments))
    assert len({post.channel for post in slack.posts[:5]}) == 5


async def test_a_workspace_gets_no_more_messages_a_minute_than_it_takes(
    database: Database, slack: SlackApi, outlets: Outlets
) -> None:
    await put(database, *(a_post(f"C{channel}") for channel in range(10)))

    await deliver_once(database, outlets, limits=Limits(slack_per_minute=600), timing=FAST)

    moments = [post.at for post in slack.posts]
    assert moments[-1] - moments[0] >= 0.5  # nine gaps of a tenth of a second


async def test_replies_and_notices_go_before_what_waits_in_bulk(
    database: Database, mail: MailServer, outlets: Outlets
) -> None:
    await put(database, *(a_mail(f"bulk-{number}@westmere.example") for number in range(40)))
    reply = a_mail("asked@westmere.example", lane="reply")

    async def somebody_asks(_mail: Mail) -> None:
        if len(mail.mails) == 1:
            await put(database, reply)

    mail.on_mail = somebody_asks
    stop = asyncio.Event()
    working = asyncio.create_task(
        deliver_forever(database, outlets, stop=stop, limits=Limits(smtp_per_second=20), timing=FAST)
    )
    async with asyncio.timeout(30):
        while len(mail.mails) < 41:  # noqa: ASYNC110 - the server tells it by no event
            await asyncio.sleep(0.01)
    stop.set()
    await working

    order = [each.to for each in mail.mails]
    assert len(order) == 41
    assert order.index("asked@westmere.example") < 30


async def test_nobody_is_written_to_who_is_not_allowed(
    database: Database, mail: MailServer, slack: SlackApi
) -> None:
    outlets = outlets_to(mail, slack, why_not=allow_list("mash@westmere.example"))
    ids = await put(database, a_mail("mash@westmere.example"), a_mail("fostering@westmere.example"), a_post())

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)
    await close_outlets(outlets)

    assert await states(database, ids) == ["sent", "withheld", "withheld"]
    assert (await row(database, ids[1])).error == "not among CHAPTERWATCH_ALLOWED_RECIPIENTS"
    assert [each.to for each in mail.mails] == ["mash@westmere.example"]
    assert slack.posts == []


async def test_a_thread_whose_root_is_withheld_is_withheld(database: Database, slack: SlackApi) -> None:
    outlets = outlets_to(slack=slack, why_not=allow_list(""))
    ids = await put(database, *a_thread(3))

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)
    await close_outlets(outlets)

    assert await states(database, ids) == ["withheld"] * 3


async def test_told_to_stop_it_finishes_what_is_in_flight_and_gives_back_the_rest(
    database: Database, mail: MailServer, outlets: Outlets
) -> None:
    ids = await put(database, *(a_mail() for _ in range(40)))
    stop = asyncio.Event()

    async def stops_after_five(_mail: Mail) -> None:
        if len(mail.mails) == 5:
            stop.set()

    mail.on_mail = stops_after_five
    await deliver_forever(database, outlets, stop=stop, limits=UNHURRIED, timing=FAST)

    ended = await states(database, ids)
    assert set(ended) == {"sent", "pending"}
    assert ended.count("sent") == len(mail.mails)


async def test_told_to_stop_while_the_relay_stalls_it_gives_back_the_rest_at_once(
    database: Database, mail: MailServer
) -> None:
    outlets: Outlets = {"email": Outlet(sender=mail_sender(mail, timeout=60), why_not=everybody, width=6)}
    patient = replace(FAST, stop_within=60.0)
    ids = await put(database, *(a_mail(f"{number}@westmere.example") for number in range(20)))
    for number in range(6):
        mail.tricks[f"{number}@westmere.example"] = ["stall"]
    stop = asyncio.Event()
    working = asyncio.create_task(deliver_forever(database, outlets, stop=stop, limits=UNHURRIED, timing=patient))
    await _until_there_are(20, "claimed", database, ids)

    stop.set()
    await _until_there_are(14, "pending", database, ids)

    mail.over.set()
    await working
    await close_outlets(outlets)
    assert set(await states(database, ids)) == {"sent", "pending"}


async def _until_there_are(number: int, state: str, database: Database, ids: list[int]) -> None:
    async with asyncio.timeout(20):
        while (await states(database, ids)).count(state) < number:  # noqa: ASYNC110 - the database tells no event
            await asyncio.sleep(0.02)


async def test_workers_that_share_the_work_send_everything_once(
    postgres_database: Database, mail: MailServer, slack: SlackApi
) -> None:
    workers = [outlets_to(mail, slack) for _ in range(3)]
    threads = [each for number in range(4) for each in a_thread(2, f"C{number}")]
    ids = await put(postgres_database, *(a_mail() for _ in range(60)), *threads)

    tallies = await asyncio.gather(
        *(deliver_once(postgres_database, each, limits=UNHURRIED, timing=FAST) for each in workers)
    )
    for each in workers:
        await close_outlets(each)

    assert await states(postgres_database, ids) == ["sent"] * len(ids)
    assert sum(tally["sent"] for tally in tallies) == len(mail.mails) + len(slack.posts) == len(ids)
    assert len({each.message_id for each in mail.mails} | {each.message_id for each in slack.posts}) == len(ids)

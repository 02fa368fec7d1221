"""What people do on their own page, behind the link of every mail."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from database.schema import deliveries
from subscriptions import store
from subscriptions.wishes import parse_wish
from tests.mail_office import JO, MailOffice, Page, link_in, text_of

KIM = "kim.lee@partner.example"


async def my_page(office: MailOffice, address: str = JO) -> Page:
    return await office.opens(link_in(office.mail.to(address)[-1], "/subscriptions/"))


async def test_she_sees_what_she_gets_and_who_asked_for_it(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed(follow=["topic:fostering", "chapter:Private Fostering"], frequency="daily")

    page = await my_page(sqlite_office)

    assert JO in page.words
    assert "The topic Fostering" in page.words
    assert "The chapter Private Fostering" in page.words
    assert "Daily at 9:00" in page.words
    assert "you, on the page: subscribed to the topic Fostering" in page.words


async def test_she_changes_how_often_and_stops_one(office: MailOffice) -> None:
    await office.is_subscribed(follow=["topic:fostering", "chapter:Private Fostering"], frequency="daily")
    page = await my_page(office)

    saved = await office.sends_form(page, "/change", frequency_1="monthly", stop_2="yes", day="14", hour="7")

    assert "Your changes are saved." in saved.words
    assert "Monthly, on the 14th at 7:00" in saved.words
    assert "stopped the chapter Private Fostering" in saved.words
    assert saved.words.count("Stop this") == 1


async def test_she_changes_which_changes_she_hears_of(office: MailOffice) -> None:
    await office.is_subscribed(follow=["topic:fostering", "chapter:Private Fostering"], frequency="as it happens")
    page = await my_page(office)
    assert ("least-1", "minor") in page.form("/change").fields

    saved = await office.sends_form(page, "/change", least_1="must re-read", least_2="changed")

    assert "The topic Fostering, only what must be re-read" in saved.words
    assert "The chapter Private Fostering, only where more than links and details changed" in saved.words
    assert "changed which changes of the topic Fostering are told" in saved.words
    assert ("least-1", "must re-read") in saved.form("/change").fields
    before = len(office.mail.to(JO))
    await office.publishes("Foster Carer Reviews", details="A link was added.")
    office.clock.moves_on(minutes=10)
    await office.sends()
    assert len(office.mail.to(JO)) == before
    await office.publishes("Foster Carer Reviews", details="Please re-read it throughout.", reread=True)
    office.clock.moves_on(minutes=10)
    await office.sends()
    assert office.mail.to(JO)[-1].message["Subject"] == "1 fostering chapter to re-read"


async def test_what_was_made_up_changes_nothing(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    page = await my_page(sqlite_office)
    for said in ({"least_1": "some"}, {"frequency_1": "hourly"}, {"hour": "24"}, {"day": "31"}, {"weekday": "x"}):
        refused = await sqlite_office.sends_form(page, "/change", **said)
        assert refused.status == 400, said
        assert "There is a problem" in refused.words
    assert (await my_page(sqlite_office)).form("/change").fields[1:] == page.form("/change").fields[1:]


async def test_no_two_are_made_the_same(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed(frequency="weekly")
    async with sqlite_office.database.writing() as connection:  # as on the command line, where that may be wanted
        words = {"to": f"email:{JO}", "follows": "fostering", "frequency": "daily"}
        wish = parse_wish(words, topics=sqlite_office.parts.topics, manuals=())
        await store.grant_wish(connection, wish, by="a test", now=sqlite_office.clock())
    page = await my_page(sqlite_office)

    refused = await sqlite_office.sends_form(page, "/change", frequency_1="daily", hour="17")
    assert "Just that is followed here already" in refused.words
    assert refused.form("/change").fields[1:] == page.form("/change").fields[1:]

    swapped = await sqlite_office.sends_form(page, "/change", frequency_1="daily", frequency_2="monthly")
    assert "Your changes are saved." in swapped.words
    one = await sqlite_office.sends_form(
        await my_page(sqlite_office), "/change", frequency_1="monthly", stop_2="yes"
    )
    assert "Your changes are saved." in one.words
    assert one.words.count("Stop this") == 1


async def test_subscribing_to_the_same_again_changes_it(office: MailOffice) -> None:
    await office.is_subscribed(frequency="daily")
    await office.is_subscribed(frequency="weekly", weekday="friday")
    page = await my_page(office)

    assert page.words.count("Stop this") == 1
    assert "The topic Fostering Weekly, on Fridays" in page.words


async def test_what_is_followed_during_a_pause_rests_with_the_others(office: MailOffice) -> None:
    await office.is_subscribed(frequency="as it happens")
    paused = await office.sends_form(await my_page(office), "/pause", until="2026-05-20")
    await office.sends_form(paused, follow=["topic:leaving-care"], frequency="as it happens")

    async with office.database.reading() as connection:
        running = await store.running_subscriptions(connection)
    assert len({each.subscription.paused_until for each in running}) == 1
    assert all(each.subscription.paused_until for each in running)


async def test_paused_mails_come_afterwards(office: MailOffice) -> None:
    await office.is_subscribed(frequency="as it happens")
    page = await office.sends_form(await my_page(office), "/pause", until="2026-05-20")
    assert "paused until 20 May 2026" in page.words
    before = len(office.mail.to(JO))

    await office.publishes("Private Fostering")
    office.clock.moves_on(days=2)
    await office.sends()
    assert len(office.mail.to(JO)) == before

    office.clock.moves_on(days=10)
    await office.sends()
    assert "Private Fostering" in text_of(office.mail.to(JO)[-1])


async def test_a_pause_ends_on_a_day_to_come(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    mine = await my_page(sqlite_office)
    for until in ("", "2026-05-11", "2020-01-01", "2036-01-01", "soon", "2026-13-45"):
        page = await sqlite_office.sends_form(mine, "/pause", until=until)

        assert page.status == 400, until
        assert "There is a problem" in page.words


async def test_she_follows_more_without_another_mail(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    page = await sqlite_office.opens((await my_page(sqlite_office)).link("Follow more"))

    found = await sqlite_office.sends_form(page, button="find", words="missing")
    assert "Children Missing from Care" in found.words
    added = await sqlite_office.sends_form(found, follow=["chapter:Children Missing from Care"], frequency="daily")

    assert "You follow more now." in added.words
    assert "The chapter Children Missing from Care" in added.words


async def test_moving_takes_both_addresses(office: MailOffice) -> None:
    await office.is_subscribed(frequency="as it happens")
    old_link = link_in(office.mail.to(JO)[-1], "/subscriptions/")
    asked = await office.sends_form(await my_page(office), "/move", email=KIM)
    assert "Check your mail, at both addresses" in asked.words
    await office.sends()

    first = await office.sends_form(await office.opens(link_in(office.mail.to(KIM)[-1], "/confirm/")))
    assert first.heading == "Confirmed at this address"
    assert (await office.opens(old_link)).status == 200
    await office.sends_form(await office.opens(link_in(office.mail.to(JO)[-1], "/release/")))
    await office.sends()

    assert (await office.opens(old_link)).status == 404
    assert "fostering" in text_of(office.mail.to(KIM)[-1]).lower()
    await office.publishes("Private Fostering")
    office.clock.moves_on(minutes=10)
    at_old = len(office.mail.to(JO))
    await office.sends()
    assert "Private Fostering" in text_of(office.mail.to(KIM)[-1])
    assert len(office.mail.to(JO)) == at_old


async def test_an_address_of_another_domain_is_refused_where_it_was_typed(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    page = await sqlite_office.sends_form(await my_page(sqlite_office), "/move", email="jo@elsewhere.example")
    assert "It ends in @westmere.example" in page.words
    assert page.form("/move")


@pytest.mark.parametrize("answer", ["451 4.7.1 later", "550 5.1.1 no such user"])
@pytest.mark.parametrize("frequency", ["as it happens", "monthly"])
async def test_what_the_old_address_did_not_get_is_told_at_the_new_one(
    office: MailOffice, frequency: str, answer: str
) -> None:
    """The relay takes no mail for a while, or the address is gone and its subscriber suspended."""
    await office.is_subscribed()
    page = await my_page(office)
    await office.sends_form(page, "/change", frequency_1=frequency, day="13", hour="9")
    await office.sends_form(page, "/move", email=KIM)
    await office.sends()
    await office.publishes("Private Fostering")
    office.clock.moves_on(days=3)
    office.mail.tricks[JO] = [answer] * 20
    await office.sends()
    async with office.database.reading() as connection:
        waiting = (await connection.execute(select(deliveries.c.state).where(deliveries.c.lane == "bulk"))).all()
    assert [row.state for row in waiting] == ["pending" if answer.startswith("4") else "failed"]

    await office.sends_form(await office.opens(link_in(office.mail.to(KIM)[-1], "/confirm/")))
    await office.sends_form(await office.opens(link_in(office.mail.to(JO)[-1], "/release/")))
    office.mail.tricks.pop(JO)
    office.clock.moves_on(hours=1)
    await office.sends()
    await office.sends()

    told = [mail for mail in office.mail.mails if "Private Fostering" in text_of(mail)]
    assert [mail.to for mail in told] == [KIM]
    assert KIM in (await office.opens(link_in(told[0], "/subscriptions/"))).words


async def test_she_downloads_what_is_kept_of_her(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    page = await my_page(sqlite_office)

    answer = await sqlite_office.sends_form(page, "/download")

    kept = json.loads(answer.response.text)
    assert kept["subscriber"][0]["address"] == JO
    assert [each["value"] for each in kept["subscriptions"]] == ["fostering"]
    assert len(kept["deliveries"]) == len(sqlite_office.mail.to(JO))
    assert "attachment" in answer.response.headers["content-disposition"]


async def test_she_has_everything_about_her_forgotten(office: MailOffice) -> None:
    await office.is_subscribed()
    await office.is_subscribed(KIM)
    link = link_in(office.mail.to(JO)[-1], "/subscriptions/")
    page = await office.opens(link)

    unsure = await office.sends_form(page, "/erase")
    assert unsure.status == 400
    erased = await office.sends_form(page, "/erase", sure="yes")

    assert erased.heading == "Your data is erased"
    assert (await office.opens(link)).status == 404
    for kept in await everything_stored(office):
        assert JO not in kept
    assert any(KIM in kept for kept in await everything_stored(office))


async def everything_stored(office: MailOffice) -> list[str]:
    """Every row of every table, in words."""
    from database.schema import metadata

    async with office.database.reading() as connection:
        return [
            str(tuple(row)) for table in metadata.sorted_tables for row in await connection.execute(table.select())
        ]


async def test_a_page_left_open_changes_nothing_after_two_hours(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    page = await my_page(sqlite_office)
    sqlite_office.clock.moves_on(hours=3)

    late = await sqlite_office.sends_form(page, "/erase", sure="yes")

    assert late.status == 410
    assert "The topic Fostering" in (await my_page(sqlite_office)).words


async def test_one_persons_page_takes_no_token_of_anothers(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    await sqlite_office.is_subscribed(KIM)
    kims = (await my_page(sqlite_office, KIM)).form("/erase")

    answer = await sqlite_office.sends_form(
        await my_page(sqlite_office), "/erase", sure="yes", change_token=dict(kims.fields)["change_token"]
    )

    assert answer.status == 404
    assert (await my_page(sqlite_office)).status == 200


async def test_another_site_cannot_send_our_forms(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    page = await my_page(sqlite_office)
    sqlite_office.browser.headers["Sec-Fetch-Site"] = "cross-site"

    assert (await sqlite_office.sends_form(page, "/erase", sure="yes")).status == 403
    assert (await sqlite_office.subscribes("nobody@westmere.example")).status == 403

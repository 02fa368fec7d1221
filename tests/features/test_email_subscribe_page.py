"""The form for subscribing: what it says, what it refuses, and what it never tells."""

from __future__ import annotations

from tests.mail_office import JO, MailOffice, text_of


async def test_it_says_what_each_topic_covers_and_would_have_sent(office: MailOffice) -> None:
    await office.publishes("Foster Carer Reviews", "Private Fostering", baseline=True)

    page = await office.opens("/subscribe")

    assert "Foster carers from recruiting to the end of their approval" in page.words
    assert "2 changes in the last year" in page.words
    sent = await office.opens(page.link("See what it would have sent: Fostering"))
    assert "Foster Carer Reviews" in sent.words


async def test_a_chapter_is_found_by_search_and_what_was_ticked_stays_ticked(office: MailOffice) -> None:
    page = await office.opens("/subscribe")

    found = await office.sends_form(
        page, email=JO, follow=["topic:leaving-care"], frequency="daily", words="missing from care", button="find"
    )

    fields = found.form().fields
    assert ("email", JO) in fields
    assert ("follow", "topic:leaving-care") in fields
    assert ("frequency", "daily") in fields
    assert "Children Missing from Care" in found.words
    await office.sends_form(found, follow=["topic:leaving-care", "chapter:Children Missing from Care"])
    await office.sends()
    assert "the chapter Children Missing from Care" in text_of(office.mail.to(JO)[-1]).replace("The ch", "the ch")


WRONG: list[tuple[dict[str, str | list[str]], str]] = [
    ({"email": ""}, "Enter your email address"),
    ({"email": "jo"}, "in the right form, like name@westmere.example"),
    ({"email": "jo@elsewhere.example"}, "It ends in @westmere.example or @partner.example"),
    ({"email": "jo@sub.westmere.example"}, "It ends in @westmere.example"),
    ({"email": "jo@westmere.example\r\nBcc: all@westmere.example"}, "in the right form"),
    ({"follow": []}, "Choose at least one topic or chapter"),
    ({"follow": ["topic:astrology"]}, "There is no topic called “astrology”"),
    ({"follow": ["chapter:Buy cheap pills at pills.example"]}, "There is no chapter called"),
    ({"follow": ["phrase:buy cheap pills"]}, "you can follow topics, chapters, or everything"),
    ({"frequency": "hourly"}, "Choose how often"),
    ({"day": "31"}, "Choose a day from 1 to 28"),
    ({"least": "some"}, "Choose which changes"),
]


async def test_what_is_wrong_is_said_and_nothing_is_sent(sqlite_office: MailOffice) -> None:
    page = await sqlite_office.opens("/subscribe")
    for said, words in WRONG:
        fields: dict[str, str | list[str]] = {"email": JO, "follow": ["topic:fostering"], **said}
        answer = await sqlite_office.sends_form(page, None, None, **fields)

        assert answer.status == 400, said
        assert "There is a problem" in answer.words
        assert words in answer.words
    await sqlite_office.sends()
    assert sqlite_office.mail.mails == []


async def test_nobody_is_flooded_with_mails_through_the_form(sqlite_office: MailOffice) -> None:
    answers = {(await sqlite_office.subscribes()).words for _ in range(6)}
    await sqlite_office.sends()
    assert len(sqlite_office.mail.to(JO)) == 2
    assert len(answers) == 1, "the form does not tell"

    for _ in range(4):
        sqlite_office.clock.moves_on(minutes=5)
        await sqlite_office.subscribes()
        await sqlite_office.subscribes()
    await sqlite_office.sends()
    assert len(sqlite_office.mail.to(JO)) == 5

    sqlite_office.clock.moves_on(hours=2)
    await sqlite_office.subscribes()
    await sqlite_office.sends()
    assert len(sqlite_office.mail.to(JO)) == 6


async def test_one_client_cannot_ask_for_everybody(sqlite_office: MailOffice) -> None:
    statuses = [
        (await sqlite_office.subscribes(f"person{number}@westmere.example")).status for number in range(11)
    ]

    assert statuses == [200] * 10 + [429]


async def test_a_form_without_its_cookie_or_token_is_refused(sqlite_office: MailOffice) -> None:
    page = await sqlite_office.opens("/subscribe")
    assert (
        await sqlite_office.sends_form(page, email=JO, follow="everything", form_token="made up")
    ).status == 403

    sqlite_office.browser.cookies.clear()
    assert (await sqlite_office.sends_form(page, email=JO, follow="everything")).status == 403

    page = await sqlite_office.opens("/subscribe")
    sqlite_office.clock.moves_on(days=2)
    assert (await sqlite_office.sends_form(page, email=JO, follow="everything")).status == 403


async def test_every_page_forbids_scripts_frames_and_referrers(sqlite_office: MailOffice) -> None:
    for path in ("/", "/subscribe", "/privacy", "/subscriptions/nonsense", "/nowhere"):
        headers = (await sqlite_office.opens(path)).response.headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "script-src" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


async def test_the_outbox_is_not_shown_on_a_public_service(sqlite_office: MailOffice) -> None:
    assert (await sqlite_office.opens("/preview")).status == 404

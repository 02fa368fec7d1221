"""What no amendments list tells of: the contents' own changes, and the text of chapters that are followed."""

from __future__ import annotations

from datetime import timedelta

from tests.features.service import Service
from tests.servers.pages import PageServer
from tests.servers.slack_api import SlackApi


def address_of(title: str) -> str:
    return f"/chapters/{title.lower().replace(' ', '_')}.html"


def contents(*rows: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<tr><td>{number}</td><td><a href="{address_of(title)}">{title}</a></td><td>{flag}</td></tr>'
        for number, title, flag in rows
    )
    return f"<html><body><h1>Contents</h1><h2>1. All Children</h2><table>{listed}</table></body></html>"


ROWS = (
    ("1.1", "Contacts and Referrals", ""),
    ("1.2", "Private Fostering", ""),
    ("1.3", "Fostering Panel", ""),
    ("1.4", "Access to Records", ""),
)


def amendments(*entries: tuple[str, str], month: str = "October 2026") -> str:
    rows = "".join(
        f'<tr><td><a href="{address_of(title)}">{title}</a></td><td>{details}</td></tr>'
        for title, details in entries
    )
    april = "<h2>April 2026</h2><table><tr><td>Access to Records</td><td>Updated throughout.</td></tr></table>"
    october = f"<h2>{month}</h2><table>{rows}</table>" if entries else ""
    return f"<html><body><h1>Amendments</h1>{october}{april}</body></html>"


def chapter(visits: str, records: str = "Carers keep a daily log and hand it over each month.") -> str:
    return f"""<html><head><title>Private Fostering</title></head><body><h1>Private Fostering</h1>
<h2>SCOPE OF THIS CHAPTER</h2><p>For everybody who works with children who live away from their parents.</p>
<h2>1. Definition</h2><p>A child under sixteen who lives with somebody who is no close relative.</p>
<h2>2. Visits</h2><p>{visits}</p>
<h2>3. Records</h2><p>{records}</p></body></html>"""


def said_in(slack: SlackApi) -> str:
    return "\n".join(post.text for post in slack.to("C01ALL"))


async def follows_a_chapter(service: Service, council: PageServer, page: str) -> None:
    """A manual whose chapters are followed, and a channel that follows fostering in it."""
    council.publish("/chapters/private_fostering.html", page)
    await service.watches(
        "westmere",
        follow="all",
        amendments=council.publish("/amendments", amendments()),
        contents=council.publish("/contents", contents(*ROWS)),
    )
    await service.subscribes("fostering", "slack:C01ALL")
    await service.visits()


async def test_a_chapter_that_only_the_contents_know_is_told_after_two_days(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    service.now = service.now - timedelta(days=5)
    await service.watches(
        "westmere",
        amendments=council.publish("/amendments", amendments()),
        contents=council.publish("/contents", contents(*ROWS)),
    )
    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()

    council.publish("/contents", contents(*ROWS, ("1.5", "Staying Put", "New")))
    await service.visits()
    await service.sends()
    assert slack.posts == []  # the list may yet tell of it

    await service.passes(days=2, hours=1)
    await service.visits()
    await service.sends()
    assert "Staying Put" in said_in(slack)
    assert said_in(slack).count("new in the contents") == 1


async def test_what_both_the_list_and_the_contents_tell_is_told_once(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    service.now = service.now - timedelta(days=5)
    await service.watches(
        "westmere",
        amendments=council.publish("/amendments", amendments()),
        contents=council.publish("/contents", contents(*ROWS)),
    )
    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()

    council.publish("/contents", contents(*ROWS, ("1.5", "Staying Put", "New")))
    await service.visits()
    await service.passes(hours=5)
    council.publish("/amendments", amendments(("Staying Put", "This chapter has been added as new.")))
    await service.visits()
    await service.passes(days=4)
    await service.visits()
    await service.sends()

    assert said_in(slack).count("Staying Put") == 1
    assert "added as new" in said_in(slack)


async def test_a_followed_chapter_shows_which_sections_changed(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    await follows_a_chapter(service, council, chapter("A social worker visits every six weeks."))

    council.publish("/chapters/private_fostering.html", chapter("A social worker visits every four weeks."))
    council.publish("/amendments", amendments(("Private Fostering", "This chapter has been refreshed.")))
    await service.visits()
    await service.sends()

    (digest,) = slack.to("C01ALL")
    assert "This chapter has been refreshed." in digest.text
    assert "Visits" in digest.text
    assert "every six weeks" in digest.text
    assert "every four weeks" in digest.text
    assert "daily log" not in digest.text  # what did not change is not shown


async def test_a_section_that_is_new_is_shown_with_its_words(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    before = chapter("A social worker visits every six weeks.")
    await follows_a_chapter(service, council, before)

    told = amendments(("Private Fostering", "Section 4, Medical Reports is new."))
    council.publish("/amendments", told)
    new = "<h2>4. Medical Reports</h2><p>The doctor writes to the panel within ten days of seeing the child.</p>"
    council.publish("/chapters/private_fostering.html", before.replace("</body>", f"{new}</body>"))
    await service.visits()
    await service.sends()

    assert "The doctor writes to the panel within ten days" in said_in(slack)


async def test_a_change_that_no_list_announced_is_found(
    service: Service, council: PageServer, slack: SlackApi
) -> None:
    service.now = service.now - timedelta(days=5)
    council.publish("/chapters/private_fostering.html", chapter("A social worker visits every six weeks."))
    await service.watches(
        "westmere",
        follow="all",
        amendments=council.publish("/amendments", amendments()),
        contents=council.publish("/contents", contents(*ROWS)),
    )
    await service.subscribes("everything", "slack:C01ALL")
    await service.visits()

    council.publish("/chapters/private_fostering.html", chapter("A social worker visits every four weeks."))
    await service.visits()
    await service.passes(days=3)
    await service.visits()
    await service.sends()

    assert "The text of this chapter has changed: " in said_in(slack)
    assert said_in(slack).count("every four weeks") == 1

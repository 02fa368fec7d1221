"""Digests in Slack: nothing lost, nothing changed, within Slack's limits, and whole for screen readers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models.blocks import Block

from digests.digest import Digest, DigestLinks
from digests.slack import SlackMessage, render_notice, render_slack
from digests.slack_limits import lint
from tests.any_digest import LINES, WORDS, any_digests, label
from tests.sample_digests import (
    LINKS,
    a_digest,
    an_amendment,
    an_item,
    fostering_digest,
    whole_manual_digest,
)


def block_texts(message: SlackMessage) -> list[str]:
    """Everything that the blocks of a message say, as written."""

    def texts(thing: Any) -> list[str]:
        if isinstance(thing, dict):
            own = [thing["text"]] if isinstance(thing.get("text"), str) else []
            return own + [text for value in thing.values() for text in texts(value)]
        if isinstance(thing, list | tuple):
            return [text for each in thing for text in texts(each)]
        return []

    return texts(message.blocks)


def all_text(messages: tuple[SlackMessage, ...]) -> str:
    return "\n".join(message.text for message in messages)


@settings(max_examples=60, deadline=None)
@given(any_digests())
def test_any_digest_keeps_within_slacks_limits_and_loses_no_amendment(digest: Digest) -> None:
    messages = render_slack(digest)
    assert [problem for message in messages for problem in lint(message.to_json())] == []
    blocks = "\n".join(text for message in messages for text in block_texts(message))
    for item in digest.items:
        assert label(item.amendment_id) in all_text(messages)
        assert label(item.amendment_id) in blocks


@pytest.mark.parametrize("number", [1, 31, 39, 40, 300])
def test_every_chapter_stands_once_in_the_blocks_and_once_in_the_text(number: int) -> None:
    digest = whole_manual_digest(number)
    messages = render_slack(digest)
    blocks = "\n".join(text for message in messages for text in block_texts(message))
    for item in digest.items:
        title = f"{item.chapter_number} {item.amendment.title}"
        assert len(re.findall(rf"^{re.escape(title)}$", all_text(messages), re.MULTILINE)) == 1
        assert blocks.count(f"|{title}>") == 1
    assert [lint(message.to_json()) for message in messages] == [[]] * len(messages)


def test_a_team_s_usual_digest_is_one_post_and_reads_from_its_text_alone() -> None:
    (post,) = render_slack(fostering_digest())
    lines = [line for line in post.text.splitlines() if line]
    assert lines[:8] == [
        "5 fostering chapters changed, 1 to re-read",
        "Westmere Children’s Services Procedures · Weekly, Monday 11 May 2026, 9:00",
        "Must re-read (1)",
        "5.1 Fostering Services",
        "5.1.6 Supervision and Support of Foster Carers",
        "This chapter has been rewritten to follow the new standard on carers’ supervision and should be re-read "
        "throughout. Section 4, Visits sets out how often carers are visited and what is recorded.",
        "Must re-read · Updated, May 2026 · Section 4",
        "Changed in “4 Visits”",
    ]
    assert "Title not given, perhaps Exemptions to the Fostering Limit or Reviews of Foster Carers" in lines
    assert lines[-2:] == [
        "Next update: November 2026.",
        "You get this because this channel follows the topic Fostering.",
    ]


def test_a_long_digest_goes_on_in_the_thread_under_its_headings() -> None:
    post, *thread = render_slack(whole_manual_digest())
    assert "more changes in the thread" in post.text
    assert [message.text.splitlines()[0] for message in thread] == [
        f"{number} of {len(thread) + 1}: 31 chapters changed, 6 to re-read" for number in range(2, len(thread) + 2)
    ]
    assert all(message.text.splitlines()[2] in ("Changed (19)", "Minor changes (6)") for message in thread)


def test_the_count_of_what_is_in_the_thread_is_right() -> None:
    digest = whole_manual_digest()
    post, *_ = render_slack(digest)
    here = sum(f"\n{item.chapter_number} {item.amendment.title}\n" in post.text for item in digest.items)
    assert f"{len(digest.items) - here} more changes in the thread" in post.text


def test_titles_cant_start_a_link_or_a_mention() -> None:
    (post,) = render_slack(a_digest([an_item(1, an_amendment("<!channel> & <@U1>"))]))
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in post.text
    assert not any("<!" in text or "<@" in text for text in block_texts(post))


@pytest.mark.parametrize("words", ["*not bold*", "a_b_c.html", "> no quote", ":tada:", "one\n> two", "`x`", "~y~"])
def test_words_that_slack_would_format_stand_in_plain_text(words: str) -> None:
    (post,) = render_slack(a_digest([an_item(1, an_amendment(details=words))]))
    (block,) = [each for each in post.blocks if each["type"] == "section" and each["text"]["text"] == words]
    assert block["text"]["type"] == "plain_text"
    assert block["text"]["emoji"] is False


def test_addresses_can_t_break_out_of_a_link() -> None:
    (post,) = render_slack(a_digest([an_item(1, chapter_url="https://w.example/?a=1&b=<2>|c d")]))
    assert any(
        "<https://w.example/?a=1&amp;b=%3C2%3E%7Cc%20d|Private Fostering>" in text for text in block_texts(post)
    )


def test_a_shortened_text_links_to_the_whole_and_one_without_a_link_is_not_shortened() -> None:
    details = "This sentence is repeated. " * 100
    (post,) = render_slack(a_digest([an_item(1, an_amendment(details=details), more_url="https://w.example/1")]))
    assert any("<https://w.example/1|Read the whole entry>" in text for text in block_texts(post))
    whole = render_slack(a_digest([an_item(1, an_amendment(details=details), more_url=None)], links=DigestLinks()))
    assert all_text(whole).count("This sentence is repeated.") == 100


def test_the_foot_has_the_links_that_there_are() -> None:
    (post,) = render_slack(a_digest(links=LINKS))
    foot = post.blocks[-2]["elements"][0]["text"]
    assert f"<{LINKS.manage_url}|Change what is sent here>" in foot
    (bare,) = render_slack(a_digest([an_item(reasons=())], links=DigestLinks()))
    assert [block["type"] for block in bare.blocks[-2:]] == ["divider", "actions"]
    assert bare.blocks[-3]["elements"][0]["text"] == "Updated, May 2026"


def test_each_entry_has_a_menu_and_the_foot_a_button() -> None:
    (post,) = render_slack(a_digest([an_item(7, chapter_url="https://w.example/7"), an_item(8, chapter_url=None)]))
    menus = [block["accessory"] for block in post.blocks if "accessory" in block]
    told = [[option["value"] for option in menu["options"]] for menu in menus]
    assert told == [["read:7", "history:7", "not_for_us:7"], ["history:8", "not_for_us:8"]]
    assert menus[0]["options"][0]["url"] == "https://w.example/7"
    assert post.blocks[-1]["elements"][0]["action_id"] == "feedback"


def test_different_reasons_are_told_with_each_item() -> None:
    digest = a_digest([an_item(1), an_item(2, reasons=("follows everything",))])
    (post,) = render_slack(digest)
    assert "Here because this channel follows everything" in post.text
    assert "You get this because" not in post.text


def test_two_manuals_are_told_apart() -> None:
    digest = a_digest([an_item(1), an_item(2, manual="eastmere", manual_name="Eastmere Procedures")])
    (post,) = render_slack(digest)
    assert "\nEastmere Procedures: 5.1 Fostering\n" in post.text


@pytest.mark.parametrize("digest", [fostering_digest(), whole_manual_digest(40)])
def test_slack_s_own_models_take_the_blocks_as_they_are(digest: Digest) -> None:
    for message in render_slack(digest):
        assert [block.to_dict() for block in Block.parse_all(list(message.blocks))] == list(message.blocks)


def test_a_message_comes_back_from_storage_as_it_was() -> None:
    (post,) = render_slack(fostering_digest())
    assert SlackMessage.from_json(post.to_json()) == post


@settings(max_examples=50, deadline=None)
@given(LINES.filter(str.strip), WORDS.filter(str.strip))
def test_any_notice_keeps_within_slacks_limits(heading: str, text: str) -> None:
    assert lint(render_notice(heading, text).to_json()) == []

"""Every message and form that the app makes keeps Slack's limits, and reads from its text alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.orders.phrases import Wording
from bot.slack.elements import Message
from bot.slack.forms.change import change_form
from bot.slack.forms.context import FormContext
from bot.slack.forms.feedback import feedback_form
from bot.slack.forms.home import Home, home_view
from bot.slack.forms.look_up import look_up_form, topic_options
from bot.slack.forms.not_for_us import not_for_us_form
from bot.slack.forms.settings import settings_form
from bot.slack.forms.showing import showing
from bot.slack.forms.subscribe import subscribe_form
from bot.slack.messages import cards, help, past, questions
from bot.slack.messages import subscriptions as messages
from bot.slack.messages.cards import Card, Found
from bot.slack.messages.past import News
from bot.slack.messages.subscriptions import Granted
from digests.slack_limits import lint, lint_view
from manual.reading import Amendment, AmendmentKind
from manual.store.history import ListState
from subscriptions.interests import EVERYTHING, Interest, Significance
from subscriptions.store import SubscriptionOf
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind, Subscription
from subscriptions.topics import Topics

NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
TOPICS = Topics.load()

# Long, empty-looking, with Slack's own marks, emoji, right-to-left.
AWKWARD = [
    "<&>" * 900,
    "*bold* _it_ ~no~ `code`",
    "👩‍👩‍👧‍👦" * 200,
    "كفالة الأطفال " * 100,
    "<!channel> <@U01>",
    "A" * 5_000,
]
texts = st.one_of(
    st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
).filter(str.strip)
urls = st.one_of(
    st.none(),
    st.sampled_from(["https://w.example/" + "x" * 3_500, "javascript:alert(1)", "https://w.example/<|>"]),
)
keys = st.one_of(st.none(), st.just("westmere:0123456789ab"))
months = st.one_of(st.none(), st.sampled_from(["2026-05", "2019-12"]))
amendments = st.builds(
    Amendment,
    month=months,
    kind=st.sampled_from(AmendmentKind),
    title=st.one_of(st.none(), texts),
    details=st.one_of(st.just(""), texts),
    sections=st.lists(st.just("5.2.5"), max_size=30).map(tuple),
    reread=st.booleans(),
    url=urls,
)
card_values = st.builds(
    Card,
    title=texts,
    number=st.one_of(st.none(), st.just("5.2.1")),
    url=urls,
    where=st.one_of(st.none(), texts),
    manual=st.one_of(st.none(), texts),
    key=keys,
    last=st.one_of(st.none(), amendments),
)
news = st.builds(News, amendment=amendments, number=st.just("5.2.1"), url=urls, key=keys, manual=texts)
interests = st.one_of(
    st.just(EVERYTHING),
    st.sampled_from([Interest.topic("fostering"), Interest.section("4.2")]),
    texts.map(Interest.chapter).filter(lambda each: bool(each.value)),
)
subscribers = st.builds(
    Subscriber,
    id=st.just(1),
    kind=st.sampled_from([SubscriberKind.SLACK_CHANNEL, SubscriberKind.SLACK_USER]),
    address=st.just("C01"),
    name=st.one_of(st.none(), texts),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    day=st.integers(1, 28),
    suspended_at=st.sampled_from([None, NOW]),
    suspended_reason=texts,
)
wishes = st.builds(
    Subscription,
    id=st.integers(1, 10**9),
    subscriber_id=st.just(1),
    interest=interests,
    manual=st.sampled_from([None, "westmere"]),
    exclusions=st.lists(interests, max_size=30).map(tuple),
    frequency=st.sampled_from(Frequency),
    least=st.sampled_from(Significance),
    created_at=st.just(NOW),
    created_by=st.just("slack-user:U01"),
    paused_until=st.sampled_from([None, NOW + timedelta(days=9)]),
)
several = st.builds(SubscriptionOf, subscriber=subscribers, subscription=wishes)
manuals = st.dictionaries(st.sampled_from(["westmere", "luton", "a" * 40]), texts, max_size=3)
wordings = st.builds(Wording, topics=st.just(TOPICS), manuals=manuals)

thorough = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def assert_fine(message: Message) -> None:
    assert lint(message.to_json()) == []


def assert_says(message: Message, *words: str) -> None:
    """The text alone tells it: no screen reader sees the blocks."""
    for each in words:
        assert each in message.text


@thorough
@given(
    texts,
    st.lists(card_values, max_size=5),
    st.booleans(),
    st.lists(st.tuples(texts, urls.filter(bool)), max_size=9),
    st.lists(texts, max_size=3),
)
def test_answers_to_a_look_up(
    query: str, found: list[Card], sure: bool, contents: list[tuple[str, str]], topics: list[str]
) -> None:
    message = cards.answer(
        Found(query=query, cards=tuple(found), sure=sure, contents=tuple(contents), topics=tuple(topics))
    )
    assert_fine(message)
    assert_fine(cards.refused(query, contents))
    for card in found:
        assert_fine(cards.card_of(card))
        assert_fine(cards.shared(card, by="U01"))
        assert_fine(cards.preview(card))


@thorough
@given(texts, st.lists(amendments, max_size=12), st.integers(-1, 9), keys)
def test_histories(title: str, amended: list[Amendment], page: int, key: str | None) -> None:
    assert_fine(past.history(title, key, amended, page, number="5.2.1"))


@thorough
@given(st.lists(news, max_size=20), texts, st.integers(0, 40))
def test_what_is_new(told: list[News], topic: str, page: int) -> None:
    many = told * 20  # up to 400 amendments
    assert_fine(past.whats_new(many, f"about {topic}", ask={"t": topic[:200], "s": None}, page=page))


@thorough
@given(texts, months, st.booleans())
def test_when_the_next_update_is_due(name: str, month: str | None, failing: bool) -> None:
    state = ListState(
        manual="westmere",
        url="https://w.example",
        next_update=month,
        fetched_at=NOW,
        failing_since=NOW if failing else None,
    )
    message = past.when_next([(name, state)] * 5, [("weekly", NOW)], NOW)
    assert_fine(message)
    assert_says(message, "weekly: Wednesday 20 May 2026, 11:00")


@thorough
@given(several, wordings, st.lists(amendments, max_size=3), st.booleans(), texts)
def test_what_is_said_back(
    each: SubscriptionOf, wording: Wording, matched: list[Amendment], present: bool, note: str
) -> None:
    made = Granted(each=each, next_at=NOW, matched=tuple(matched), present=present, notes=(note,))
    message = messages.granted(made, wording)
    assert_fine(message)
    assert_says(message, "Next: Wednesday 20 May 2026, 11:00")
    before = replace(each, subscription=replace(each.subscription, frequency=Frequency.MONTHLY))
    for other in (
        messages.changed(made, wording),
        messages.unchanged(each, wording),
        messages.announced("U01", messages.changed_words(before, each, wording)),
        messages.ended(each, wording),
        messages.paused([each] * 9, NOW, wording),
        messages.resumed([each] * 9, wording),
        messages.ended_all([each] * 9, wording),
        questions.ask_until([each] * 9, wording, "/procedure"),
        messages.left_out(wording.follows(each)),
        messages.announced("U01", wording.follows(each)),
        messages.settings_saved(each.subscriber, messages.settings_words(each.subscriber, note)),
    ):
        assert_fine(other)


@thorough
@given(st.lists(several, max_size=30), wordings, st.integers(0, 5))
def test_lists_and_the_home_tab(followed: list[SubscriptionOf], wording: Wording, page: int) -> None:
    moments = {each.subscription.id or 0: NOW for each in followed}
    assert_fine(
        messages.listed(
            followed, wording, where="This channel", command="/procedure", next_moments=moments, page=page
        )
    )


@thorough
@given(st.lists(several, max_size=30), wordings, st.lists(news, max_size=12), st.integers(0, 5), st.booleans())
def test_the_home_tab(
    followed: list[SubscriptionOf], wording: Wording, told: list[News], page: int, first: bool
) -> None:
    home = Home(
        new=told,
        new_since=None if first else NOW,
        reread=told,
        followed=followed,
        next_moments={},
        page=page,
        notice=help.refusal("Only members of the channel can change what it follows."),
    )
    assert lint_view(home_view(home, wording, command="/procedure")) == []


@thorough
@given(texts, st.lists(st.tuples(texts, texts.map(lambda words: words[:2_000])), max_size=4), texts)
def test_guesses_refusals_and_failures(word: str, nearest: list[tuple[str, str]], reason: str) -> None:
    names = [topic.name for topic in TOPICS]
    for message in (
        questions.no_such_topic(word, nearest, names, command="/procedure"),
        questions.not_in_the_manual("chapter", word, nearest, command="/procedure"),
        help.refusal(reason),
        help.failure("0123abcd"),
        help.greeting("/procedure"),
        help.usage("/procedure", ["westmere", "luton"]),
        messages.passed_on(),
    ):
        assert_fine(message)


@thorough
@given(manuals, subscribers, several, wordings, texts, st.lists(interests, max_size=12, unique=True))
def test_forms(
    named: dict[str, str],
    subscriber: Subscriber,
    each: SubscriptionOf,
    wording: Wording,
    title: str,
    candidates: list[Interest],
) -> None:
    context = FormContext(channel="C01", response_url="https://hooks.example/" + "x" * 500, about="7")
    forms: list[dict[str, Any]] = [
        look_up_form(context),
        subscribe_form(TOPICS, named, context, channel=title),
        subscribe_form(TOPICS, named, context, channel=None),
        change_form(each, wording, context),
        settings_form(subscriber, "westmere", named, context, where="this channel"),
        not_for_us_form(title, [each], candidates, wording, context),
        feedback_form(context),
        showing("History", help.refusal(title)),
        showing("Follow", messages.granted(Granted(each=each, next_at=NOW, matched=()), wording)),
        showing("Look up", cards.card_of(Card(title=title, key="westmere:0123456789ab"))),
    ]
    for form in forms:
        assert lint_view(form) == []
        assert FormContext.from_metadata(form["private_metadata"]) is not None


def test_menus_offer_topics_by_what_people_call_them() -> None:
    assert topic_options("fost", TOPICS)[0]["value"] == "t:fostering"
    assert "t:fostering" in [each["value"] for each in topic_options("foster carers", TOPICS)]


CHAPTER = Card(
    title="Private Fostering",
    number="3.1.5",
    url="https://w.example/private.html",
    where="3.1 Fostering Service",
    manual="Westmere",
    key="westmere:0123456789ab",
    last=Amendment(
        month="2026-04",
        kind=AmendmentKind.UPDATED,
        title="Private Fostering",
        details="A link to the leaflet has been added.",
        sections=("4",),
        reread=True,
        url=None,
    ),
)
FOSTERING = SubscriptionOf(
    subscriber=Subscriber(id=1, kind=SubscriberKind.SLACK_CHANNEL, address="C01", name="#fostering"),
    subscription=Subscription(
        id=7,
        subscriber_id=1,
        interest=Interest.topic("fostering"),
        exclusions=(Interest.topic("adoption"),),
        created_at=NOW,
        created_by="a test",
    ),
)
PLAIN = Wording(topics=TOPICS, manuals={"westmere": "Westmere"})
NEWS = News(amendment=CHAPTER.last, number="3.1.5", url=CHAPTER.url, key=CHAPTER.key, manual="Westmere")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "message",
    [
        cards.answer(Found(query="private", cards=(CHAPTER, CHAPTER), sure=True)),
        cards.answer(
            Found(
                query="private",
                cards=(CHAPTER, CHAPTER),
                sure=False,
                contents=(("Westmere", "https://w.example"),),
            )
        ),
        cards.answer(Found(query="private", cards=(), sure=False, topics=("fostering",))),
        cards.shared(CHAPTER, by="U01"),
        past.history("Private Fostering", CHAPTER.key, [CHAPTER.last] * 9, number="3.1.5"),  # type: ignore[list-item]
        past.whats_new([NEWS] * 20, "in April 2026", ask={}, page=1),
        messages.granted(Granted(each=FOSTERING, next_at=NOW, matched=(CHAPTER.last,)), PLAIN),  # type: ignore[arg-type]
        messages.changed(Granted(each=FOSTERING, next_at=NOW, matched=()), PLAIN),
        messages.listed([FOSTERING] * 3, PLAIN, where="This channel", command="/p", next_moments={7: NOW}),
        messages.listed([], PLAIN, where="You", command="/p", next_moments={}),
        questions.ask_until([FOSTERING], PLAIN, "/p"),
        questions.no_such_topic("fostring", [("Fostering", "{}")], ["Fostering"], command="/p"),
        questions.not_in_the_manual("chapter", "fostring", [("the chapter Fostering", "{}")], command="/p"),
        help.usage("/p", ["westmere", "luton"]),
        help.greeting("/p"),
        help.failure("0123abcd"),
    ],
)
def test_a_screen_reader_hears_every_word_that_the_blocks_show(message: Message) -> None:
    shown = " ".join(_texts(list(message.blocks)))
    assert set(_words(shown)) <= set(_words(message.text))


def _texts(part: Any) -> list[str]:
    """What blocks show; a button's words are read out by itself."""
    if isinstance(part, list):
        return [words for each in part for words in _texts(each)]
    if part.get("type") in ("actions", "button"):
        return []
    inner = [words for key in ("elements", "fields") for words in _texts(part.get(key, []))]
    text = part.get("text")
    return inner + ([text] if isinstance(text, str) else _texts(text) if text else [])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<(?!@)[^|>]*\|", " ", text))


def test_somebody_elses_words_carry_no_button_that_would_keep_them() -> None:
    for shown in ((), (CHAPTER,), (CHAPTER, CHAPTER)):
        mine = Found(query="Kyle told us", cards=shown, sure=len(shown) == 1)
        theirs = replace(mine, may_be_kept=False)
        assert not shown or "Not what I meant" in str(cards.answer(mine).blocks)
        assert "Kyle told us" not in str(
            [each for each in cards.answer(theirs).blocks if each["type"] == "actions"]
        )
        assert "Not what I meant" not in str(cards.answer(theirs).blocks)

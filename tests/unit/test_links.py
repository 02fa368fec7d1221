"""Signed links open what they are for, for as long as they last, and nothing else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config.files import ConfigError
from config.secret import secret_key
from config.settings import Settings
from subscriptions.errors import DeadLink, LinkError, SpentLink
from subscriptions.links import LASTS, Addresses, Named, Purpose, Signer
from subscriptions.subscribers import Subscriber, SubscriberKind

NOW = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)
JO = Subscriber(id=7, kind=SubscriberKind.EMAIL, address="jo.bloggs@westmere.example")
SIGNER = Signer("k" * 48)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_names_what_it_was_made_for_until_its_time_is_over(purpose: Purpose) -> None:
    token = SIGNER.token(purpose, 7, JO.address, NOW)

    assert SIGNER.read(purpose, token, NOW + LASTS[purpose]) == Named(7, SIGNER.fingerprint(JO.address))
    with pytest.raises(SpentLink):
        SIGNER.read(purpose, token, NOW + LASTS[purpose] + timedelta(seconds=1))


def test_links_in_mails_last_a_year_and_changes_two_hours() -> None:
    assert LASTS[Purpose.MANAGE] == LASTS[Purpose.UNSUBSCRIBE] == timedelta(days=365)
    assert LASTS[Purpose.CHANGE] == timedelta(hours=2)


@pytest.mark.parametrize("other", [each for each in Purpose if each is not Purpose.UNSUBSCRIBE])
def test_a_token_is_good_for_nothing_else(other: Purpose) -> None:
    with pytest.raises(DeadLink):
        SIGNER.read(other, SIGNER.token(Purpose.UNSUBSCRIBE, 7, JO.address, NOW), NOW)


def test_somebody_elses_key_makes_no_token_of_ours() -> None:
    with pytest.raises(DeadLink):
        SIGNER.read(Purpose.MANAGE, Signer("o" * 48).token(Purpose.MANAGE, 7, JO.address, NOW), NOW)


def test_a_token_does_not_show_the_address_and_dies_with_it() -> None:
    link = Addresses(root="https://c.westmere.example", signer=SIGNER).manage(JO, NOW)
    named = SIGNER.read(Purpose.MANAGE, link.rpartition("/")[2], NOW)

    payload = link.rpartition("/")[2].partition(".")[0]
    assert b"bloggs" not in base64.urlsafe_b64decode(payload + "==")
    assert SIGNER.names(named, JO.address)
    assert not SIGNER.names(named, "somebody.else@westmere.example")


@given(st.text(max_size=200), st.sampled_from(Purpose))
def test_nothing_that_is_typed_is_a_token(text: str, purpose: Purpose) -> None:
    with pytest.raises(LinkError):
        SIGNER.read(purpose, text, NOW)


@given(st.data())
def test_a_damaged_token_is_no_token(data: st.DataObject) -> None:
    token = SIGNER.token(Purpose.MANAGE, 7, JO.address, NOW)
    at = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from("abcXYZ019-_."))
    damaged = token[:at] + other + token[at + 1 :]
    if damaged != token:
        with pytest.raises(DeadLink):
            SIGNER.read(Purpose.MANAGE, damaged, NOW)


def test_a_key_is_made_once_beside_an_sqlite_file(tmp_path: object) -> None:
    settings = Settings(_env_file=None, database_url=SecretStr(f"sqlite:///{tmp_path}/new/chapterwatch.db"))

    key = secret_key(settings)

    assert len(key) >= 32
    assert secret_key(settings) == key


def test_postgres_wants_the_same_key_on_every_machine() -> None:
    settings = Settings(_env_file=None, database_url=SecretStr("postgresql://db.westmere.example/chapterwatch"))

    with pytest.raises(ConfigError, match="SECRET_KEY"):
        secret_key(settings)
    assert secret_key(settings.model_copy(update={"secret_key": SecretStr("s" * 40)})) == "s" * 40

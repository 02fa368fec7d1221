"""Mails are signed where the council's relay doesn't do it, and a reader's mail server can check them."""

from __future__ import annotations

from pathlib import Path

import dkim
import pytest

from config.files import ConfigError
from config.settings import Settings
from database.connection import Database
from digests.signing import signing_of
from tests.mail_office import JO, running_office
from tests.servers.mail import mail_server

KEY = Path("tests/servers/tls/dkim.pem")
PUBLISHED = {
    b"s1._domainkey.westmere.example.": b"v=DKIM1; k=rsa; p="
    + Path("tests/servers/tls/dkim-public.txt").read_bytes()
}


def in_the_dns(name: bytes, timeout: int = 5) -> bytes | None:
    return PUBLISHED.get(name)


async def test_every_mail_carries_a_signature_that_holds(sqlite_database: Database, sqlite_url: str) -> None:
    async with (
        mail_server() as mail,
        running_office(sqlite_database, sqlite_url, mail, dkim_key_file=KEY, dkim_selector="s1") as office,
    ):
        await office.is_subscribed(frequency="as it happens")
        await office.publishes("Private Fostering")
        office.clock.moves_on(minutes=10)
        await office.sends()

        assert len(office.mail.to(JO)) == 3
        for each in office.mail.to(JO):
            assert dkim.verify(each.content, dnsfunc=in_the_dns)
            assert not dkim.verify(each.content.replace(b"Fostering", b"Adoption"), dnsfunc=in_the_dns)
        digest = office.mail.to(JO)[-1].message
        assert "list-unsubscribe-post" in digest["DKIM-Signature"].replace(" ", "").replace("\t", "")


def test_a_key_that_is_none_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    wrong = tmp_path / "key.pem"
    wrong.write_text("no key")
    settings = Settings(_env_file=None, mail_from="a@westmere.example", dkim_key_file=wrong, dkim_selector="s1")

    with pytest.raises(ConfigError, match="DKIM_KEY_FILE"):
        signing_of(settings)
    with pytest.raises(ConfigError, match="DKIM_SELECTOR"):
        signing_of(settings.model_copy(update={"dkim_selector": None}))
    assert signing_of(settings.model_copy(update={"dkim_key_file": None})) is None

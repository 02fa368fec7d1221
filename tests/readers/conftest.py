"""Programs of others that read what we write: w3m, and Ruby's libraries for feeds and calendars (all Debian's)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator

import pytest

from database.connection import Database
from tests.browser.everything import Lived, live
from tests.mail_office import MailOffice, running_office
from tests.servers.mail import mail_server

_FEED = """
require "rss"
begin
  feed = RSS::Parser.parse(STDIN.read, true, false)
  abort "no Atom feed" unless feed.is_a?(RSS::Atom::Feed)
  feed.entries.each { |each| puts each.title.content }
rescue RSS::Error => error
  abort "#{error.class}: #{error.message}"
end
"""

_CALENDAR = """
require "stringio"
require "icalendar"
begin
  Icalendar::Parser.new(STDIN.read, true).parse.each do |calendar|
    abort "not valid" unless calendar.valid?(true) && calendar.events.all? { |each| each.valid?(true) }
    puts calendar.prodid
    calendar.events.each { |each| puts each.uid, each.dtstart.iso8601, each.dtend.iso8601, each.summary, each.url }
  end
rescue NoMethodError, ArgumentError => error
  abort "#{error.class}: #{error.message}"
end
"""


class Refused(Exception):
    """What the other program had against it."""


def feed_titles(atom: bytes) -> list[str]:
    """The titles of a feed's entries, as Ruby's validating parser of Atom reads them. Raises Refused."""
    return _asked(["ruby", "-e", _FEED], atom).splitlines()


def calendar_lines(calendar: bytes) -> list[str]:
    """A calendar's product, and uid, days, summary and address of each event, as Ruby's parser reads it strictly.

    Raises Refused.
    """
    return _asked(["ruby", "-e", _CALENDAR], calendar).splitlines()


def in_a_text_browser(content: str, kind: str, *, width: int = 76) -> str:
    """What w3m shows of a mail's part; ``kind`` is "plain" or "html"."""
    command = ["w3m", "-dump", "-T", f"text/{kind}", "-I", "UTF-8", "-O", "UTF-8", "-cols", str(width)]
    return _asked(command, content.encode())


def _asked(command: list[str], given: bytes) -> str:
    assert shutil.which(command[0]), f"install {command[0]} (Debian: apt-get install w3m ruby ruby-icalendar)"
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    done = subprocess.run(command, input=given, capture_output=True, check=False, env=environment)
    if done.returncode:
        raise Refused(done.stderr.decode())
    return done.stdout.decode()


@pytest.fixture
async def office(sqlite_database: Database, sqlite_url: str) -> AsyncIterator[MailOffice]:
    async with mail_server() as mail, running_office(sqlite_database, sqlite_url, mail) as running:
        yield running


@pytest.fixture
async def lived(office: MailOffice) -> Lived:
    return await live(office)

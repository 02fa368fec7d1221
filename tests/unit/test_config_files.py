"""What a council edits: each mistake is told with the file, the key and what would be right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from config.files import ConfigError, load_toml
from config.manuals import load_manuals
from config.settings import Settings, load_settings
from manual.lookup.glossary_file import GlossaryFile

GOOD = """
[manuals.westmere]
name = "Westmere"
[[manuals.westmere.sources]]
kind = "amendments"
url = "https://westmere.example/amendments.html"
every = "6 hours"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "manuals.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_is_understood(tmp_path: Path) -> None:
    manuals = load_manuals(written(tmp_path, GOOD))
    assert manuals.names == {"westmere": "Westmere"}
    assert manuals.manuals["westmere"].sources[0].every == timedelta(hours=6)


def test_the_shipped_file_names_no_manual() -> None:
    assert load_manuals().manuals == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("manuals = [", "not valid TOML"),
        (GOOD.replace("every", "evry"), "unknown key 'manuals.westmere.sources.0.evry'; did you mean 'every'"),
        (GOOD.replace('name = "Westmere"', ""), "'manuals.westmere.name' is missing"),
        (GOOD.replace("6 hours", "often"), 'written like "30 minutes", "6 hours" or "1 day"'),
        (GOOD.replace("6 hours", "1 minute"), "shortest interval is 5 minutes"),
        (GOOD.replace("https://westmere.example", "westmere.example"), "begins with https://"),
        (GOOD.replace('"amendments"', '"amendmnts"'), "amendments"),
        (GOOD.replace("manuals.westmere", 'manuals."West Mere"'), "lower-case letters, digits and hyphens"),
        (GOOD + GOOD.replace("westmere]", "other]").replace("westmere.sources", "other.sources"), "listed twice"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load_manuals(path)
    assert str(path) in str(raised.value)
    assert told in str(raised.value)


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load_manuals(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8 text"):
        load_manuals(tmp_path / "binary.toml")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SMTP_PORT", "smtp", "CHAPTERWATCH_SMTP_PORT"),
        ("SMTP_TLS", "ssl", "SMTP_TLS: 'ssl'; write one of: starttls, tls, none$"),
        ("WEB_PORT", "abc", "^CHAPTERWATCH_WEB_PORT: 'abc'; write a whole number$"),
        ("WEB_PORT", "70000", "^CHAPTERWATCH_WEB_PORT: '70000'; write a number not above 65535$"),
        ("SMTP_PER_SECOND", "many", "'many'; write a number$"),
        ("PUBLIC_PAGES", "perhaps", "'perhaps'; write true or false$"),
        ("MAIL_FROM", "nobody", "'nobody' is no mail address; write name@example.gov.uk"),
        ("MAIL_IN_ADDRESS", "ask", "'ask' is no mail address"),
        ("ALLOWED_RECIPIENTS", "me@a.example foo", "'foo' can't be written to; write name@example.gov.uk"),
        ("SUBSCRIBE_DOMAINS", "@borset", "'@borset' is no mail domain; write example.gov.uk"),
        ("WEB_URL", "procedures.example", "must begin with https://"),
        ("SMTP_HOST", "relay.example", "CHAPTERWATCH_MAIL_FROM is missing"),
    ],
)
def test_a_malformed_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(f"CHAPTERWATCH_{name}", value)
    with pytest.raises(ConfigError, match=told):
        load_settings(env_file=None)


@pytest.mark.parametrize("value", ["*", "me@a.example, @b.gov.uk C0123456", "D0123456 u0123456"])
def test_whoever_can_be_written_to_may_be_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CHAPTERWATCH_ALLOWED_RECIPIENTS", value)
    monkeypatch.setenv("CHAPTERWATCH_SUBSCRIBE_DOMAINS", "a.gov.uk, @b.gov.uk *")
    assert load_settings(env_file=None).allowed_recipients == value


def test_a_misspelt_variable_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHAPTERWATCH_SMTP_HOTS", "relay.example")
    with pytest.raises(ConfigError, match="SMTP_HOTS is no setting; did you mean CHAPTERWATCH_SMTP_HOST"):
        load_settings(env_file=None)
    monkeypatch.delenv("CHAPTERWATCH_SMTP_HOTS")
    env_file = tmp_path / ".env"
    env_file.write_text("CHAPTERWATCH_WEB_PROT=80\n", "utf-8")
    with pytest.raises(ConfigError, match="CHAPTERWATCH_WEB_PORT"):
        load_settings(env_file=env_file)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTERWATCH_SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("CHAPTERWATCH_DATABASE_URL", "postgresql://me:very-secret@host/name")
    assert "very-secret" not in repr(load_settings(env_file=None))


def test_every_setting_is_documented() -> None:
    text = Path("docs/environment.md").read_text("utf-8")
    example = Path(".env.example").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"CHAPTERWATCH_{name.upper()}" in text, name
        assert f"CHAPTERWATCH_{name.upper()}" in example, name


def test_of_very_many_problems_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text("".join(f'word{number} = "x"\n' for number in range(9)), "utf-8")

    with pytest.raises(ConfigError, match=r"'word4'.*; and 4 more$"):
        load_toml(path, GlossaryFile)

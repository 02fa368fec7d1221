"""Every setting, from the environment or a file named .env; docs/environment.md lists them for people."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.files import ConfigError

PREFIX = "CHAPTERWATCH_"

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
_ADDRESS = re.compile(rf"[^\s@<>,;]+@{_DOMAIN.pattern}")
_RECIPIENT = re.compile(
    rf"\*|[^\s@<>]*@{_DOMAIN.pattern}|[CGDUW][A-Z0-9]{{2,}}|(?i:[CGDUW](?=.*\d)[A-Z0-9]{{2,}})"
)


class Settings(BaseSettings):
    """The values of CHAPTERWATCH_… variables. Secrets never show in logs or messages."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",  # .env may hold other programs' variables
        frozen=True,
    )

    # Where things are kept
    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/chapterwatch.db"),
        description="sqlite:///FILE for one machine, postgresql://user:password@host/name for many",
    )
    manuals_file: Path | None = Field(None, description="your manuals; without it config/manuals.toml")
    topics_file: Path | None = Field(None, description="your own topics; those of the same id win")
    glossary_file: Path | None = Field(None, description="your own glossary; its entries win")

    # Slack
    slack_bot_token: SecretStr | None = Field(None, description="the bot's token, xoxb-…")
    slack_app_token: SecretStr | None = Field(None, description="the app-level token for Socket Mode, xapp-…")
    slack_api_url: str = Field("https://slack.com/api/", description="only for a proxy or a test server")
    slack_signing_secret: SecretStr | None = Field(
        None, description="checks Slack's requests; only where they come over HTTP"
    )
    slack_client_id: str | None = Field(None, description="for installing into many workspaces by OAuth")
    slack_client_secret: SecretStr | None = Field(None, description="for installing into many workspaces by OAuth")
    slack_command: str = Field("/procedure", description="the command's name, as the app's manifest has it")
    slack_admins_only: bool = Field(False, description="only workspace admins change a channel's subscriptions")
    slack_per_minute: int = Field(200, ge=1, description="messages a minute to one workspace, at most")

    # Mail
    smtp_host: str | None = Field(None, description="the mail relay; without it no mail is sent")
    smtp_port: int = Field(587, ge=1, le=65535, description="587 with STARTTLS, 465 with TLS, 25 inside")
    smtp_tls: Literal["starttls", "tls", "none"] = Field("starttls", description="starttls, tls or none")
    smtp_verify: bool = Field(True, description="check the relay's certificate")
    smtp_username: str | None = Field(None, description="where the relay wants one")
    smtp_password: SecretStr | None = Field(None, description="where the relay wants one")
    smtp_connections: int = Field(4, ge=1, le=50, description="connections to the relay at once, at most")
    smtp_per_second: float = Field(10.0, gt=0, description="mails a second to the relay, at most")
    mail_from: str | None = Field(None, description="the sender's address; needed with a relay")
    mail_from_name: str = Field("Chapterwatch", description="the sender's name")

    dkim_key_file: Path | None = Field(
        None, description="an RSA key in PEM, to sign mails where the relay doesn't"
    )
    dkim_selector: str | None = Field(None, description="the name that the key is published under in the DNS")

    # Who may be written to
    allowed_recipients: str = Field(
        "",
        description="addresses, @domains, #channels' ids, or * for everybody; empty sends to nobody",
    )
    operators: str = Field(
        "", description="who hears of trouble: email:ops@example.gov.uk slack:C0123456, parted by spaces"
    )

    # People who subscribe by themselves
    subscribe_domains: str = Field(
        "", description="whose mail addresses may subscribe: westmere.gov.uk …, or *; empty lets nobody"
    )
    public_pages: bool = Field(True, description="show the archive, chapters, feeds and calendar to everybody")
    secret_key: SecretStr | None = Field(
        None, description="signs links; on SQLite one is made and kept beside the database, on PostgreSQL set it"
    )

    # Mail that comes in
    mail_in_port: int | None = Field(None, ge=0, le=65535, description="the port that a relay delivers mail to")
    mail_in_host: str = Field("127.0.0.1", description="the address that this port listens on")
    mail_in_lmtp: bool = Field(False, description="take mail by LMTP in place of SMTP")
    mail_in_address: str | None = Field(None, description="the address that people write to")
    bounce_address: str | None = Field(
        None, description="where mail comes back that can't be delivered; the relay has to take name+anything@ too"
    )
    auth_results_from: str | None = Field(
        None, description="the name that your relay puts at the front of its Authentication-Results headers"
    )

    # Digests
    gather_seconds: int = Field(300, ge=0, description="how long changes are gathered before they are told")
    working_days_only: bool = Field(True, description="no digests on weekends and English bank holidays")

    # Fetching
    contact: str | None = Field(None, description="an address or page that webmasters can turn to")
    fetch_timeout_seconds: float = Field(30.0, gt=0, description="for one page")
    fetch_max_bytes: int = Field(20_000_000, ge=1_000, description="larger pages are refused")
    fetch_pause_seconds: float = Field(2.0, ge=0, description="between two requests to one host")

    # Pages and logs
    web_host: str = Field("127.0.0.1", description="the address that the pages listen on")
    web_port: int = Field(8765, ge=0, le=65535, description="the port of the pages")
    web_url: str | None = Field(None, description="the public address of the pages, for links in digests")
    trusted_proxies: str = Field(
        "127.0.0.1", description="proxies before the pages, whose word is taken for who asks"
    )
    log_format: Literal["console", "json"] = Field("console", description="console or json")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug … error")

    @field_validator("web_url", "slack_api_url")
    @classmethod
    def _must_be_http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// or http://")
        return value

    @field_validator("mail_from", "mail_in_address", "bounce_address")
    @classmethod
    def _must_be_an_address(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.fullmatch(value):
            raise ValueError(f"{value!r} is no mail address; write name@example.gov.uk")
        return value

    @field_validator("allowed_recipients")
    @classmethod
    def _must_be_recipients(cls, value: str) -> str:
        for each in value.replace(",", " ").split():
            if not _RECIPIENT.fullmatch(each):
                raise ValueError(
                    f"{each!r} can't be written to; write name@example.gov.uk, @example.gov.uk, C0123456 or *"
                )
        return value

    @field_validator("subscribe_domains")
    @classmethod
    def _must_be_domains(cls, value: str) -> str:
        for each in value.replace(",", " ").split():
            if each != "*" and not _DOMAIN.fullmatch(each.removeprefix("@")):
                raise ValueError(f"{each!r} is no mail domain; write example.gov.uk, or * for everybody")
        return value

    @field_validator("secret_key")
    @classmethod
    def _must_be_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("must be at least 32 characters that nobody can guess")
        return value

    @field_validator("slack_command")
    @classmethod
    def _must_be_a_command(cls, value: str) -> str:
        value = value if value.startswith("/") else f"/{value}"
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise ValueError("is a word of lower-case letters, digits, - and _, at most 31, after a slash")
        return value

    @property
    def sends_slack(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def sends_mail(self) -> bool:
        return self.smtp_host is not None


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process. Raises ConfigError naming the variable and what would be right."""
    _refuse_unknown(env_file)
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        raise ConfigError("; ".join(map(_problem, error.errors()))) from None
    if settings.sends_mail and not settings.mail_from:
        raise ConfigError(f"{PREFIX}MAIL_FROM is missing: a relay is set, so name the sender's address")
    return settings


def _refuse_unknown(env_file: Path | None) -> None:
    """A misspelt variable would be silently without effect; so it is an error."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    present = {*os.environ, *(dotenv_values(env_file) if env_file else ())}
    for variable in sorted(name.upper() for name in present):
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "docs/environment.md lists the settings"
            raise ConfigError(f"{variable} is no setting; {hint}")


def _problem(error: ErrorDetails) -> str:
    """One error of the settings in our words: the variable, what stands there, what would be right."""
    name = str(error["loc"][0])
    if error["type"] == "value_error":  # says both itself
        field = Settings.model_fields.get(name)
        wanted = f"; it is for: {field.description}" if field else ""
        return f"{PREFIX}{name.upper()}: {error['msg'].removeprefix('Value error, ')}{wanted}"
    return f"{PREFIX}{name.upper()}: {error['input']!r}; write {_what_would_do(error)}"


def _what_would_do(error: ErrorDetails) -> str:
    kind, limits = error["type"], error.get("ctx", {})
    if kind.startswith("int"):
        return "a whole number"
    if kind.startswith("float"):
        return "a number"
    if kind.startswith("bool"):
        return "true or false"
    if kind == "literal_error":
        return f"one of: {str(limits['expected']).replace(chr(39), '').replace(' or ', ', ')}"
    for limit, words in _LIMITS.items():
        if limit in limits:
            return f"a number {words} {limits[limit]:g}"
    return error["msg"]


_LIMITS = {"ge": "not under", "gt": "above", "le": "not above", "lt": "under"}

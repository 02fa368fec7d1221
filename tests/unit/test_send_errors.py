"""Errors of mail servers and of Slack as types: which are for good, which pass, which leave a doubt."""

from __future__ import annotations

import aiohttp
import aiosmtplib
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from digests import slack_sender, smtp_sender
from digests.errors import Permanent, SendError, TryAgain, Unknown
from digests.smtp_sender import Stage


def kind(error: SendError) -> str:
    match error:
        case Permanent(unreachable=True):
            return "nobody there"
        case Permanent():
            return "refused"
        case TryAgain(whole=True):
            return "relay in trouble"
        case TryAgain():
            return "try again"
        case Unknown():
            return "unknown"
        case _:
            raise AssertionError(error)


@pytest.mark.parametrize(
    ("code", "message", "stage", "expected"),
    [
        (550, "5.1.1 no such user", "recipient", "nobody there"),
        (550, "no such user", "recipient", "nobody there"),
        (553, "5.1.3 bad address", "recipient", "nobody there"),
        (550, "5.2.1 mailbox disabled", "recipient", "nobody there"),
        (550, "5.1.1 no such user", "data", "nobody there"),
        (550, "5.7.1 relaying denied", "recipient", "refused"),
        (554, "5.7.1 looks like spam", "data", "refused"),
        (550, "looks like spam", "data", "refused"),
        (552, "5.2.2 mailbox full", "recipient", "try again"),
        (450, "4.2.0 greylisted", "recipient", "try again"),
        (451, "local error", "data", "try again"),
        (452, "4.3.1 no space", "recipient", "try again"),
        (421, "shutting down", "recipient", "relay in trouble"),
        (421, "too many connections", "connect", "relay in trouble"),
        (554, "go away", "connect", "relay in trouble"),
        (550, "5.7.60 may not send as this sender", "sender", "relay in trouble"),
        (530, "authentication required", "recipient", "relay in trouble"),
        (535, "wrong password", "connect", "relay in trouble"),
    ],
)
def test_answers_of_a_relay(code: int, message: str, stage: Stage, expected: str) -> None:
    assert kind(smtp_sender.classify_answer(code, message, stage)) == expected


@pytest.mark.parametrize(
    ("error", "stage", "expected"),
    [
        (aiosmtplib.SMTPConnectError("refused"), "connect", "relay in trouble"),
        (aiosmtplib.SMTPConnectTimeoutError("slow"), "connect", "relay in trouble"),
        (aiosmtplib.SMTPNotSupported("no STARTTLS"), "connect", "relay in trouble"),
        (aiosmtplib.SMTPAuthenticationError(535, "no"), "connect", "relay in trouble"),
        (aiosmtplib.SMTPServerDisconnected("gone"), "recipient", "relay in trouble"),
        (aiosmtplib.SMTPServerDisconnected("gone"), "data", "unknown"),
        (aiosmtplib.SMTPReadTimeoutError("slow"), "data", "unknown"),
        (aiosmtplib.SMTPRecipientRefused(550, "5.1.1 no", "x@y.example"), "recipient", "nobody there"),
        (aiosmtplib.SMTPDataError(452, "full"), "data", "try again"),
        (ConnectionResetError(), "data", "unknown"),
        (ConnectionResetError(), "sender", "relay in trouble"),
        (ValueError("control character"), "recipient", "nobody there"),
    ],
)
def test_errors_of_a_mail_connection(error: Exception, stage: Stage, expected: str) -> None:
    assert kind(smtp_sender.classify(error, stage)) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("channel_not_found", "nobody there"),
        ("is_archived", "nobody there"),
        ("not_in_channel", "nobody there"),
        ("account_inactive", "nobody there"),
        ("token_revoked", "nobody there"),
        ("msg_too_long", "refused"),
        ("invalid_blocks", "refused"),
        ("invalid_auth", "relay in trouble"),
        ("missing_scope", "relay in trouble"),
        ("token_expired", "relay in trouble"),
        ("a_code_of_tomorrow", "try again"),
    ],
)
def test_codes_of_slack(code: str, expected: str) -> None:
    assert kind(slack_sender.classify_code(code)) == expected


def answered(status: int, body: object, **headers: str) -> SlackApiError:
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data=body,  # type: ignore[arg-type]
        headers=headers,
        status_code=status,
    )
    return SlackApiError("failed", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (answered(200, {"ok": False, "error": "is_archived"}), "nobody there"),
        (answered(200, {"ok": False, "error": "fatal_error"}), "unknown"),
        (answered(500, {"ok": False, "error": "internal_error"}), "unknown"),
        (answered(502, {}), "unknown"),
        (answered(500, "upstream trouble"), "unknown"),
        (answered(503, {}), "relay in trouble"),
        (TimeoutError(), "unknown"),
        (aiohttp.ServerDisconnectedError(), "unknown"),
        (aiohttp.ClientPayloadError(), "unknown"),
        (aiohttp.ConnectionTimeoutError(), "relay in trouble"),
        (AttributeError("'str' object has no attribute 'get'"), "unknown"),
    ],
)
def test_errors_of_a_call_to_slack(error: Exception, expected: str) -> None:
    assert kind(slack_sender.classify(error)) == expected


def test_slacks_wish_to_wait_is_kept() -> None:
    error = slack_sender.classify(answered(429, {"ok": False, "error": "ratelimited"}, **{"Retry-After": "30"}))

    assert isinstance(error, TryAgain)
    assert (error.retry_after, error.whole) == (30.0, True)


def test_a_post_is_found_by_its_metadata_or_else_by_a_bots_same_words() -> None:
    def post(ts: str, text: str, message_id: str | None = None, bot: bool = True) -> dict[str, object]:
        payload = {"event_type": slack_sender.EVENT_TYPE, "event_payload": {"message_id": message_id}}
        return {"ts": ts, "text": text, "metadata": payload if message_id else {}, "bot_id": "B1" if bot else None}

    posts = [
        post("1", "same", "<other@x>"),
        post("2", "same", bot=False),
        post("3", "changed by Slack", "<this@x>"),
    ]

    assert slack_sender.find_post(posts, message_id="<this@x>", text="same") == "3"
    assert slack_sender.find_post(posts[:2], message_id="<this@x>", text="same") is None
    assert slack_sender.find_post([post("4", "same")], message_id="<this@x>", text="same") == "4"

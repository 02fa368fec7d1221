"""Letters: the mails that are no digests (confirmation, welcome, goodbye, …), each a folder of templates. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digests.email import add_alternatives, mail_bytes
from digests.mail_headers import add_list_headers, addressed
from digests.rendering import Mailing
from digests.store.outbox import NewDelivery

Letter = Literal["confirmation", "welcome", "suspension", "goodbye", "release", "answer"]

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INLINER = CSSInliner(
    extra_css="".join((_FOLDER / name).read_text("utf-8") for name in ("digest/inlined.css", "letter.css")),
    keep_style_tags=True,
    load_remote_stylesheets=False,
)


def letter(
    name: Letter,
    words: Mapping[str, Any],
    *,
    to: str,
    mailing: Mailing,
    now: datetime,
    subscriber_id: int | None = None,
    unsubscribe_url: str | None = None,
    answers: str | None = None,
) -> NewDelivery:
    """A letter to one address, ahead of all digests. Raises UnfitHeader for an unfit address.

    ``words`` fill its templates. ``unsubscribe_url`` makes it part of the list that can be left by one click;
    ``answers`` is the Message-ID of the mail that it answers.
    """
    subject = " ".join(_render(f"{name}/subject.txt", words).split())
    message_id = f"<{secrets.token_hex(8)}@{mailing.domain}>"
    message = addressed(
        sender=mailing.sender,
        to=to,
        subject=subject,
        message_id=message_id,
        date=now,
        reply_to=mailing.takes_mail,
    )
    if unsubscribe_url:
        add_list_headers(message, list_id=f"chapterwatch.{mailing.domain}", unsubscribe=(unsubscribe_url,))
    if answers:
        message.replace_header("Auto-Submitted", "auto-replied")
        message["In-Reply-To"] = answers
    filled = {**words, "subject": subject}
    html = _INLINER.inline(_render(f"{name}/body.html", filled)).replace(' data-css-inline="ignore"', "")
    add_alternatives(message, _render(f"{name}/body.txt", filled), html)
    return NewDelivery(
        channel="email",
        destination=to,
        lane="reply",
        payload={"mail": mail_bytes(message).decode("ascii")},
        message_id=message_id,
        summary=subject,
        subscriber_id=subscriber_id,
    )


def _render(template: str, words: Mapping[str, Any]) -> str:
    return _TEMPLATES.get_template(template).render(words)

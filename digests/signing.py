"""Signs mails with DKIM, for councils whose relay doesn't: it says that a mail is ours, and unaltered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import dkim

from config.files import ConfigError
from config.settings import PREFIX, Settings

SIGNED = [
    name.encode()
    for name in (
        "from to subject date message-id mime-version content-type list-unsubscribe list-unsubscribe-post list-id"
    ).split()
]
"""What RFC 8058 and good custom want under the signature."""


def signing_of(settings: Settings) -> Callable[[bytes], bytes] | None:
    """Signs a mail's bytes; None where no key is set. Raises ConfigError where the key can't be used."""
    if settings.dkim_key_file is None:
        return None
    if not settings.dkim_selector or not settings.mail_from:
        raise ConfigError(
            f"{PREFIX}DKIM_SELECTOR is missing: a key is set, so name the selector it is published under"
        )
    if not settings.dkim_key_file.is_file():
        raise ConfigError(f"{PREFIX}DKIM_KEY_FILE: {settings.dkim_key_file}: there is no such file")
    try:
        key = settings.dkim_key_file.read_bytes()
        domain = settings.mail_from.rpartition("@")[2]
        sign = partial(_sign, key=key, selector=settings.dkim_selector.encode(), domain=domain.encode())
        sign(f"From: {settings.mail_from}\r\n\r\n".encode())
    except (OSError, dkim.DKIMException, ValueError, IndexError) as error:
        raise ConfigError(f"{PREFIX}DKIM_KEY_FILE: {settings.dkim_key_file} holds no RSA key: {error}") from None
    return sign


def _sign(mail: bytes, *, key: bytes, selector: bytes, domain: bytes) -> bytes:
    """The mail with its signature before it."""
    present = mail.partition(b"\r\n\r\n")[0].lower()
    headers = [name for name in SIGNED if present.startswith(name + b":") or b"\n" + name + b":" in present]
    signature: bytes = dkim.sign(
        mail,
        selector,
        domain,
        key,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=headers,
    )
    return signature + mail

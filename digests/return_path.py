"""A return path of its own for every mail: whatever comes back to it says by itself which delivery it is about.

The part behind the plus is the mail's Message-ID and a keyed hash of it, so that nobody can make up a bounce.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from config.secret import secret_key
from config.settings import Settings
from subscriptions.links import Signer

_KEY = re.compile(r"[0-9a-f]{16}")


def return_path_of(settings: Settings) -> Callable[[str], str] | None:
    """From a Message-ID to its return path; None where no address for bounces is set. Raises ConfigError."""
    if settings.bounce_address is None:
        return None
    address, signer = settings.bounce_address, Signer(secret_key(settings))
    return lambda message_id: return_path(message_id, address=address, signer=signer)


def return_path(message_id: str, *, address: str, signer: Signer) -> str:
    """ "bounces+KEY.HASH@example.gov.uk"; the plain address for a Message-ID that holds no key."""
    key = message_id.strip("<>").partition("@")[0]
    if not _KEY.fullmatch(key):
        return address
    local, _, domain = address.partition("@")
    return f"{local}+{key}.{signer.fingerprint(f'bounce:{key}')}@{domain}"


def key_of_return_path(recipient: str, *, address: str, signer: Signer) -> str | None:
    """The key of the mail that came back to this recipient; None where it is no return path of ours."""
    local, _, domain = address.partition("@")
    found = re.fullmatch(
        rf"{re.escape(local)}\+([0-9a-f]{{16}})\.([0-9a-f]{{16}})@{re.escape(domain)}", recipient, re.IGNORECASE
    )
    if found is None or found[2].lower() != signer.fingerprint(f"bounce:{found[1].lower()}"):
        return None
    return found[1].lower()

"""The key that signs links: from the settings, or made once and kept beside an SQLite database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config.files import ConfigError
from config.settings import PREFIX, Settings

_SQLITE = "sqlite:///"
_FILE = "secret-key"


def secret_key(settings: Settings) -> str:
    """The key of these settings. Raises ConfigError where many machines would each make one of their own."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    url = settings.database_url.get_secret_value()
    if not url.startswith(_SQLITE):
        raise ConfigError(
            f"{PREFIX}SECRET_KEY is missing: on PostgreSQL every machine needs the same; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return _kept(Path(url.removeprefix(_SQLITE)).parent / _FILE)


def _kept(path: Path) -> str:
    """The key in a file that only its owner can read; whoever comes first makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{_FILE}.{secrets.token_hex(4)}")
    if not path.exists():
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), "ascii")
        try:
            os.link(made, path)  # whole or not at all, and never in the place of another's
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text("ascii").strip()

"""Finds a digest by its key, to be shown as a page."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries, digests
from digests.digest import Digest


async def digest_by_key(connection: AsyncConnection, key: str, domain: str) -> Digest | None:
    """The digest with this key, None where it never was or is forgotten.

    Found by the Message-ID of its first message, which holds the key and is indexed; ``domain`` is the sender's.
    """
    found = await connection.execute(
        select(digests.c.document)
        .join(deliveries, deliveries.c.digest_id == digests.c.id)
        .where(deliveries.c.message_id.in_((f"<{key}@{domain}>", f"<{key}.1@{domain}>")))
    )
    document = found.scalar_one_or_none()
    return None if document is None else Digest.from_json(document)

"""The tables. What NULL means is said at the column; who writes a table is said at the table."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, on both engines. SQLite has no time zones, so it gets naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone can't be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# A name for every constraint, so that a migration can name what it drops on either engine.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only in an INTEGER key
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


# --- manual/store ------------------------------------------------------------------------------------------

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("manual", Text, nullable=False),  # the manual's id in manuals.toml
    Column("kind", Text, nullable=False),  # amendments, contents, notices, chapter, feed
    Column("url", Text, nullable=False),
    Column("etag", Text),  # NULL: the server gave none
    Column("last_modified", Text),  # NULL: the server gave none
    Column("fetched_at", UtcDateTime),  # NULL: never
    Column("next_fetch_at", UtcDateTime, nullable=False),
    Column("baseline_at", UtcDateTime),  # NULL: nothing understood yet, the next reading is the baseline
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row; 0: the last visit was good
    Column("failing_since", UtcDateTime),  # NULL: the last visit was good
    Column("failure", Text),  # the last visit's reason; NULL: it was good
    Column("operators_told_at", UtcDateTime),  # NULL: not told of the present failure
    Column("overdue_told", Text),  # the announced month whose lateness operators were told of; NULL: none yet
    UniqueConstraint("manual", "url"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("fingerprint", Text, nullable=False),  # of the document: two equal readings share it
    Column("document", Document, nullable=False),  # manual.reading's to_json()
    Index(None, "source_id", "read_at"),
)

amendments = Table(
    "amendments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("manual", Text, nullable=False),
    Column("month", Text),  # "2019-12"; NULL: the page lost it
    Column("title", Text),  # NULL: the page lost it
    Column("title_key", Text),  # manual.identity.title_key(title)
    Column("document", Document, nullable=False),  # manual.reading.Amendment.to_json()
    Column("position", Integer, nullable=False),  # its place on the page when it was recorded
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("baseline", Boolean, nullable=False),  # stood there at first sight: told to nobody
    Column("revises_id", Id, ForeignKey("amendments.id")),  # NULL: not a revision of an earlier one
    Column("gone_at", UtcDateTime),  # NULL: still on the page, as far as known
    Column("section_changes", Document),  # NULL: the chapter's text is not followed, or did not change
    Column("held_until", UtcDateTime),  # NULL: matched; else found elsewhere than in a list, which may yet tell it
    Index(None, "manual", "month"),
    Index(None, "manual", "title_key"),
)

# --- manual/store/misses.py --------------------------------------------------------------------------------

# Questions that did not find their chapter: no moment, no person, no place; forgotten after a month.
misses = Table(
    "misses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("asked_on", Date, nullable=False, index=True),
    Column("words", Text, nullable=False),  # "#0123456789" in the place of a word that may be a name
    Column("outcome", Text, nullable=False),  # nothing, unsure, none of these
)

# The months in which operators were told of misses.
miss_reports = Table("miss_reports", metadata, Column("month", Text, primary_key=True))


# --- subscriptions/store.py --------------------------------------------------------------------------------

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),  # slack_channel, slack_user, email
    Column("workspace", Text, nullable=False, server_default=""),  # Slack's team id; "" for mail
    Column("address", Text, nullable=False),  # a channel's or user's id; a normalised mail address
    Column("name", Text),  # "#fostering", where it is known
    Column("hour", Integer, nullable=False, server_default="9"),  # of Europe/London
    Column("weekday", Integer, nullable=False, server_default="0"),  # of weekly digests; 0 is Monday
    Column("day", Integer, nullable=False, server_default="1"),  # of monthly digests
    Column("created_at", UtcDateTime, nullable=False),
    Column("suspended_at", UtcDateTime),  # NULL: can be reached, as far as known
    Column("suspended_reason", Text),
    UniqueConstraint("kind", "workspace", "address"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("manual", Text),  # NULL: every manual
    Column("follows", Text, nullable=False),  # topic, section, chapter, phrase, everything
    Column("value", Text, nullable=False),  # "" for everything
    Column("frequency", Text, nullable=False),
    Column("least", Integer, nullable=False),  # the least significance that is told
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("paused_until", UtcDateTime),  # NULL: not paused
    Column("ended_at", UtcDateTime),  # NULL: runs
    Column("end_reason", Text),
    Index(None, "subscriber_id"),
    Index(
        "ix_subscriptions_running",
        "follows",
        "value",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# What a subscription leaves out of what it follows.
exclusions = Table(
    "exclusions",
    metadata,
    Column(
        "subscription_id", Id, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True, nullable=False
    ),
    Column("follows", Text, primary_key=True, nullable=False),
    Column("value", Text, primary_key=True, nullable=False),
)

# The ledger: what every subscription has had, will get, or was deliberately not told.
matches = Table(
    "matches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("amendment_id", Id, ForeignKey("amendments.id", ondelete="CASCADE"), nullable=False),
    Column("subscription_id", Id, ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    Column("matched_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),  # why it matched, in people's words: "follows the topic Fostering"
    Column("state", Text, nullable=False),  # due, in digest, not told
    Column("not_told_reason", Text),  # NULL unless not told
    Column("digest_id", Id, ForeignKey("digests.id")),  # NULL unless in a digest
    UniqueConstraint("amendment_id", "subscription_id"),
    Index(None, "digest_id"),
    Index(
        "ix_matches_due",
        "subscription_id",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
)


# --- subscriptions/store_changes.py ------------------------------------------------------------------------

# Who changed what. Written in the transaction that changed it, never altered.
changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("subscription_id", Id, ForeignKey("subscriptions.id", ondelete="CASCADE")),  # NULL: all of them
    Column("changed_at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),  # "slack-user:U0123456", "name on the command line"
    Column("what", Text, nullable=False),  # in words: "subscribed to the topic Fostering, weekly"
    Index(None, "subscriber_id", "changed_at"),
)


# --- subscriptions/store_requests.py -----------------------------------------------------------------------

# What people asked for by themselves and have not confirmed yet: until they do it is no subscription.
requests = Table(
    "requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),  # subscribe, move
    Column("address", Text, nullable=False),  # who has to confirm: of a move, the new address
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE")),  # who moves; NULL: nobody does
    Column("document", Document, nullable=False),  # subscriptions.requests.Request.to_json()
    Column("asked_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),  # NULL: not by the address yet
    Column("released_at", UtcDateTime),  # of a move: when the old address confirmed it; NULL: not yet
    Index(None, "address"),
    Index(None, "subscriber_id"),
)

# Every mail that somebody made us send, so that nobody makes us send too many. Keys are keyed hashes.
askings = Table(
    "askings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),  # of an address, or of a client
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Index(None, "key", "asked_at"),
)

# Mails that came back.
bounces = Table(
    "bounces",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("bounced_at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),  # hard, soft, full
    Column("reason", Text, nullable=False),  # the server's words, without addresses
    Index(None, "subscriber_id", "bounced_at"),
)


# --- bot/slack/store.py ------------------------------------------------------------------------------------

# Events that were taken in hand: Slack delivers some again.
slack_events = Table(
    "slack_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
)

# What a channel or a person chose, and what is new to a person.
slack_choices = Table(
    "slack_choices",
    metadata,
    Column("workspace", Text, primary_key=True),  # Slack's team id; "" where there is one token
    Column("address", Text, primary_key=True),  # a channel's or a user's id
    Column("manual", Text),  # NULL: none chosen
    Column("looked_at", UtcDateTime),  # when the Home tab was last open; NULL: never
    Column("new_since", UtcDateTime),  # what was recorded since is new to them; NULL: nothing yet
)

# Which organisation a workspace belongs to, where the app was installed for the whole of it.
slack_workspaces = Table(
    "slack_workspaces",
    metadata,
    Column("team_id", Text, primary_key=True),
    Column("enterprise_id", Text, nullable=False),
)

# Whoever renews an installation's token holds its row until then: the old one is worth nothing afterwards.
slack_rotations = Table(
    "slack_rotations",
    metadata,
    Column("installation", Text, primary_key=True),
    Column("held_until", UtcDateTime, nullable=False),
)

# The shapes of slack_sdk's own stores, which read and write these three: installations, their bots, and the states
# of installations under way. Its moments are naive UTC.
_install = (
    Column("client_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("enterprise_id", Text),
    Column("enterprise_name", Text),
    Column("team_id", Text),
    Column("team_name", Text),
    Column("bot_token", Text),
    Column("bot_id", Text),
    Column("bot_user_id", Text),
    Column("bot_scopes", Text),
    Column("bot_refresh_token", Text),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
)
slack_bots = Table(
    "slack_bots",
    metadata,
    Column("id", Integer, primary_key=True),
    *(column._copy() for column in _install),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)
slack_installations = Table(
    "slack_installations",
    metadata,
    Column("id", Integer, primary_key=True),
    *(column._copy() for column in _install),
    Column("enterprise_url", Text),
    Column("user_id", Text, nullable=False),
    Column("user_token", Text),
    Column("user_scopes", Text),
    Column("user_refresh_token", Text),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", Text),
    Column("incoming_webhook_channel", Text),
    Column("incoming_webhook_channel_id", Text),
    Column("incoming_webhook_configuration_url", Text),
    Column("token_type", Text),
    Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
)
slack_oauth_states = Table(
    "slack_oauth_states",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("expire_at", DateTime, nullable=False),
)

# Links that were shown with a preview: not again in the same channel for a while.
slack_previews = Table(
    "slack_previews",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("link", Text, primary_key=True),
    Column("shown_at", UtcDateTime, nullable=False, index=True),
)


# --- digests/store.py --------------------------------------------------------------------------------------

digest_runs = Table(
    "digest_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("frequency", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("frequency", "due_at"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Id, ForeignKey("digest_runs.id"), nullable=False),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("compiled_at", UtcDateTime, nullable=False),
    Column("document", Document, nullable=False),  # digests.digest.Digest.to_json()
    UniqueConstraint("run_id", "subscriber_id"),
    Index(None, "subscriber_id"),
)

# The outbox. A row is written in the transaction that made its digest, and is never deleted by sending.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest_id", Id, ForeignKey("digests.id", ondelete="CASCADE")),  # NULL: a notice or a reply
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="SET NULL")),  # NULL: an operator
    Column("lane", Text, nullable=False),  # reply, notice, bulk: the first are claimed first
    Column("channel", Text, nullable=False),  # slack, email
    Column("workspace", Text, nullable=False, server_default=""),  # Slack's team id; "" for mail
    Column("destination", Text, nullable=False),  # a Slack channel's or user's id, or a mail address
    Column("part", Integer, nullable=False, server_default="1"),  # of a digest that takes several posts
    Column("after_id", Id, ForeignKey("deliveries.id")),  # NULL: waits for no other; else its thread's root
    Column("summary", Text, nullable=False),  # one line for people: the subject, the headline
    Column("message_id", Text, nullable=False, unique=True),  # the same on every attempt
    Column("state", Text, nullable=False),  # pending, claimed, sent, failed, unknown, withheld
    Column("attempts", Integer, nullable=False, server_default="0"),  # claims so far: also what fences a late one
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # not before; of an unknown one: when to look for it
    Column("give_up_at", UtcDateTime),  # NULL: never tried; a failure after this moment is final
    Column("claimed_by", Text),  # NULL unless claimed
    Column("claimed_until", UtcDateTime),  # NULL unless claimed
    Column("handed_over_at", UtcDateTime),  # Slack only: when its last post began; NULL: it never did
    Column("finished_at", UtcDateTime),  # NULL: not sent, failed or withheld yet
    Column("receipt", Text),  # what was got for it: Slack's ts, the mail server's answer
    Column("error", Text),  # the last attempt's; NULL: none, or sent since
    Index(
        "ix_deliveries_pending",
        "channel",
        "lane",
        "due_at",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_deliveries_claimed",
        "destination",
        sqlite_where=text("state = 'claimed'"),
        postgresql_where=text("state = 'claimed'"),
    ),
    Index(
        "ix_deliveries_unknown",
        "due_at",
        sqlite_where=text("state = 'unknown'"),
        postgresql_where=text("state = 'unknown'"),
    ),
    Index(None, "digest_id"),
    Index(None, "subscriber_id"),
    Index(None, "after_id"),
)

# What is sent, whole. Apart from the row above, which changes with every attempt: on SQLite all of it is written
# again each time. Gone when it was kept for long enough, or was erased.
payloads = Table(
    "payloads",
    metadata,
    Column(
        "delivery_id",
        Id,
        ForeignKey("deliveries.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
        autoincrement=False,
    ),
    Column("document", Document, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("worker", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("outcome", Text, nullable=False),  # sent, try again, failed, unknown, withheld, interrupted
    Column("error", Text),  # NULL: sent
    Index(None, "delivery_id"),
)

# When a relay, a workspace or a channel may be sent to next. Updated with the claim, so that rates hold across
# workers. One that keeps failing is tried ever more rarely: the same column holds its circuit open.
rates = Table(
    "rates",
    metadata,
    Column("destination", Text, primary_key=True),  # smtp, slack:T0, slack:T0:C0
    Column("next_at", Float, nullable=False),  # seconds since the epoch
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row, of the whole of it
    Column("failure", Text),  # the last one's reason; NULL: the last time went well
)

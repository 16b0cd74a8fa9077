"""The tables. Every row belongs to a community, directly or through its parent.

Texts of people are stored masked. What they wrote before masking stands in `originals` alone, and in `inbox.payload`
until the event has been dealt with.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.columns import Moment, row_id

STAYS: Final = "stays"
"""Set in the `info` of a table whose rows are this database's own: moving a deployment leaves them behind."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", row_id(), primary_key=True, autoincrement=True)


def _to(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target, ondelete="CASCADE"), nullable=nullable)


communities = Table(
    "communities",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)

boards = Table(
    "boards",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("on_web", Boolean, nullable=False, server_default=true()),
    Column("discussions", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("community_id", "name"),
)
"""`on_web`: whether the board's discussions have pages on the web. `discussions` counts them."""

channels = Table(
    "channels",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("remote", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("forum", Boolean, nullable=False, server_default=false()),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("community_id", "platform", "workspace", "remote"),
    Index("ix_channels_remote", "platform", "remote"),
)

board_channels = Table(
    "board_channels",
    metadata,
    Column("board_id", BigInteger, ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("channel_id", BigInteger, ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True, index=True),
)

board_words = Table(
    "board_words",
    metadata,
    Column("board_id", BigInteger, ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("text", Text, primary_key=True),
)
"""What a board masks beside the lists (`word`, `phrase`), and what it never masks (`exception`)."""

drafts = Table(
    "drafts",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    _to("board_id", "boards.id"),
    Column("platform", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,  # a button of a draft that is gone must not lead to another
)

articles = Table(
    "articles",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    Column("content", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

discussions = Table(
    "discussions",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    _to("board_id", "boards.id"),
    _to("article_id", "articles.id"),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("active_at", Moment, nullable=False),
    Index("ix_discussions_community_id_created_at", "community_id", "created_at"),
    Index("ix_discussions_busy", "community_id", "comments", "active_at", "id"),
    Index("ix_discussions_active_at", "active_at"),
)
"""`comments` counts those that are not removed. `version` grows with whatever the card shows."""

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("board_id", BigInteger, ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    _to("discussion_id", "discussions.id"),
)

postings = Table(
    "postings",
    metadata,
    _id(),
    _to("discussion_id", "discussions.id"),
    _to("channel_id", "channels.id"),
    Column("root", Text),
    Column("thread", Text),
    Column("url", Text),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("discussion_id", "channel_id"),
    Index("ix_postings_channel_id_thread", "channel_id", "thread"),
    Index("ix_postings_channel_id_root", "channel_id", "root"),
)

authors = Table(
    "authors",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("remote", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("avatar", Text),
    UniqueConstraint("community_id", "platform", "workspace", "remote"),
)
"""`name` is as its bearer wrote it: mask it before it is shown."""

comments = Table(
    "comments",
    metadata,
    _id(),
    _to("discussion_id", "discussions.id"),
    _to("author_id", "authors.id"),
    _to("posting_id", "postings.id"),
    _to("answers_id", "comments.id", nullable=True),
    Column("message", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("permalink", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("edited", BigInteger, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("edited_at", Moment),
    UniqueConstraint("posting_id", "message"),
    Index("ix_comments_discussion_id_id", "discussion_id", "id"),
    Index("ix_comments_answers_id", "answers_id"),
)
"""`posting_id` and `message` are the origin. `edited` is the platform's stamp of the newest edit that was applied."""

originals = Table(
    "originals",
    metadata,
    Column("comment_id", BigInteger, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

attachments = Table(
    "attachments",
    metadata,
    _id(),
    Column("comment_id", BigInteger, ForeignKey("comments.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("alt", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("permalink", Text),
    Column("spoiler", Boolean, nullable=False),
    Column("content", LargeBinary),
    Column("missing", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_attachments_kept",
        "id",
        sqlite_where=text("content IS NOT NULL"),
        postgresql_where=text("content IS NOT NULL"),
    ),
)
"""`content` is kept from when the first copy needs it until the last copy has it."""

copies = Table(
    "copies",
    metadata,
    _id(),
    Column("comment_id", BigInteger, ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
    _to("posting_id", "postings.id"),
    Column("message", Text),
    Column("url", Text),
    Column("own_place", Boolean, nullable=False),
    Column("cleared", Boolean, nullable=False),
    UniqueConstraint("comment_id", "posting_id"),
    Index("ix_copies_posting_id_message", "posting_id", "message"),
)
"""A comment in a posting. `own_place`: it takes the place of the original; `cleared`: the original is gone there."""

reactions = Table(
    "reactions",
    metadata,
    Column("posting_id", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Column("subject", BigInteger, primary_key=True),
    Column("author", Text, primary_key=True),
    Column("emoji", Text, primary_key=True),
    Column("present", Boolean, nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Index("ix_reactions_subject", "subject", "posting_id"),
)
"""Who reacted where with what. `subject` is the comment, 0 for the card. One that was taken back stays as such."""

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("payload", Text),
    Column("outcome", Text),
    Column("received_at", Moment, nullable=False),
    Column("slot", Integer, nullable=False, server_default=text("0")),
    Index("ix_inbox_waiting", "id", sqlite_where=text("outcome IS NULL"), postgresql_where=text("outcome IS NULL")),
    Index("ix_inbox_received_at", "received_at"),
    sqlite_autoincrement=True,  # whoever has read up to an id must not miss what comes after
)
"""Events before they are dealt with. `outcome` is None until then; then `payload` goes, unless it begins `failed`."""

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text),
    Column("token", BigInteger, nullable=False, server_default=text("0")),
    Column("until", Moment, nullable=False, server_default=text("0")),
    Column("state", Text),
    Index("ix_leases_owner", "owner"),
)
"""What one replica at a time may do: a lane by its name, a shard. `token` grows with each owner; `until` is by the
database's clock. Lanes are made with their postings."""

replicas = Table(
    "replicas",
    metadata,
    Column("name", Text, primary_key=True),
    Column("listening", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("deals", Boolean, nullable=False, server_default=true()),
    info={STAYS: True},
)
"""Who shares the database now. `listening` are the platforms whose events a replica hears, with spaces between; `deals`
whether it takes part in dealing with them. One that died stays for a while, with nothing in `listening`."""

behind = Table(
    "behind",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("replica", Text, primary_key=True),
    info={STAYS: True},
)
"""Threads that a replica is reading again, or a whole platform (both empty): their events rest meanwhile."""

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _to("community_id", "communities.id"),
    Column("kind", Text, nullable=False),
    Column("target_id", BigInteger, nullable=False),
    Column("lane", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("started_at", Moment),
    Column("reason", Text),
    UniqueConstraint("target_id", "kind"),
    Index(
        "ix_outbox_due",
        "lane",
        "id",
        sqlite_where=text("state IN ('pending', 'sending')"),
        postgresql_where=text("state IN ('pending', 'sending')"),
    ),
    Index(
        "ix_outbox_backlog",
        "platform",
        "state",
        "not_before",
        sqlite_where=text("state <> 'sent'"),
        postgresql_where=text("state <> 'sent'"),
    ),
    Index("ix_outbox_failed", "id", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
)
"""What has to be carried out: one row a card and a copy, which is brought to version `wanted`; `done` is what shows.

`state`: pending; sending (the outcome of the last try is not known); sent; failed (parked, with its reason); dropped.
"""

transfers = Table(
    "transfers",
    metadata,
    Column("source", Text, primary_key=True),
    Column("started_at", Moment, nullable=False),
    info={STAYS: True},
)
"""Which deployment is being copied into this database (`storage.transfer`); empty once it is whole."""

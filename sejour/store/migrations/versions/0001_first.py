"""Territories, feeds and their runs, offers, picks, mutes, hotspots."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "territory",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_territory"),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("every", sa.String, nullable=False),
        sa.Column("map", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_feed_territory_territory"),
        sa.UniqueConstraint("territory", "name", name="uq_feed_territory_name"),
    )
    op.create_table(
        "feed_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("feed", sa.Integer, nullable=False),
        sa.Column("started", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_run"),
        sa.ForeignKeyConstraint(["feed"], ["feed.id"], name="fk_feed_run_feed_feed"),
    )
    op.create_index("ix_feed_run_feed_started", "feed_run", ["feed", "started"])
    op.create_table(
        "offer",
        sa.Column("feed", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("lon", sa.Float),
        sa.Column("lat", sa.Float),
        sa.Column("seen", sa.String, nullable=False),
        sa.Column("gone", sa.String),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("feed", "key", name="pk_offer"),
        sa.ForeignKeyConstraint(["feed"], ["feed.id"], name="fk_offer_feed_feed"),
    )
    op.create_index("ix_offer_id", "offer", ["id"])
    for name in ("pick", "mute"):
        op.create_table(
            name,
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("territory", sa.String, nullable=False),
            sa.Column("offer", sa.String, nullable=False),
            sa.Column("document", sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(["territory"], ["territory.id"], name=f"fk_{name}_territory_territory"),
        )
        op.create_index(f"ix_{name}_territory", name, ["territory"])
    op.create_table(
        "hotspot",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("lat", sa.Float, nullable=False),
        sa.Column("lon", sa.Float, nullable=False),
        sa.Column("gateway", sa.String, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("territory", "id", name="pk_hotspot"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_hotspot_territory_territory"),
    )

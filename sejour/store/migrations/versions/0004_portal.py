"""The portal: phones that were let out, grants that a gateway will fetch, access points that nobody placed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "outing",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("gateway", sa.String, nullable=False),
        sa.Column("hotspot", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("began", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("territory", "device", name="pk_outing"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_outing_territory_territory"),
    )
    op.create_index("ix_outing_ref", "outing", ["ref"])
    op.create_index("ix_outing_address", "outing", ["address"])
    op.create_table(
        "waiting",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("gateway", sa.String, nullable=False),
        sa.Column("gatewayhash", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_waiting"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_waiting_territory_territory"),
        sa.UniqueConstraint("territory", "gateway", "id", name="uq_waiting_territory_gateway_id"),
    )
    op.create_table(
        "polling",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("gateway", sa.String, nullable=False),
        sa.Column("gatewayhash", sa.String, nullable=False),
        sa.Column("polled", sa.String),
        sa.PrimaryKeyConstraint("territory", "gateway", "gatewayhash", name="pk_polling"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_polling_territory_territory"),
    )
    op.create_table(
        "unplaced",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("gateway", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("first", sa.String, nullable=False),
        sa.Column("last", sa.String, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("territory", "gateway", "key", name="pk_unplaced"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_unplaced_territory_territory"),
    )

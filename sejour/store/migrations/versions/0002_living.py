"""When a feed is due, what its server said last, and the tallies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("feed", sa.Column("due", sa.String))
    op.add_column("feed", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.add_column("feed", sa.Column("etag", sa.Text))
    op.add_column("feed", sa.Column("modified", sa.Text))
    op.create_table(
        "tally",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("hour", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("hotspot", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("wish", sa.String, nullable=False),
        sa.Column("weather", sa.String, nullable=False),
        sa.Column("offer", sa.String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("territory", "hour", "action", "hotspot", "language", "wish", "weather", "offer", name="pk_tally"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_tally_territory_territory"),
    )

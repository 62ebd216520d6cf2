"""How much attention each offer deserved and got."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "attention",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("week", sa.String, nullable=False),
        sa.Column("offer", sa.String, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("got", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("territory", "week", "offer", name="pk_attention"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_attention_territory_territory"),
    )

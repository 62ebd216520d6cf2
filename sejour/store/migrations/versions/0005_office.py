"""The office: its words in one table with their journal, its staff, its pictures; feeds and hotspots that it took away."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LONG_AGO = "1970-01-01T00:00:00+00:00"


def upgrade() -> None:
    op.add_column("feed", sa.Column("removed", sa.String))
    op.add_column("hotspot", sa.Column("removed", sa.String))
    op.create_table(
        "word",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("sort", sa.String, nullable=False),
        sa.Column("offer", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_word_territory_territory"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_word_territory_offer", "word", ["territory", "offer"])
    for sort in ("pick", "mute"):
        op.execute(
            f"INSERT INTO word (territory, sort, offer, document, version, \"by\", at)"  # noqa: S608 (our own two names)
            f" SELECT territory, '{sort}', offer, document, 1, 'sejour', '{LONG_AGO}' FROM {sort} ORDER BY id"
        )
        op.drop_table(sort)
    op.create_table(
        "change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("sort", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("word", sa.Integer),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_change_territory_territory"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_territory_subject", "change", ["territory", "subject"])
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("shown", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("totp", sa.String),
        sa.Column("used", sa.Integer, nullable=False, server_default="0"),
        sa.Column("recovery", sa.Text, nullable=False),
        sa.Column("disabled", sa.String),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("last", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_staff_territory_territory"),
        sa.UniqueConstraint("territory", "name", name="uq_staff_territory_name"),
    )
    op.create_table(
        "session",
        sa.Column("token", sa.String, nullable=False),
        sa.Column("staff", sa.Integer, nullable=False),
        sa.Column("began", sa.String, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.Column("proven", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_session"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_session_staff_staff"),
    )
    op.create_index("ix_session_staff", "session", ["staff"])
    op.create_table(
        "invitation",
        sa.Column("token", sa.String, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("staff", sa.Integer),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_invitation"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_invitation_territory_territory"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_invitation_staff_staff"),
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempt"),
    )
    op.create_table(
        "picture",
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("territory", "id", name="pk_picture"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_picture_territory_territory"),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("territory", sa.String, nullable=False),
        sa.Column("offer", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("done", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_remark"),
        sa.ForeignKeyConstraint(["territory"], ["territory.id"], name="fk_remark_territory_territory"),
    )
    op.create_index("ix_remark_territory_done", "remark", ["territory", "done"])

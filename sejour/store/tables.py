"""The tables. An Offer is one document beside the few columns that SQL needs; times are ISO 8601 texts in UTC."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

SCHEMA = "0005"  # the migration that these tables are; a test keeps them equal

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s",
                       "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s"}
)  # fmt: skip

territory = Table(
    "territory",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", Integer, nullable=False),  # raised in the same transaction as any change that a visitor can see
)

feed = Table(
    "feed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("format", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("every", String, nullable=False),
    Column("map", Text, nullable=False),
    Column("due", String),  # when it is to be read next; at once when empty
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("etag", Text),  # what the server said of the source that was last taken
    Column("modified", Text),
    Column("removed", String),  # when the office took it away: it may come back
    UniqueConstraint("territory", "name"),
)

feed_run = Table(
    "feed_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed", Integer, ForeignKey("feed.id"), nullable=False),
    Column("started", String, nullable=False),
    Column("document", Text, nullable=False),  # a FeedRun
    Index(None, "feed", "started"),
)

offer = Table(
    "offer",
    metadata,
    Column("feed", Integer, ForeignKey("feed.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("seen", String, nullable=False),  # when the source first gave it
    Column("gone", String),  # when the source stopped giving it
    Column("document", Text, nullable=False),  # an Offer
    Index(None, "id"),
)

word = Table(
    "word",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("sort", String, nullable=False),  # "pick", "mute"…: store/curation.py
    Column("offer", String, nullable=False),  # "" when it is of the whole territory
    Column("document", Text, nullable=False),  # a Word
    Column("version", Integer, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Index(None, "territory", "offer"),
    sqlite_autoincrement=True,  # the journal names words by their id, that of no other
)

change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("sort", String, nullable=False),
    Column("subject", String, nullable=False),  # of which offer, account, feed…
    Column("word", Integer),
    Column("before", Text),
    Column("after", Text),
    Column("note", Text, nullable=False),
    Index(None, "territory", "subject"),
    sqlite_autoincrement=True,
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("shown", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),  # argon2id
    Column("totp", String),  # sealed by the service's secret
    Column("used", Integer, nullable=False, server_default="0"),  # the last time step of a code that was taken: none is taken twice
    Column("recovery", Text, nullable=False),  # a JSON list of hashes
    Column("disabled", String),
    Column("created", String, nullable=False),
    Column("last", String),  # when they last signed in
    UniqueConstraint("territory", "name"),
)

session = Table(
    "session",
    metadata,
    Column("token", String, primary_key=True),  # a hash
    Column("staff", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("began", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("ends", String, nullable=False),
    Column("proven", String, nullable=False),  # "password", or "" until the second factor was shown
    Column("agent", String, nullable=False),  # "Firefox, Linux": so that one recognises one's own
)

invitation = Table(
    "invitation",
    metadata,
    Column("token", String, primary_key=True),  # a hash
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("staff", Integer, ForeignKey("staff.id")),  # whose password is to be chosen anew; None: a new account
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("by", String, nullable=False),
    Column("ends", String, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("key", String, primary_key=True),  # a keyed hash of the account or of where it comes from
    Column("until", Float, nullable=False),  # seconds since 1970: when all that was tried is forgotten
)

picture = Table(
    "picture",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("id", String, primary_key=True),  # a hash of its pixels
    Column("data", LargeBinary, nullable=False),  # re-encoded by us, with nothing of the camera's
    Column("document", Text, nullable=False),  # a StoredPicture
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

remark = Table(
    "remark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("offer", String, nullable=False),
    Column("what", String, nullable=False),
    Column("text", Text, nullable=False),  # as the visitor wrote it
    Column("language", String, nullable=False),
    Column("day", String, nullable=False),  # not the hour: nobody is to be recognised by it
    Column("done", String),  # by whom of the staff
    Index(None, "territory", "done"),
)

hotspot = Table(
    "hotspot",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("gateway", String, nullable=False),
    Column("keys", Text, nullable=False),  # a JSON list of texts
    Column("removed", String),  # when the office took it away: sejour.toml does not bring it back
)

tally = Table(
    "tally",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("hour", String, primary_key=True),  # "2026-08-13T15", UTC
    Column("action", String, primary_key=True),
    Column("hotspot", String, primary_key=True),  # "" where a dimension has no value
    Column("language", String, primary_key=True),
    Column("wish", String, primary_key=True),
    Column("weather", String, primary_key=True),
    Column("offer", String, primary_key=True),
    Column("count", Integer, nullable=False),
)

attention = Table(
    "attention",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("week", String, primary_key=True),  # its Monday, "2026-08-10", UTC
    Column("offer", String, primary_key=True),
    Column("due", Float, nullable=False),  # in pages
    Column("got", Float, nullable=False),
)

outing = Table(
    "outing",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("device", String, primary_key=True),  # a pseudonym, as `address`: see captive_portal/outings.py
    Column("address", String, nullable=False, index=True),
    Column("ref", String, nullable=False, index=True),
    Column("gateway", String, nullable=False),
    Column("hotspot", String, nullable=False),  # "" where the gateway did not tell
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("began", String, nullable=False),
    Column("ends", String, nullable=False),
)

waiting = Table(
    "waiting",
    metadata,
    Column("number", Integer, primary_key=True),  # the order in which they came
    Column("territory", String, ForeignKey("territory.id"), nullable=False),
    Column("gateway", String, nullable=False),
    Column("gatewayhash", String, nullable=False),
    Column("id", String, nullable=False),
    Column("line", Text, nullable=False),  # what the gateway is told
    Column("ref", String, nullable=False),  # of the outing
    Column("since", String, nullable=False),
    UniqueConstraint("territory", "gateway", "id"),
)

polling = Table(
    "polling",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("gateway", String, primary_key=True),
    Column("gatewayhash", String, primary_key=True),  # how it names itself when it asks
    Column("polled", String),  # when it last did, to the minute
)

unplaced = Table(
    "unplaced",
    metadata,
    Column("territory", String, ForeignKey("territory.id"), primary_key=True),
    Column("gateway", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("first", String, nullable=False),
    Column("last", String, nullable=False),
    Column("times", Integer, nullable=False),  # how often it was noted: once an hour at most
)

"""What is kept of a class: no tokens but their hashes, and nothing of a person but the nickname they chose."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, MetaData, String, Table

TABLES = MetaData()
NEVER_AGAIN = {
    "sqlite_autoincrement": True
}  # else SQLite numbers the next as what has just gone, which browsers still have


def _of(table: str) -> ForeignKey:
    """Whose row it is, with which it goes."""
    return ForeignKey(f"{table}.id", ondelete="CASCADE")


CLASSROOMS = Table(
    "classrooms",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("code", String(8), unique=True, nullable=False),
    Column("name", String(60), nullable=False),
    Column("teacher", String(64), nullable=False),  # hash of the token
    Column("opened", Float, nullable=False),  # seconds since 1970, here and below
    Column("used", Float, nullable=False, index=True),
    Column("frozen", Boolean, nullable=False, default=False),  # whether posts are taken
    Column("leads", String(1200)),  # where the teacher leads: a page and its query
    **NEVER_AGAIN,
)
MEMBERS = Table(
    "members",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("classroom", Integer, _of("classrooms"), nullable=False, index=True),
    Column("token", String(64), unique=True, nullable=False),  # its hash
    Column("nickname", String(32), nullable=False),  # "" for none
    Column("joined", Float, nullable=False),
    **NEVER_AGAIN,
)
QUESTIONS = Table(
    "questions",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("classroom", Integer, _of("classrooms"), nullable=False, index=True),
    Column("lesson", String(60), nullable=False),  # its path
    Column("options", JSON, nullable=False),
    Column("asked", Float, nullable=False),
    Column("revealed", Float),
    Column("answer", String(60)),  # one of the options, as it was measured
    **NEVER_AGAIN,
)
VOTES = Table(
    "votes",
    TABLES,
    Column("question", Integer, _of("questions"), primary_key=True),
    Column("member", Integer, _of("members"), primary_key=True, index=True),
    Column("option", String(60), nullable=False),
    Column("voted", Float, nullable=False),
)
POSTS = Table(
    "posts",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("classroom", Integer, _of("classrooms"), nullable=False, index=True),
    Column("member", Integer, _of("members"), nullable=False, index=True),
    Column("activity", String(60), nullable=False),  # its number, in figures
    Column("experiment", JSON, nullable=False),  # the run, as experiments are written
    Column("numbers", JSON, nullable=False),  # by name, as this server measured them
    Column("posted", Float, nullable=False),
    **NEVER_AGAIN,
)
ACTIVITIES = Table(
    "activities",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("classroom", Integer, _of("classrooms"), nullable=False, index=True),
    Column("kind", String(60), nullable=False),  # one of `activities.KINDS`
    Column("settings", JSON, nullable=False),
    Column("begun", Float, nullable=False),
    Column("ended", Float),
    **NEVER_AGAIN,
)
DEALS = Table(
    "deals",
    TABLES,
    Column("activity", Integer, _of("activities"), primary_key=True),
    Column("member", Integer, _of("members"), primary_key=True, index=True),
    Column("place", Integer, nullable=False),  # from 0, each once: what is dealt follows from it
    Column("started", Float),  # since when this member trains, or has
)
CURVES = Table(
    "curves",
    TABLES,
    Column("post", Integer, _of("posts"), primary_key=True),
    Column("points", JSON, nullable=False),  # [x, y], as they were measured
)

"""`python -m lessons talk`: a script of a talk checked, made a handout, and its states made pictures."""

import argparse
from pathlib import Path

from lessons import talk_handout, talk_shots
from lessons.plain_yaml import MOST_BYTES
from lessons.talk import Talk, read, shipped, shipped_file
from lessons.talk_store import name_of
from lessons.text import sections

WORDS = sections("talk")
SERVER = "http://localhost:8501"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command, with what it can do, to those of the command line."""
    ways = commands.add_parser("talk").add_subparsers(required=True, metavar="WHAT")
    checks = ways.add_parser("check", help="complain of each line that is wrong")
    checks.set_defaults(run=check)
    makes = ways.add_parser("handout", help="write all states as one HTML file to print")
    makes.set_defaults(run=handout)
    makes.add_argument("--server", default=SERVER, help=f"how links begin ({SERVER})")
    takes = ways.add_parser("pictures", help="take a picture of each state, for those who work on the course")
    takes.set_defaults(run=pictures)
    for parser in (checks, makes, takes):
        parser.add_argument("talk", metavar="TALK", help="the name of a talk that ships, or a file")
    makes.add_argument("file", type=Path, metavar="OUT.html")


def check(asked: argparse.Namespace) -> None:
    """Say how many states a talk has, and how long it is. Raises BadTalkError."""
    print(talk_handout.summary(_talk(asked.talk)))


def handout(asked: argparse.Namespace) -> None:
    """Write the handout of a talk. Raises BadTalkError."""
    asked.file.write_text(talk_handout.html(_talk(asked.talk), asked.server.rstrip("/")), encoding="utf-8")


def pictures(asked: argparse.Namespace) -> None:
    """Take a picture of each state of a talk, and say which is there. Raises BadTalkError, and NoBrowserError where
    nothing can take them."""
    talk = _talk(asked.talk)
    for at, path in enumerate(talk_shots.take(talk, _file(asked.talk)), 1):
        print(WORDS("picture", at=at, states=len(talk.states), file=path), flush=True)


def _talk(named: str) -> Talk:
    """The talk that ships under this name, or that is in this file."""
    from lessons.ui.state.rooms import knobs_of  # brings all pages' knobs, which no other command needs

    file = _file(named)
    return read(named if named in shipped() else name_of(file), file, knobs_of)


def _file(named: str) -> bytes:
    """Its script, of which no more is read than a talk can have."""
    if named in shipped():
        return shipped_file(named)
    with Path(named).open("rb") as opened:
        return opened.read(MOST_BYTES + 1)

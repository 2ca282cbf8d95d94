"""The command: looks at everything, prints a line each, and writes a bundle for a report if it is asked to."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from lessons.doctor import bundle, kept, machine, running, self_test, settings
from lessons.doctor.finding import Finding

LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    machine.findings,
    settings.findings,
    kept.findings,
    running.findings,
    self_test.findings,
)


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to those of the command line."""
    parser = commands.add_parser("doctor", help="look whether this machine can serve the course")
    parser.add_argument("--bundle", type=Path, metavar="FILE.zip", help="write what was found, to send with a report")
    parser.set_defaults(run=examine)


def examine(asked: argparse.Namespace) -> int:
    """Print what is found; 1 where something has failed."""
    found = []
    for look in LOOKS:
        for each in _looked(look):
            print(each, flush=True)
            found.append(each)
    if asked.bundle:
        bundle.write(asked.bundle, found)
        print(f"{asked.bundle} is written; it names neither you nor this machine: look at it before you send it")
    return int(any(each.level == "fail" for each in found))


def _looked(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a look finds; that it failed where it did, for then the others are wanted most."""
    try:
        yield from look()
    except Exception as error:
        what, advice = look.__module__.rpartition(".")[2], "report it with python -m lessons doctor --bundle FILE.zip"
        yield Finding("fail", what, f"{type(error).__name__}: {error}", advice)

"""Readers that take what they are told to take, for tests of the process that reads what visitors bring."""

import os
import sys
import time

from lessons.jobs import limited
from lessons.jobs.limited import Files
from lessons.models.bad_file import BadFile

TAKES = f"{__name__}:takes"


def takes(files: Files) -> list[bytes]:
    """The second file; but the name of the first says what to do before."""
    kind = files[0][0]
    if kind == "memory":
        return [bytes(2**28)]
    if kind == "processor":
        while True:
            pass
    if kind == "time":
        time.sleep(1000)
    if kind == "dies":
        sys.exit(3)
    if kind == "refuses":
        raise BadFile("it is none")
    if kind == "lies":
        os.write(OUT[0], limited.FOUND + bytes([2]) + bytes([255] * 16))
        time.sleep(1000)
    return [file for _, file in files[1:]]


OUT = []  # where the process says what it found
_dup = os.dup


def main() -> None:
    """The process, with less to take."""
    os.dup = lambda at: OUT.append(_dup(at)) or OUT[0]
    limited.MOST_MEMORY, limited.MOST_SECONDS = 2**26, 1
    limited.main()

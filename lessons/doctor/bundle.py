"""A file to send with a report: what the doctor found, and which packages there are, without what names a person or a
place."""

import getpass
import importlib.metadata
import json
import os
import platform
import re
import socket
import zipfile
from collections.abc import Iterable
from pathlib import Path

from lessons.doctor.finding import Finding
from lessons.doctor.settings import SETTINGS

HIDDEN = "…"
PATH = re.compile(r"(?<![\w…])(?:/[^\s/'\"():,]+){2,}|[A-Za-z]:\\[^\s'\"]+")
ADDRESS = re.compile(r"\b[\w+.-]+://\S+|\b(?:\d{1,3}\.){3}\d{1,3}\b")
SHORTEST = 3  # letters of a name that is looked for everywhere


def write(file: Path, findings: Iterable[Finding]) -> None:
    """Write the bundle. Raises OSError."""
    found = [without_names(str(each)) for each in findings]
    packages = sorted({f"{each.name} {each.version}" for each in importlib.metadata.distributions()})
    system = {"system": platform.system(), "release": platform.release(), "machine": platform.machine()}
    parts = {
        "doctor.txt": "\n".join(found),
        "packages.txt": "\n".join(map(without_names, packages)),
        "machine.json": without_names(json.dumps(system | {"python": platform.python_version()}, indent=1)),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text + "\n")


def without_names(text: str) -> str:
    """A text without the names of this user, this machine and its folders, and without addresses and what is set and
    private."""
    for name in sorted(_names(), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, text)
    return PATH.sub(HIDDEN, ADDRESS.sub(HIDDEN, text))


def _names() -> set[str]:
    private = " ".join(os.environ.get(name, "") for name, shown in SETTINGS.items() if not shown)
    values = {*private.split(), *re.split(r"[\s/:@?&=]+", private)}  # names, passwords and hosts in addresses, too
    named = {
        str(Path.home()),
        Path.home().name,
        _user(),
        socket.gethostname(),
        platform.node(),
        str(Path.cwd()),
        *values,
    }
    return {name for name in named if len(name) >= SHORTEST}


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return ""

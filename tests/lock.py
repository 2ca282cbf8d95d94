"""What is deployed: `requirements.lock`, written by `make lock` from requirements.txt with the hash of every file.

`python -m tests.lock` checks it and writes `docs/licences.md`.
"""

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
WANTED, LOCK, LICENCES = ROOT / "requirements.txt", ROOT / "requirements.lock", ROOT / "docs" / "licences.md"
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+?)(?: ; (?P<marker>[^\\\n]+?))?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n",
    re.MULTILINE,
)
NOT_STATED = {
    "colorama": "BSD-3-Clause",  # on Windows only
    "cuda-toolkit": "not stated: NVIDIA's list of the packages below",
}
SAID = "# Written by `make lock` from requirements.txt: pip install --require-hashes -r requirements.lock\n"
LISTED = re.compile(r"^\| ([\w.-]+) \| ([^|\n]+) \|$", re.MULTILINE)
SHORT = 120  # characters of a licence; what is longer is its text
HEAD = """\
# Licences of what this app is built with

Written by `make lock` from what the packages of `requirements.lock` say of themselves. NVIDIA's packages come with
PyTorch's build for its cards, on Linux only; the CPU build needs none of them.

| package | licence |
|---|---|
"""


class Locked(NamedTuple):
    """A line of the lock."""

    name: str
    version: str
    marker: str
    hashes: list[str]

    @property
    def here(self) -> bool:
        """Whether this machine and Python install it."""
        return not self.marker or Marker(self.marker).evaluate()


def entries(text: str) -> list[Locked]:
    """The lines of a lock. Raises ValueError for all else in it: an entry without hashes, an option, an address."""
    rest = "".join(line for line in ENTRY.sub("", text).splitlines() if not line.startswith("# "))
    if rest or "://" in text:
        raise ValueError(f"this is no entry with hashes: {rest[:200]}")
    return [
        Locked(each["name"], each["version"], each["marker"] or "", each["hashes"].split(" \\\n    --hash=")[1:])
        for each in ENTRY.finditer(text)
    ]


def complaints(wanted: str, locked: list[Locked]) -> list[str]:
    """What is wanted and not locked: of requirements.txt, and of all that the locked packages need in turn, as far as
    they are installed here in the locked version."""
    here = {canonicalize_name(each.name): Version(each.version) for each in locked if each.here}
    found = [_unmet(Requirement(line), here, "requirements.txt") for line in _lines(wanted)]
    for name, version in here.items():
        if _installed(name) == version:
            for line in metadata.requires(name) or ():
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                    found.append(_unmet(needed, here, name))
    return [each for each in found if each]


def licences(locked: list[Locked], listed: str) -> dict[str, str]:
    """The licence of each locked package: as it says where it is installed, and else as it is listed. Raises
    LookupError where one is neither."""
    known = dict(LISTED.findall(listed)) | NOT_STATED
    return {name: _licence(name) or known[name] for name in sorted({each.name for each in locked})}


def as_page(found: dict[str, str]) -> str:
    """Licences as Markdown."""
    return HEAD + "".join(f"| {name} | {licence} |\n" for name, licence in found.items())


def _lines(text: str) -> list[str]:
    return [line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line]


def _unmet(needed: Requirement, here: dict[str, Version], whose: str) -> str | None:
    version = here.get(canonicalize_name(needed.name))
    met = version is not None and needed.specifier.contains(version, prereleases=True)
    return None if met else f"{whose} needs {needed}, and {version or 'none'} is locked"


def _installed(name: str) -> Version | None:
    try:
        return Version(metadata.version(name))
    except metadata.PackageNotFoundError:
        return None


def _licence(name: str) -> str:
    if _installed(name) is None:
        return ""
    said = metadata.metadata(name)
    named = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    text = said.get("License") or ""
    stated = said.get("License-Expression") or (text if 0 < len(text) <= SHORT else "") or ", ".join(named)
    return " ".join(stated.split())


def main() -> int:
    """Check the lock, say in it how it was made, and write the licences; the number of complaints."""
    text = LOCK.read_text(encoding="utf-8").removeprefix(SAID)
    LOCK.write_text(SAID + text, encoding="utf-8")
    locked = entries(text)
    found = complaints(WANTED.read_text(encoding="utf-8"), locked)
    print(*found, sep="\n", file=sys.stderr)
    LICENCES.write_text(as_page(licences(locked, LICENCES.read_text(encoding="utf-8"))), encoding="utf-8")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())

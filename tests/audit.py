"""Whether a package of `requirements.lock` has a known vulnerability: `python -m tests.audit`, of `make check`.

It fails where one has. Where the database of vulnerabilities cannot be asked, or does not know the packages, it says
that nothing was audited: pip-audit itself calls that a success.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.lock import LOCK, ROOT

COMMAND = ("-m", "pip_audit", "-r", str(LOCK), "--disable-pip", "--require-hashes", "--progress-spinner=off")
PATIENCE = 120  # seconds


class Audit(NamedTuple):
    """What was found: by package, the ids of its vulnerabilities; how many packages were looked up, and which not."""

    vulnerable: dict[str, list[str]]
    audited: int
    unknown: list[str]

    @property
    def words(self) -> str:
        """What is said of it."""
        if self.vulnerable:
            lines = (f"  {package}: {', '.join(ids)}" for package, ids in self.vulnerable.items())
            return "\n".join(["VULNERABLE: update these in requirements.lock (`make lock`):", *lines])
        if not self.audited:
            return "NOT AUDITED: the database of vulnerabilities cannot be reached, or knows none of these packages."
        rest = f" NOT AUDITED: {', '.join(self.unknown)}." if self.unknown else ""
        return f"No known vulnerability in {self.audited} locked packages.{rest}"


def read(said: Mapping[str, Any]) -> Audit:
    """What pip-audit has found, as it says it in JSON."""
    known = [each for each in said["dependencies"] if "skip_reason" not in each]
    vulnerable = {f"{each['name']} {each['version']}": [it["id"] for it in each["vulns"]] for each in known}
    unknown = [each["name"] for each in said["dependencies"] if "skip_reason" in each]
    return Audit({package: ids for package, ids in vulnerable.items() if ids}, len(known), unknown)


def audit() -> Audit:
    """Ask the database."""
    try:
        asked = subprocess.run(
            [sys.executable, *COMMAND, "--timeout=5", "--format=json"],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        return read(json.loads(asked.stdout))
    except (subprocess.TimeoutExpired, ValueError):  # no answer, or one of pip-audit's errors
        return Audit({}, 0, [])


def main() -> int:
    """Say what was found; 1 where that is a vulnerability."""
    found = audit()
    print(found.words)
    return 1 if found.vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())

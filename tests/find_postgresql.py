"""A PostgreSQL for the tests of classes: the system's, else Debian's package.

python -m tests.find_postgresql     installs one if there is none
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSTALLED = "usr/lib/postgresql/*/bin"  # below /, where Debian has what is on no path
NEEDED = ("initdb", "postgres")


def program(name: str) -> str | None:
    """The path of a program of PostgreSQL; None where it is not installed."""
    beside = sorted(Path("/").glob(f"{INSTALLED}/{name}"))
    return shutil.which(name) or (str(beside[-1]) if beside else None)


def main() -> int:
    if all(map(program, NEEDED)):
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        if subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], check=False).returncode == 0:
            return 0
    print("No PostgreSQL could be installed: its tests will be skipped (in CI they fail).", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())

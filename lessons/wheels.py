"""Where `make` has torch fetched from, and what that takes: says it, and prints the index to add, if any.

The app uses no graphics card. On Linux, PyPI's torch brings libraries for NVIDIA cards, 5 GB of them; PyTorch's own
index has wheels without. Needs nothing but Python: it runs before anything is installed.

    python lessons/wheels.py      the index on standard output, the words on standard error
"""

import os
import platform
import sys
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

ASKED = "TORCH_INDEX_URL"  # of the environment: decides where it is set
CPU = "https://download.pytorch.org/whl/cpu"
DRIVER = Path("/proc/driver/nvidia/version")
PATIENCE = 5  # seconds until the index must have answered
SMALL, LARGE = "about 1 GB", "6.4 GB"  # on disk, all packages together


def index(environment: Mapping[str, str], system: str, driver: Path, answers: Callable[[str], bool]) -> tuple[str, str]:
    """The index beside PyPI, "" for none, and in words what is fetched. `system`: as `platform.system` says; `driver`:
    what is there where an NVIDIA driver is; `answers`: whether an address does."""
    if environment.get(ASKED):
        return environment[ASKED], f"PyTorch comes from {ASKED}."
    if system != "Linux":
        return "", f"PyTorch comes from PyPI, a CPU build: {SMALL} on disk with all else."
    if driver.exists():
        return "", f"PyTorch comes from PyPI, with its libraries for NVIDIA cards: {LARGE} on disk with all else."
    if answers(CPU):
        return CPU, f"No NVIDIA driver: PyTorch's CPU build is enough. {SMALL} on disk with all else."
    return "", (
        f"PyTorch's index of CPU builds did not answer within {PATIENCE} s: taking PyPI's, which has libraries for "
        f"NVIDIA cards, {LARGE} on disk with all else. To choose another index: make run {ASKED}=…"
    )


def answers(address: str) -> bool:
    """Whether there is something at an address, in time."""
    try:
        with urllib.request.urlopen(f"{address}/torch/", timeout=PATIENCE) as reply:
            return reply.status == 200
    except OSError:
        return False


if __name__ == "__main__":
    found, words = index(os.environ, platform.system(), DRIVER, answers)
    print(f"First start: fetching packages, once; a few minutes. {words}", file=sys.stderr)
    print(found)

"""What this machine has, and what was found that it can do. Needs no torch: pages draw it."""

import os
import platform
import re
from pathlib import Path
from typing import NamedTuple

import psutil

from lessons.text import sections

WORDS = sections("measure")

PROCESSORS = Path("/proc/cpuinfo")  # Linux: what they are called
LIMITS = Path("/sys/fs/cgroup")  # Linux: of the memory a container may have


class Roofs(NamedTuple):
    """Bytes a second read, FLOP a second in float32 and in bfloat16, on so many `cores`; bytes of memory in all;
    `watts` of the processor meanwhile, None where no counter says."""

    bandwidth: float  # bytes/s
    flop: float  # FLOP/s, float32
    flop_16: float  # FLOP/s, bfloat16
    cores: int
    memory: int  # bytes
    watts: float | None


def better(one: Roofs, other: Roofs | None) -> Roofs:
    """Of two measurements of one machine the faster of each: what else it did can only have made it slower."""
    if other is None:
        return one
    rates = (max(getattr(one, name), getattr(other, name)) for name in ("bandwidth", "flop", "flop_16"))
    return Roofs(*rates, *one[3:])


def memory(limits: Path = LIMITS) -> int:
    """Bytes of memory this process may have: the machine's, or its container's. `limits`: where Linux says what a
    container may have."""
    found = [psutil.virtual_memory().total]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            found.append(int((limits / name).read_text()))
        except (OSError, ValueError):  # no container, or one without a limit ("max")
            continue
    return min(found)


def name(processors: Path = PROCESSORS) -> str:
    """What computes here: `2 cores of Intel Xeon Gold 6254`, or of an architecture where nothing says more.
    `processors`: where Linux says what they are called."""
    called = re.search(r"^model name\s*: (.+)$", processors.read_text() if processors.exists() else "", re.MULTILINE)
    plain = re.sub(r"\((R|TM)\)|@.*| CPU", "", called[1]).strip() if called else platform.machine()
    return WORDS("cores", cores=os.cpu_count(), processor=plain)

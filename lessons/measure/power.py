"""What the processor draws, where the machine has a counter for it that may be read (Linux: RAPL through powercap)."""

from pathlib import Path

POWERCAP = Path("/sys/class/powercap")


def package_joules(root: Path = POWERCAP) -> float | None:
    """The sum of the processor packages' energy counters in joules; None where there is none that may be read. `root`:
    where Linux has the counters."""
    try:
        packages = [int((zone / "energy_uj").read_text()) for zone in root.glob("intel-rapl:?")]
    except (OSError, ValueError):
        return None
    return sum(packages) / 1e6 if packages else None


def watts(before: float | None, after: float | None, seconds: float) -> float | None:
    """The mean power between two readings; None without readings, or where the counter has begun again from 0.
    `before`, `after`: joules, `seconds` apart."""
    if before is None or after is None or after < before:
        return None
    return (after - before) / seconds

"""What can be set in the environment: all that this app reads, and whether its value may be shown to others."""

import os
from collections.abc import Iterator

from lessons.doctor.finding import Finding

PREFIX = "MODELS_FOR_ANTS_"
SHOWN, PRIVATE = True, False  # addresses and folders say where somebody's things are
SETTINGS = {
    f"{PREFIX}CACHE": PRIVATE,
    f"{PREFIX}DATABASE": PRIVATE,
    f"{PREFIX}LOCAL_FILES": SHOWN,
    f"{PREFIX}LOG": SHOWN,
    f"{PREFIX}MEMORY": SHOWN,
    f"{PREFIX}METRICS": PRIVATE,
    f"{PREFIX}NICE": SHOWN,
    f"{PREFIX}RESULTS": PRIVATE,
    f"{PREFIX}UPLOADS": SHOWN,
    f"{PREFIX}WORKERS": SHOWN,
    "DASK_SCHEDULER_ADDRESS": PRIVATE,
}
LEAST = {f"{PREFIX}{name}": least for name, least in {"MEMORY": 1, "NICE": 0, "UPLOADS": 0, "WORKERS": 1}.items()}


def findings() -> Iterator[Finding]:
    """What is set, and what is set wrongly."""
    values = {name: os.environ[name] if shown else "…" for name, shown in SETTINGS.items() if name in os.environ}
    yield Finding("ok", "settings", ", ".join(f"{name}={value}" for name, value in values.items()) or "none set")
    yield from mistakes()


def mistakes() -> Iterator[Finding]:
    """What looks like a setting and is none, and what should be a number."""
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in SETTINGS:
            yield Finding(
                "warn", "settings", f"{name} is not a setting of this app", "see docs/server.md for all names"
            )
    for name, least in LEAST.items():
        value = os.environ.get(name)
        if value is not None and not (value.isascii() and value.isdigit() and int(value) >= least):
            yield Finding("fail", "settings", f"{name} is no whole number from {least}", "correct it, or unset it")

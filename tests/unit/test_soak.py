"""The verdict of a soak: what grows is said, what only varies is not."""

import random

import pytest

from benchmarks.soak import Look, complaints

HOUR = 3_600.0


def looks(**grows: float) -> list[Look]:
    """An hour of looks at a server that varies, of which something grows by so much until the end."""
    chosen = random.Random(0)
    level = {"megabytes": 900.0, "workers_megabytes": 2000.0, "handles": 150, "threads": 20, "processes": 4}
    found = []
    for at in range(720):
        done = at / 720
        warm = min(1.0, 10 * done)  # it grows at first, and may
        noise = {name: value * (1 + chosen.gauss(0, 0.01)) for name, value in level.items() if "bytes" in name}
        now = level | noise | {"handles": level["handles"] + chosen.randint(-20, 20)}
        now = {name: value * warm + grows.get(name, 0) * done for name, value in now.items()}
        found.append(Look(5.0 * at, **now))
    return found


def test_a_server_that_varies_is_flat():
    assert complaints(looks(), HOUR) == []


@pytest.mark.parametrize(
    ("name", "by"),
    [("megabytes", 120), ("workers_megabytes", 300), ("handles", 90), ("threads", 12), ("processes", 8)],
)
def test_what_grows_is_said(name, by):
    (said,) = complaints(looks(**{name: by}), HOUR)
    assert said.startswith(f"{name.replace('_', ' ')} grew")

"""While something is fuzzed nothing is written elsewhere than in the scratch folder, and memory stays bounded."""

import gc
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.fuzz import watching

MOST_GROWTH = 2**29  # bytes that a test may leave behind; what pages import among them


@pytest.fixture(autouse=True)
def bounded(tmp_path: Path) -> Iterator[None]:
    """Fails where a test wrote files elsewhere, or has taken memory for good."""
    before = psutil.Process().memory_info().rss
    with watching.writes() as elsewhere:
        yield
    assert elsewhere == []
    if psutil.Process().memory_info().rss - before > MOST_GROWTH:
        gc.collect()
    assert psutil.Process().memory_info().rss - before < MOST_GROWTH

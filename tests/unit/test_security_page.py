"""docs/security.md promises only what a test holds."""

import re
from pathlib import Path

from tests.reliability import HERE

PAGE = (HERE.parent / "docs" / "security.md").read_text(encoding="utf-8")
PROMISES = PAGE.partition("## What holds it")[2].partition("\n## ")[0]
NAMED = re.compile(r"`(test_\w+)`")
TESTS = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)


def test_each_promise_names_tests_that_there_are():
    there = {name for path in HERE.rglob("test_*.py") for name in TESTS.findall(Path(path).read_text(encoding="utf-8"))}
    assert not {name for name in NAMED.findall(PAGE) if name not in there}
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10 and all(NAMED.search(row) for row in rows)

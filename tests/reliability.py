"""What the app withstands, as its tests found: `docs/reliability.md`, written from the figures of recorded runs.

A test that tries to break something is marked with what it tries, and counts its tries:

    @pytest.mark.reliability("faults", "A worker is killed while it trains")
    def test_…(tried):
        …
        tried()

With `--record` a run puts its figures in `tests/reliability.json`; with `--long` it tries more.
"""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
RESULTS = HERE / "reliability.json"
PAGE = HERE.parent / "docs" / "reliability.md"
KINDS = {
    "faults": "Faults",
    "bad input": "Bad input",
    "security": "Nobody gets in, and nothing gets out",
    "many machines": "Several processes and machines",
    "sameness": "The same experiment, the same measurement",
}
MORE = 50  # times as many examples with --long
TRIES, LONG = "tries", "long"


class Row(NamedTuple):
    """What a test tried: `losses` is 0 where it passed, and else 1, for a test ends with the first."""

    kind: str
    what: str
    test: str
    tries: int
    losses: int
    date: str


class Tried:
    """Counts the tries of the test that runs."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, times: int = 1) -> None:
        self.count += times


class Recorder:
    """Gathers the figures of a run, those of other processes too, and keeps them at its end."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = dict(report.user_properties)
        if report.when != "call" or report.skipped or TRIES not in found:
            return
        test = report.nodeid.partition("[")[0]
        before = self.rows.get(test)  # the same test with another parameter
        self.rows[test] = Row(
            *(found["kind"], found["what"], test),
            found[TRIES] + (before.tries if before else 0),
            report.failed + (before.losses if before else 0),
            datetime.now(UTC).date().isoformat(),
        )

    def pytest_sessionfinish(self) -> None:
        if self.rows:
            keep({row.test: row for row in read()} | self.rows)


TRIED = Tried()


def add_options(parser: pytest.Parser) -> None:
    """The options of runs that try more, and of those whose figures are kept."""
    parser.addoption("--long", action="store_true", help="try more, and run what takes long")
    parser.addoption("--record", action="store_true", help=f"keep the figures in {RESULTS.name} and docs/{PAGE.name}")


def configure(config: pytest.Config) -> None:
    """Register the marks; try more, and keep figures, where that is asked for."""
    config.addinivalue_line("markers", "reliability(kind, what): counts what it tries; see tests/reliability.py")
    config.addinivalue_line("markers", "long: runs with --long only")
    if config.getoption("--long"):
        usual = settings.get_profile(settings.get_current_profile_name())
        settings.register_profile(LONG, usual, max_examples=MORE * usual.max_examples)
        settings.load_profile(LONG)
    if config.getoption("--record") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what takes long, unless it is asked for."""
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="runs with --long")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(skip)


@contextmanager
def counting(item: pytest.Item) -> Iterator[None]:
    """Count what a marked test tries. Raises AssertionError where it passes and has tried nothing."""
    mark = item.get_closest_marker("reliability")
    TRIED.count = 0
    try:
        yield
        assert not mark or TRIED.count, "a marked test has to call `tried`"
    finally:
        if mark:
            item.user_properties += zip(("kind", "what", TRIES), (*mark.args, TRIED.count), strict=True)


def more(examples: int, long: int | None = None) -> int:
    """So many examples, and more with --long: MORE times as many, or as many as are said."""
    return (long or examples * MORE) if settings.get_current_profile_name() == LONG else examples


def read() -> list[Row]:
    """The figures that were kept."""
    return [Row(**row) for row in json.loads(RESULTS.read_text())] if RESULTS.exists() else []


def keep(rows: Mapping[str, Row]) -> None:
    """Keep the figures of tests that there still are, and write the page."""
    there = marked()
    found = [rows[test] for test in sorted(rows) if test in there]
    RESULTS.write_text(json.dumps([row._asdict() for row in found], indent=1) + "\n")
    PAGE.write_text(as_page(found))


def marked() -> dict[str, tuple[str, str]]:
    """Of each marked test in the project: its kind, and what it tries."""
    found = {}
    for path in sorted(HERE.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (mark := _mark(node.decorator_list)):
                found[f"{path.relative_to(HERE.parent)}::{node.name}"] = mark
    return found


def as_page(rows: Iterable[Row]) -> str:
    """The figures as Markdown: a table a kind."""
    rows = list(rows)
    lines = [
        "# What it withstands",
        "",
        "Written by `make faults` and `make fuzz` from their last runs (`tests/reliability.py`): each fault and each",
        "kind of input, the test that tries it, how often it did, and how often something was lost: a test fails at",
        "the first loss.",
    ]
    for kind, title in KINDS.items():
        if found := sorted(row for row in rows if row.kind == kind):
            lines += ["", f"## {title}", "| what is tried | test | tries | losses | run on |", "|---|---|---|---|---|"]
            lines += map(_line, found)
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    return f"| {row.what} | `{row.test.partition('::')[2]}` | {row.tries:,} | {row.losses} | {row.date} |"


def _mark(decorators: Iterable[ast.expr]) -> tuple[str, str] | None:
    for node in decorators:
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.reliability"):
            return tuple(ast.literal_eval(each) for each in node.args)
    return None

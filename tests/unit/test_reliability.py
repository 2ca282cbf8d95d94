"""docs/reliability.md says what tests try, and how often they did."""

from types import SimpleNamespace

import pytest

from tests import reliability
from tests.reliability import Row

ONE = Row("faults", "A worker is killed", "tests/faults/test_a.py::test_b", 1_200, 0, "2026-11-30")


def test_every_marked_test_has_been_recorded_and_none_that_is_gone():
    recorded = {row.test: (row.kind, row.what) for row in reliability.read()}
    assert recorded == reliability.marked()


def test_nothing_was_lost_and_each_was_tried():
    assert all(row.losses == 0 and row.tries for row in reliability.read())


def test_the_page_is_written_from_the_figures():
    if rows := reliability.read():
        assert reliability.PAGE.read_text() == reliability.as_page(rows)


def test_a_row_is_a_line_under_its_kind():
    page = reliability.as_page([ONE, ONE._replace(kind="sameness", what="Two processes")]).splitlines()
    assert page.index("| A worker is killed | `test_b` | 1,200 | 0 | 2026-11-30 |") > page.index("## Faults")
    assert "| Two processes | `test_b` | 1,200 | 0 | 2026-11-30 |" in page


class Item:
    """As much of a test as is looked at."""

    def __init__(self) -> None:
        self.user_properties = []

    def get_closest_marker(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(name=name, args=("faults", "A worker is killed"))


def test_what_a_marked_test_tries_is_counted():
    item = Item()
    with reliability.counting(item):
        reliability.TRIED(3)
    assert dict(item.user_properties) == {"kind": "faults", "what": "A worker is killed", "tries": 3}


def test_a_marked_test_that_tries_nothing_fails():
    with pytest.raises(AssertionError, match="tried"), reliability.counting(Item()):
        pass

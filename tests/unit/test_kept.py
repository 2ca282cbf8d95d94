"""What a browser keeps: of two entries with one name the later counts, whatever the order; what was deleted stays
deleted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.ui.state import kept
from lessons.ui.state.kept import KeptEntries, read

ENTRY = st.fixed_dictionaries({"value": st.integers(0, 9), "at": st.integers(1, 50)})
TOLD = st.fixed_dictionaries({"cleared": st.integers(0, 40), "entries": st.dictionaries(st.sampled_from("abc"), ENTRY)})


def after(*told: dict) -> KeptEntries:
    mine = KeptEntries()
    for each in told:
        mine.take(each)
    return mine


def times(mine: KeptEntries) -> dict:
    return {name: entry["at"] for name, entry in mine.entries.items()}


@given(TOLD, TOLD, TOLD)
def test_the_order_in_which_tabs_tell_does_not_matter(one, two, three):
    assert times(after(one, two, three)) == times(after(three, one, two)) == times(after(two, three, one, two))


@given(TOLD, TOLD)
def test_nothing_older_than_the_deletion_comes_back(one, two):
    mine = after(one, two, one)
    assert all(entry["at"] > max(one["cleared"], two["cleared"]) for entry in mine.entries.values())


def test_two_tabs_add_to_each_other():
    one = {"cleared": 0, "entries": {"a": {"value": 1, "at": 1}, "b": {"value": 1, "at": 3}}}
    two = {"cleared": 0, "entries": {"b": {"value": 2, "at": 2}, "c": {"value": 2, "at": 2}}}
    assert {name: entry["value"] for name, entry in after(one, two).entries.items()} == {"a": 1, "b": 1, "c": 2}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"entries": []}', '{"entries": {"a": 1}, "cleared": 0}', " " * 2_000_000]
)
def test_what_a_browser_holds_may_be_anything(text):
    with pytest.raises(ValueError):
        read(text)


def test_a_time_to_come_is_not_believed():
    with pytest.raises(ValueError):
        read(json.dumps({"cleared": 1e14, "entries": {}}))


@pytest.mark.parametrize(("cleared", "at"), [(50, 10), (0, 1e13)], ids=["before a deletion", "in times to come"])
def test_what_is_brought_back_counts_as_made_now_where_its_time_cannot(monkeypatch, cleared, at):
    mine = KeptEntries({}, cleared)
    monkeypatch.setattr(kept, "_all", lambda: mine)
    monkeypatch.setattr(kept, "_now", lambda: 100.0)
    kept.bring({"entries": {"a": {"value": 1, "at": at}, "b": {"value": 2, "at": 60}}})
    assert {name: entry["value"] for name, entry in mine.entries.items()} == {"a": 1, "b": 2}
    assert (mine.entries["a"]["at"], mine.entries["b"]["at"]) in [(100, 60), (100.001, 60)]
    kept.bring({"entries": {"b": {"value": 3, "at": 55}}})  # older than what is there
    assert mine.entries["b"]["value"] == 2


def test_what_is_not_understood_does_not_count():
    good = {"value": {"guess": "3", "outcome": ""}, "at": 1}
    told = {"cleared": 0, "entries": {"prediction/quantization": good, "exercise/quantization/of old": good}}
    assert read(json.dumps(told))["entries"] == {"prediction/quantization": good}

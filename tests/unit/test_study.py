"""The studies' results are those of today's code, over three seeds, and the claims hold on them."""

import pytest

from lessons import models, store
from tests.study import CODE, STUDIES, read

ROWS = {name: read(name)["rows"] for name in STUDIES}


@pytest.mark.parametrize("name", STUDIES)
def test_results_are_no_older_than_the_code_that_made_them(name):
    assert read(name)["code"] == store.code_hash(*CODE), "run `make study` and commit its results"


@pytest.mark.parametrize("name", STUDIES)
def test_there_are_three_seeds(name):
    assert len({row["seed"] for row in ROWS[name]}) >= 3


def test_every_network_is_rounded_with_three_seeds():
    for model in models.NAMES:
        assert len({row["seed"] for row in ROWS["quantization"] if row["model"] == model}) >= 3


@pytest.mark.parametrize("name", STUDIES)
def test_the_claims_hold(name):
    assert [claim for claim, holds in STUDIES[name].claims(ROWS[name]).items() if not holds] == []


@pytest.mark.parametrize("broken", ["channel", "least-squares", "percentile", "seed", "width"])
def test_claims_of_quantization_can_fail(broken):
    rows = [row | {"accuracy": 10.0} if broken in row.values() else row for row in ROWS["quantization"]]
    if broken == "seed":
        rows = [row | {"accuracy": 10.0} if row["seed"] == 1 else row for row in rows]
    if broken == "width":
        rows = [row | {"width": dict.fromkeys(row["width"], 1.0)} for row in rows]
    assert not all(STUDIES["quantization"].claims(rows).values())


@pytest.mark.parametrize(("width", "depth", "changed"), [(32, 3, "accuracy"), (16, 1, "accuracy"), (2, 3, "macs")])
def test_claims_of_the_network_can_fail(width, depth, changed):
    rows = [row | {changed: 10.0} if (row["width"], row["depth"]) == (width, depth) else row for row in ROWS["network"]]
    assert not all(STUDIES["network"].claims(rows).values())

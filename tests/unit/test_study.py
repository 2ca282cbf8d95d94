"""The study's results are those of today's code, over three seeds, and the claims hold on them."""

import json

import pytest

from lessons import models, store
from tests.study.quantization import CODE, RESULTS, claims

STUDY = json.loads(RESULTS.read_text())


def test_results_are_no_older_than_the_code_that_made_them():
    assert STUDY["code"] == store.code_hash(*CODE), "run `make study` and commit its results"


def test_there_are_three_seeds():
    assert {row["model"] for row in STUDY["rows"]} == set(models.NAMES)
    for model in models.NAMES:
        assert len({row["seed"] for row in STUDY["rows"] if row["model"] == model}) >= 3


def test_the_claims_hold():
    assert [claim for claim, holds in claims(STUDY["rows"]).items() if not holds] == []


@pytest.mark.parametrize("broken", ["channel", "least-squares", "percentile", "seed", "width"])
def test_claims_can_fail(broken):
    rows = [row | {"accuracy": 10.0} if broken in row.values() else row for row in STUDY["rows"]]
    if broken == "seed":
        rows = [row | {"accuracy": 10.0} if row["seed"] == 1 else row for row in rows]
    if broken == "width":
        rows = [row | {"width": dict.fromkeys(row["width"], 1.0)} for row in rows]
    assert not all(claims(rows).values())

"""The study's results are those of today's code, over three seeds, and the claims hold on them."""

import json

from lessons import store
from tests.study.quantization import CODE, RESULTS, claims

STUDY = json.loads(RESULTS.read_text())


def test_results_are_no_older_than_the_code_that_made_them():
    assert STUDY["code"] == store.code_hash(*CODE), "run `make study` and commit its results"


def test_there_are_three_seeds():
    assert len({row["seed"] for row in STUDY["rows"]}) >= 3


def test_the_claims_hold():
    assert [claim for claim, holds in claims(STUDY["rows"]).items() if not holds] == []


def test_claims_can_fail():
    worse = [row | {"accuracy": 10.0} if row["grain"] == "channel" else row for row in STUDY["rows"]]
    assert not all(claims(worse).values())

"""SmolLM2 as real files of every type: what was recorded is whole, and of today's code."""

import re
from itertools import pairwise
from math import isclose

import pytest

from benchmarks.ladder import rungs
from lessons.code_hash import code_hash
from lessons.estimate.gguf_mixes import MIXES
from lessons.recorded import ladder as recording
from lessons.recorded import writing
from lessons.recorded.ladder import BASES, CODE, NARROW, REFERENCE, SHIPPED, WIDE, expected, step

LADDER = recording.ladder()
ROWS = LADDER.rows
QUANTIZED = [row for row in ROWS if row.form not in (REFERENCE, "fp16")]
named = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.base} {row.form} {row.guided}")


def test_the_ladder_is_of_todays_code():
    assert LADDER.code == code_hash(*CODE), "run `python -m benchmarks.ladder` again"


def test_every_type_that_is_asked_for_was_made_or_refused_with_a_reason():
    made = [{"base": row.base, "form": row.form, "guided": row.guided} for row in ROWS]
    refused = [{name: value for name, value in row.items() if name != "why"} for row in LADDER.refused]
    asked = [setting for base in BASES for setting in rungs.asked(base)]
    assert all(setting in made + refused for setting in asked)
    assert len(made + refused) == len(asked)
    assert all(row["why"] for row in LADDER.refused)


def test_an_importance_matrix_guides_the_types_that_llama_quantize_makes_no_file_of_without_one():
    forms = {form for asked in rungs.OF.values() for form in asked}
    assert set(rungs.NEED) == {form for form in forms if form in MIXES and MIXES[form].needs}


@named
def test_a_row_is_whole(row):
    assert re.fullmatch("[0-9a-f]{64}", row.sha256)
    assert sum(row.kinds.values()) == 1 + 7 * row.shape.layers
    assert 1e6 < row.bytes - row.matrix_bytes < 3e6  # a vocabulary of 49,152 words, and gains of norms
    assert row.kl[1] <= row.kl[0] <= row.kl[2] and row.loss[1] <= row.loss[0] <= row.loss[2]
    assert 0 <= row.same <= 100 and all(0 <= right <= 12 for right in row.quiz.values())
    assert 0 < row.decode[0] <= row.decode[1] < row.prefill[1]


def test_no_two_files_are_the_same():
    assert len({row.sha256 for row in ROWS}) == len(ROWS)


@named
def test_bytes_of_the_matrices_are_those_estimated(row):
    assert row.estimated_bytes == pytest.approx(row.matrix_bytes, rel=0.01)


def test_the_same_function_with_wide_rows_reads_alike():
    narrow, wide = (LADDER.of(base)[REFERENCE] for base in (NARROW, WIDE))
    assert isclose(narrow.loss[0], wide.loss[0], abs_tol=1e-3)
    assert narrow.quiz == wide.quiz


@pytest.mark.parametrize("base", BASES)
def test_a_base_has_lost_nothing_in_32_bits(base):
    row = LADDER.of(base)[REFERENCE]
    assert row.kl[0] == pytest.approx(0, abs=1e-6) and row.same == 100


def test_the_engine_reads_the_shipped_file_as_this_app_does():
    ours = writing.measurement(writing.smollm2()[0])
    assert LADDER.of(SHIPPED)[REFERENCE].loss[0] == pytest.approx(ours["loss"].value, abs=1e-3)


@pytest.mark.parametrize("at", range(3), ids=["Q8_0", "Q4_0", "Q4_1"])
def test_blocks_of_this_app_cost_what_those_of_the_engine_do(at):
    """The engine rounds what flows into a matrix to 8 bits, too, and llama-quantize rounds embeddings finer."""
    ours = writing.measurement(writing.smollm2()[0] | writing.BLOCKS[at])
    theirs = LADDER.of(SHIPPED)[("Q8_0", "Q4_0", "Q4_1")[at]]
    assert theirs.loss[0] == pytest.approx(ours["loss"].value, abs=0.15)


@pytest.mark.parametrize("base", [NARROW, WIDE])
def test_whole_bits_less_cost_more(base):
    of = LADDER.of(base, guided=False)
    for more, fewer in pairwise(("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K")):
        assert of[more].bytes > of[fewer].bytes
        assert of[more].kl[0] < of[fewer].kl[0]
        assert of[more].same > of[fewer].same


def test_only_rows_that_blocks_fill_have_the_type_that_a_file_is_called_by():
    narrow, wide = (LADDER.of(base)["IQ2_XXS"] for base in (NARROW, WIDE))
    assert max(narrow.kinds, key=narrow.kinds.get) == "IQ4_NL"
    assert max(wide.kinds, key=wide.kinds.get) == "IQ2_XXS"
    assert narrow.bits > 4 > 3.5 > wide.bits


def test_speed_is_expected_of_the_bytes_that_a_token_reads():
    row = LADDER.of(NARROW)["Q4_K_M"]
    home, pace = step(row)
    assert (home.form, home.context) == ("Q4_K_M", LADDER.prompt)
    assert pace.bytes == pytest.approx(row.matrix_bytes, rel=0.05)  # and some keys and values
    assert expected(row).value < LADDER.bandwidth / pace.bytes

"""What a page shows of SmolLM2 as real files."""

from itertools import pairwise

import pytest

from lessons.estimate.at_home import AT_HOME, Home
from lessons.facts.architectures import architectures
from lessons.recorded.ladder import NARROW, SHIPPED, WIDE, expected, ladder, questions
from lessons.text import sections
from lessons.ui.llm_at_home import quality, real_files

QUANTIZED = [row for row in ladder().rows if row.base in (NARROW, WIDE) and row.form not in real_files.FULL]


@pytest.mark.parametrize("form", ["native", "Q4_K_M", "IQ2_XXS"])
def test_every_file_is_a_point_and_that_in_use_is_named(form):
    drawn = real_files.against_bits(form)
    points = drawn.data["points"]
    assert sorted((each["x"], each["y"]) for each in points) == sorted((row.bits, row.kl[0]) for row in QUANTIZED)
    assert {each["kind"] for each in points} == set(real_files.BASES.values())
    assert sum(each["says"] and each["name"] == form for each in points) == 2 * (form != "native")
    assert drawn.badges == ("recorded",) and ladder().source in drawn.note


def test_the_lines_go_through_files_that_no_smaller_one_beats():
    curves = real_files.against_bits("native").data["lines"]
    for one, other in pairwise(curves):
        assert not other["at"] or (one["x"] < other["x"] and one["y"] > other["y"])


def test_speeds_as_recorded_stand_beside_those_expected_of_their_bytes():
    drawn = real_files.against_bytes()
    points, curve = drawn.data["points"], drawn.data["lines"]
    assert sorted(each["y"] for each in points) == sorted(row.decode[1] for row in QUANTIZED)
    assert sorted(each["y"] for each in curve) == sorted(expected(row).value for row in QUANTIZED)
    assert all(one["x"] <= other["x"] and one["y"] >= other["y"] for one, other in pairwise(curve) if other["at"])
    assert {each["kind"] for each in points} == {*real_files.KINDS.values(), real_files.WORDS["real files: blocks"]}


def test_types_are_sorted_by_how_they_are_packed():
    kinds = {form: real_files.kind(form) for form in ("IQ4_NL", "Q4_K_M", "Q6_K", "TQ2_0", "Q4_0", "Q8_0")}
    assert list(kinds.values()) == ["IQ types", "K types", "K types", "ternary types", *2 * ["blocks of 32 weights"]]


@pytest.mark.parametrize("form", AT_HOME)
def test_a_sentence_says_what_was_recorded_where_something_was(form):
    said = dict(quality.said(Home(architectures()["Llama 3.1 8B"], form)))
    assert ("recorded" in said) == (form in ladder().of(NARROW) and form != "fp16")
    if "recorded" in said:
        words = real_files.WORDS("quality: recorded", **said["recorded"])
        row = ladder().of(NARROW)[form]
        assert f"SmolLM2 135M in {form}" in words and f"{row.same:.0f} % of the next tokens" in words


def test_what_the_text_says_of_a_small_model_is_what_was_recorded():
    said = " ".join(sections("llm-at-home")["about quality"].split())
    narrow, wide, guided = ladder().of(NARROW), ladder().of(WIDE), ladder().of(WIDE, guided=True)
    assert f"its *IQ2_XXS* has {narrow['IQ2_XXS'].bits:.1f} bits per weight" in said
    changed = {form: f"{100 - wide[form].same:.0f} %" for form in ("Q4_K_M", "IQ2_XXS")}
    assert "*Q4_K_M* changes {Q4_K_M} of the predicted tokens, *IQ2_XXS* {IQ2_XXS}".format(**changed) in said
    nats = [f"{rungs['Q2_K'].kl[0]:.2g}" for rungs in (wide, guided)]
    assert "cuts the KL divergence of *Q2_K* from {} to {} nats".format(*nats) in said
    assert wide["IQ1_S"].right <= questions() / 4  # of four endings each
    stand_in, shipped = (ladder().of(base)["fp32"].perplexity for base in (NARROW, SHIPPED))
    assert f"perplexity {stand_in:.0f}, and {shipped:.0f} as shipped" in said
    slow, fast = wide["IQ2_XXS"], wide["Q6_K"]
    assert f"*IQ2_XXS* decodes {slow.decode[1]:.0f} tokens/s, and *Q6_K* {fast.decode[1]:.0f} with more than" in said
    assert fast.bytes > 2 * slow.bytes
    looked_up = [row for row in QUANTIZED if max(row.kinds, key=row.kinds.get).startswith(("IQ1", "IQ2", "IQ3"))]
    off = {row.sha256: expected(row).value / row.decode[1] for row in QUANTIZED}
    theirs = [off.pop(row.sha256) for row in looked_up]
    assert f"{min(theirs):.1f} to {max(theirs):.1f} times too high for these" in said
    assert f"at most {max(off.values()):.1f} times for all other types" in said

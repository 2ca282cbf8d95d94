"""What a weight format costs: percents by hand out of published rows, and size classes."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.format_quality import NEXT, SizeClass, classes, ladders, loss
from lessons.estimate.gguf_size import FORMATS
from lessons.estimate.transformer import parameters
from lessons.facts.architectures import architectures, quality_by_format

BILLIONS = 8.03  # Llama 3.1 8B


def test_four_bits_cost_models_of_7_to_8_billion_what_five_sources_measured():
    found = loss("Q4_K_M", BILLIONS)
    by_hand = {  # perplexity, and in 16 bits
        "Llama 3 8B": (6.407115, 6.231636),
        "Llama 2 7B": (5.877078, 5.794552),
    }
    of = {row.model: row for row in found.rows if not row.guided}
    for model, (four, sixteen) in by_hand.items():
        assert (of[model].value, of[model].reference) == pytest.approx((four, sixteen), abs=1e-4)
    assert len(found.rows) == 7
    assert found.of == SizeClass(6.74, 8.03)
    assert (found.low, found.middle, found.high) == pytest.approx((0.13, 1.09, 2.82), abs=0.005)
    assert found.high == pytest.approx(100 * (6.407115 / 6.231636 - 1), abs=0.001)
    assert found.divergence == (0.012686, 0.031273)  # llama.cpp, tools/perplexity/README.md


def test_small_models_lose_more_with_the_same_bits():
    """Of 1.5 billion weights they have more bits in the same format, too."""
    by_size = {round(of.smallest, 1): losses for of, losses in ladders().items()}
    assert list(by_size) == [0.5, 1.5, 6.7, 69.0]
    for form in ("IQ2_XS", "IQ2_S", "Q3_K_M", "Q4_K_M"):
        assert by_size[1.5][form].middle > by_size[6.7][form].middle
        assert by_size[69.0][form].bits < by_size[6.7][form].bits < by_size[1.5][form].bits


def test_the_nearest_size_by_its_ratio_is_taken():
    assert loss("Q4_K_M", 1.0).of == SizeClass(1.54, 2.25)
    assert loss("Q4_K_M", 23).of == SizeClass(6.74, 8.03)  # 23 ÷ 8.03 < 69 ÷ 23
    assert loss("Q4_K_M", 25).of == SizeClass(69, 70.6)
    assert loss("Q4_K_M", 671).of == SizeClass(69, 70.6)


def test_where_only_another_metric_is_published_that_is_said_and_where_nothing_is_there_is_none():
    assert loss("Q4_K_M", BILLIONS).metric == "perplexity"
    assert loss("NVFP4", BILLIONS).metric == "word perplexity"
    assert loss("NVFP4", BILLIONS).middle == pytest.approx(100 * (8.44 / 7.55 - 1))
    assert loss("MLX 4 bit", BILLIONS) is None


@given(some.lists(some.floats(0.1, 1000), min_size=1, max_size=20))
def test_classes_part_all_sizes_and_lie_apart(sizes):
    found = classes(sizes)
    for size in sizes:
        assert sum(of.away(size) == 0 for of in found) == 1
    for one, more in zip(found, found[1:], strict=False):
        assert more.smallest >= NEXT * one.largest


@given(some.sampled_from(sorted(FORMATS)), some.floats(0.05, 2000))
def test_the_median_is_inside_its_band(form, billions):
    if found := loss(form, billions):
        assert found.low <= found.middle <= found.high
        assert all(not row.why_not and row.format == form for row in found.rows)


def test_rows_name_shapes_of_their_size():
    for row in quality_by_format():
        if row.shape:
            assert parameters(architectures()[row.shape]) / 1e9 == pytest.approx(row.billions, rel=0.08)

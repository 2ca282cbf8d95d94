"""The small pictures on the cards of Home: what is drawn is in proportion to numbers of the lesson, which are those of
its first picture, and each says so in words."""

import time
from dataclasses import replace
from math import log, sqrt
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from lessons.catalog import LESSONS
from lessons.data import fashion_mnist
from lessons.estimate import at_home, footprint, selection, silicon
from lessons.experiment import shipped
from lessons.facts import boards, everyday
from lessons.facts.board_memory import memory_bytes
from lessons.jobs import language, recordings, vision
from lessons.shrink import distill
from lessons.ui.decide import knobs as decide_knobs
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.footprint import knobs as footprint_knobs
from lessons.ui.home import cards, thumbnails
from lessons.ui.language_model import first_picture as passages
from lessons.ui.llm_at_home import knobs as llm_knobs
from lessons.ui.lora import matrices
from lessons.ui.lora.recipe import Adapting
from lessons.ui.network.first_picture import IMAGES
from lessons.ui.pruning.knobs import SWEPT
from lessons.ui.pruning.recipe import Pruning
from lessons.ui.quantization.recipe import Quantizing
from lessons.ui.scaling.knobs import two_by_default


def shapes(svg: str, kind: str, colour: str = "") -> list[dict[str, float]]:
    """The numbers of each shape of a kind, and of a colour."""
    found = [each for each in ElementTree.fromstring(svg).iter(kind) if colour in each.get("class", "")]
    return [{name: float(value) for name, value in each.items() if value[0] in "-.0123456789"} for each in found]


def label(svg: str) -> str:
    return ElementTree.fromstring(svg).get("aria-label")


def of(shown: list[dict[str, float]], name: str) -> list[float]:
    return [each[name] for each in shown]


def walk():
    return recordings.find(vision.walking, shipped("cnn"), IMAGES).result


def rounding():
    *ways, _ = Quantizing().along(shipped("cnn")).values()
    return recordings.find(vision.rounding, shipped("cnn"), tuple(ways), "conv2").result


def wiring():
    return recordings.find(vision.wiring, shipped("cnn"), tuple(Pruning().along(shipped("cnn"), SWEPT).values())).result


def test_every_lesson_has_a_picture_that_is_said_in_words():
    drawn = cards.pictures()
    assert list(drawn) == [lesson.path for lesson in LESSONS]
    for svg in drawn.values():
        assert ElementTree.fromstring(svg).get("role") == "img"
        assert 40 < len(label(svg)) < 260 and "{" not in label(svg)
    assert len(set(drawn.values())) == len(LESSONS)


def test_home_opens_as_quickly_as_without_them():
    assert sum(map(len, cards.pictures().values())) < 150_000
    cards.pictures.cache_clear()
    recordings.find.cache_clear()
    begun = time.thread_time()
    cards.pictures()
    assert time.thread_time() - begun < 0.05  # s, once the figures are read
    assert cards.pictures() is cards.pictures()


def test_areas_of_a_network_are_parameters():
    svg = cards.pictures()["network"]
    parameters = [cost.parameters for cost in walk().costs]
    sides = of(shapes(svg, "rect"), "width")
    assert [side / sides[2] for side in sides] == pytest.approx([sqrt(n / parameters[2]) for n in parameters], abs=0.01)
    dark = thumbnails.network(walk().costs, walk().seen[1].pixels)
    assert dark != svg and of(shapes(dark, "rect"), "width") == sides  # another image, the same layers


def test_an_image_is_drawn_as_dark_as_it_is():
    pixels = np.zeros((28, 28), np.uint8)
    pixels[:14, :14] = 255
    paths = list(ElementTree.fromstring(thumbnails.network(walk().costs, pixels)).iter("path"))
    assert [path.get("d").count("M") for path in paths] == [0, 0, 0, 49]  # of four shades, the darkest


def test_lengths_are_the_energy_of_a_weight():
    parts = silicon.of_weight("fp32", "45 nm", "DDR")
    bars = of(shapes(cards.pictures()["energy"], "rect"), "width")
    energies = [parts[name].value for name in ("compute", "on-chip memory", "DRAM")]
    assert [bar / bars[-1] for bar in bars] == pytest.approx([each / energies[-1] for each in energies], abs=1e-3)
    assert str(parts["DRAM"]) in label(cards.pictures()["energy"])
    assert thumbnails.energy(silicon.of_weight("int8", "45 nm", "DDR")) != cards.pictures()["energy"]


def test_an_answer_stands_where_its_energy_is_on_a_logarithmic_line():
    assert cards.answer() == footprint_knobs.by_default(int(footprint_knobs.BATCH.default))
    one, svg = footprint.by_boards(cards.answer()), cards.pictures()["footprint"]
    things = [everyday()[name].watt_hours for name in cards.THINGS]
    *at, answer = of(shapes(svg, "circle", "rest"), "cx") + of(shapes(svg, "circle", "one"), "cx")
    a_tenfold = (at[-1] - at[0]) / log(things[-1] / things[0])
    assert answer - at[0] == pytest.approx(a_tenfold * log(one.value / things[0]), abs=0.1)
    assert str(one) in label(svg)


def test_the_gap_is_between_both_lines():
    two, svg = two_by_default(), cards.pictures()["scaling"]
    grown = two.grown(cards.BY)
    (demand,), (supply,) = shapes(svg, "line", "one"), shapes(svg, "line", "two")  # as on the lesson's page
    rises = [line["y1"] - line["y2"] for line in (supply, demand)]
    assert rises[0] / rises[1] == pytest.approx(log(grown["supply"]) / log(grown["demand"]), abs=0.01)
    assert str(two.since) in label(svg)
    sooner = thumbnails.scaling(two.wanted, two.offered, 2018, 2025)
    assert label(sooner) != label(svg)


def test_weights_are_drawn_over_the_levels_they_are_rounded_to():
    seen, svg = rounding(), cards.pictures()["quantization"]
    way = seen.ways[cards.BITS - 1]
    weights, levels = (of(shapes(svg, "circle", colour), "cx") for colour in ("two", "one"))
    assert len(weights) == len(levels) == 2 * seen.weights.shape[1]
    assert np.corrcoef(weights, seen.weights[:2].ravel())[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(levels, way.weights[:2].ravel())[0, 1] == pytest.approx(1, abs=1e-6)
    ticks = {line["x1"] for line in shapes(svg, "line") if line["x1"] == line["x2"]}
    assert set(levels) <= ticks and f"{way.levels} levels" in label(svg)
    assert thumbnails.quantization(seen, seen.ways[1]) != svg


def test_wires_are_those_that_pruning_leaves():
    seen, svg = wiring(), cards.pictures()["pruning"]
    left = seen.strength[SWEPT.index(str(cards.SPARSITY)) + 1]
    drawn = shapes(svg, "line")
    assert len(drawn) == (left > 0).sum() and f"{len(drawn)} of {len(left)}" in label(svg)
    first = seen.wires[:, 0] == 0
    widths = [line["stroke-width"] for line in drawn if line["x1"] == 4]
    assert np.array(widths) / max(widths) == pytest.approx((left[first & (left > 0)] / left[first].max()), abs=0.01)
    assert len(shapes(thumbnails.pruning(seen, 0), "line")) > len(drawn)


def test_columns_are_a_teachers_soft_targets():
    how = Distilling(teacher="large", labelled=500)
    logits = recordings.find(vision.beginning, *how.beginning(cards.IMAGES)).result[0][cards.SHIRT]
    svg, right = cards.pictures()["distillation"], int(fashion_mnist.test_labels()[cards.SHIRT])
    soft = distill.softened(torch.tensor(logits[None]), cards.TEMPERATURE)[0].tolist()
    heights = of(shapes(svg, "rect", "one"), "height")
    assert [high / 54 for high in heights] == pytest.approx(soft, abs=1e-3)
    (told,) = shapes(svg, "rect", "two")
    assert told["x"] == shapes(svg, "rect", "one")[right]["x"] and told["height"] == 54
    assert fashion_mnist.CLASSES[right] in label(svg) and f"{100 * soft[right]:.0f} %" in label(svg)


def test_tokens_that_differ_are_marked():
    assert cards.WRITES == (passages.BEGIN, passages.MOST)
    whole, few = (
        recordings.find(language.continuing, passages.points()[at], *cards.WRITES).result.pieces
        for at in ("as stored", str(cards.FEW_BITS))
    )
    svg, differ = cards.pictures()["language-model"], sum(a != b for a, b in zip(few, whole, strict=True))
    assert f"{differ} of {len(few)} tokens" in label(svg)
    marked = ["two" in each.get("class") for each in ElementTree.fromstring(svg).iter("rect")]
    assert marked == [a != b for a, b in zip(few, whole, strict=True)][: len(marked)] and len(marked) > 25
    assert not shapes(thumbnails.language_model(whole, whole, 8), "rect", "two")


def test_the_matrices_of_an_adapter_are_to_scale():
    _, (out, into) = matrices.shown(Adapting())
    svg = cards.pictures()["lora"]
    (frozen,), (b, a) = (shapes(svg, "rect", colour) for colour in ("rest", "one"))
    scale = frozen["height"] / out
    assert frozen["width"] == pytest.approx(scale * into)
    assert (b["width"], a["height"]) == pytest.approx((scale * Adapting().rank,) * 2, abs=0.01)
    assert (b["height"], a["width"]) == pytest.approx((scale * out, scale * into), abs=0.01)
    assert thumbnails.lora(out, into, 64) != svg


def test_jars_are_filled_as_high_as_a_model_takes_memory():
    svg, shape = cards.pictures()["llm-at-home"], llm_knobs.architectures()[cards.MODEL]
    default = llm_knobs.named(llm_knobs.MACHINE.default)
    assert (llm_knobs.MODEL.default, default[-8:]) == (cards.MODEL, cards.CARD)
    card = memory_bytes(boards()[default])
    fills = shapes(svg, "rect")
    for nth, form in enumerate(cards.FORMATS):
        takes = sum(at_home.memory(at_home.Home(shape, form)).values())
        assert sum(of(fills[4 * nth : 4 * nth + 4], "height")) == pytest.approx(54 * takes / card, abs=0.05)
    small = {"Q4_K_M": at_home.memory(at_home.Home(shape, "Q4_K_M"))}
    rims = [thumbnails.llm_at_home(small, memory, "") for memory in (card, card / 10)]
    assert rims[0] != rims[1]


def test_columns_are_the_energy_of_a_use():
    need = replace(decide_knobs.usual(), machine=decide_knobs.A_LAPTOP._replace(name=""))
    assert cards.need() == need
    uses = [way.use.value for way in selection.judged(need) if way.use]
    columns = shapes(cards.pictures()["decide"], "rect")
    assert [each["height"] / 54 for each in columns] == pytest.approx([use / max(uses) for use in uses], abs=0.01)
    chosen = selection.chosen(need)
    assert len(shapes(cards.pictures()["decide"], "rect", "one")) == 1 and chosen.model in label(
        cards.pictures()["decide"]
    )


def test_what_was_not_recorded_has_no_picture(monkeypatch):
    monkeypatch.setattr(recordings, "find", lambda *_: None)
    assert set(cards.pictures.__wrapped__()) == {"energy", "footprint", "scaling", "lora", "llm-at-home", "decide"}

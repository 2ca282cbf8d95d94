"""The studies' results are those of today's code, over three seeds, and the claims hold on them."""

import pytest

from lessons import models
from lessons.recorded.lottery import KINDS
from tests.study import SEEDLESS, STUDIES, read, results

ROWS = {name: read(name)["rows"] if results(name).exists() else [] for name in STUDIES}


@pytest.mark.parametrize("name", STUDIES)
def test_every_row_is_of_a_setting_that_is_asked_for_measured_by_todays_code(name):
    points = list(STUDIES[name].points())
    assert [point.setting for point in points if not point.known(ROWS[name])] == [], (
        "run `make study`, commit its results"
    )
    assert len(points) == len(ROWS[name])


@pytest.mark.parametrize("name", [name for name in STUDIES if name not in SEEDLESS])
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


@pytest.mark.parametrize(
    ("which", "accuracy"),
    [
        ({"kind": "baseline"}, 99),
        ({"criterion": "magnitude", "sparsity": 70}, 10),
        ({"criterion": "random", "sparsity": 70}, 80),
        ({"criterion": "random", "sparsity": 30}, 88),
        ({"criterion": "gradient", "sparsity": 90}, 10),
        ({"criterion": "movement"}, 80),
        ({"scope": "layer"}, 88),
        ({"kind": "fine-tuned"}, 80),
        ({"kind": "cubic"}, 80),
        ({"kind": "linear"}, 88),
        ({"layer": "conv1"}, 88),
        ({"layer": "pw3"}, 10),
        ({"kind": "2:4"}, 88),
        ({"kind": "blocks"}, 88),
        ({"seed": 1}, 50),
    ],
    ids=str,
)
def test_claims_of_pruning_can_fail(which, accuracy):
    assert not all(STUDIES["pruning"].claims(spoilt(ROWS["pruning"], which, accuracy)).values())


@pytest.mark.parametrize("criterion", ["magnitude", "gradient"])
def test_claims_of_what_is_left_of_a_layer_can_fail(criterion):
    rows = [
        row | {"left": dict.fromkeys(row["left"], 1.0)} if row.get("criterion") == criterion else row
        for row in ROWS["pruning"]
    ]
    assert not all(STUDIES["pruning"].claims(rows).values())


@pytest.mark.parametrize(
    ("which", "accuracy"),
    [
        ({"kind": "baseline"}, 99),
        ({"kind": "trained"}, 20),
        ({"kind": "rounded", "range": "min-max"}, 80),
        ({"grain": "channel"}, 10),
        ({"seed": 1, "kind": "trained"}, 50),
    ],
    ids=str,
)
def test_claims_of_tuning_can_fail(which, accuracy):
    assert not all(STUDIES["tuning"].claims(spoilt(ROWS["tuning"], which, accuracy)).values())


@pytest.mark.parametrize(
    "which", [{"kind": "baseline"}, *({"kind": kind} for kind in KINDS), {"sparsity": 97}], ids=str
)
def test_claims_of_lottery_tickets_can_fail(which):
    assert not all(STUDIES["lottery"].claims(spoilt(ROWS["lottery"], which, 93)).values())


@pytest.mark.parametrize(
    "which",
    [
        *({"kind": kind} for kind in ("alone", "taught", "self", "one small teacher", "three small teachers")),
        {"kind": "two bits, taught"},
        {"labelled": 0},
        {"loss": "hints"},
        {"temperature": 1.0},
        {"temperature": 100.0},
        {"unlabelled": 2_000},
    ],
    ids=str,
)
def test_claims_of_distillation_can_fail(which):
    low = {"one small teacher": 70, "taught": 60, "labelled": 60, "unlabelled": 60}
    accuracy = next((low[part] for part in (*which, *map(str, which.values())) if part in low), 93)
    assert not all(STUDIES["distillation"].claims(spoilt(ROWS["distillation"], which, accuracy)).values())


@pytest.mark.parametrize("kind", ["alone", "taught, put right", "alone, put right"])
def test_claims_of_a_class_never_shown_can_fail(kind):
    rows = [row | {"recall": 40.0} if row["kind"] == kind and "recall" in row else row for row in ROWS["distillation"]]
    assert not all(STUDIES["distillation"].claims(rows).values())


@pytest.mark.parametrize(
    ("which", "changed"),
    [
        ({"kind": "alone", "way": "as it is"}, {"loss": 3.0}),
        ({"kind": "teacher", "way": "as it is"}, {"loss": 3.0}),
        ({"kind": "teacher", "way": "4 bits"}, {"packed": 10}),
        ({"kind": "teacher", "way": "4 bits"}, {"loss": 3.0}),
        ({"kind": "teacher", "way": "4 bits"}, {"macs": 10}),
        ({"kind": "taught", "seed": 1}, {"loss": 3.0}),
    ],
    ids=str,
)
def test_claims_of_small_language_models_can_fail(which, changed):
    rows = [row | changed if which.items() <= row.items() else row for row in ROWS["language"]]
    assert not all(STUDIES["language"].claims(rows).values())


@pytest.mark.parametrize(
    ("step", "settings", "changed"),
    [
        ("quantize_weights", {"bits": 8, "grain": "row"}, {"loss": 9.0}),
        ("quantize_weights", {"bits": 8, "grain": "row"}, {"packed": 10}),
        ("quantize_weights", {"bits": 6, "grain": "row"}, {"loss": 9.0}),
        ("quantize_weights", {"bits": 4, "grain": "group"}, {"loss": 9.0}),
        ("quantize_weights", {"bits": 4, "grain": "tensor"}, {"loss": 5.0}),
        ("quantize_weights", {"bits": 2, "grain": "row"}, {"perplexity": 10.0}),
        ("quantize_weights", {"bits": 3, "grain": "group", "method": "gptq"}, {"loss": 9.0}),
        ("quantize_weights", {"scheme": "Q4_1", "parts": "attention and MLP"}, {"kl": 1.0}),
        ("quantize_weights", {"scheme": "Q4_1", "parts": "all"}, {"kl": 0.0}),
        ("prune_weights", {"sparsity": 50, "criterion": "wanda"}, {"loss": 20.0}),
        ("quantize_kv_cache", {"bits": 8}, {"loss": 9.0}),
        ("quantize_kv_cache", {"bits": 4}, {"loss": 9.0}),
        ("quantize_kv_cache", {"bits": 2}, {"loss": 4.7}),
        ("quantize_weights", {"bits": 5, "grain": "tensor"}, {"loss": 5.0}),
        ("quantize_weights", {"bits": 5, "grain": "row"}, {"packed": 10}),
        ("quantize_weights", {"bits": 3, "grain": "row", "method": "gptq", "parts": "all"}, {"loss": 6.0}),
        ("quantize_weights", {"bits": 3, "grain": "row", "method": "awq", "parts": "attention and MLP"}, {"loss": 6.0}),
        (
            "quantize_weights",
            {"bits": 3, "grain": "group", "method": "awq", "parts": "attention and MLP"},
            {"loss": 9.0},
        ),
        ("quantize_weights", {"bits": 4, "grain": "group", "method": "awq"}, {"loss": 9.0}),
        ("prune_weights", {"sparsity": 50, "criterion": "wanda"}, {"packed": 10}),
        ("factorize_weights", {"share": 90}, {"loss": 4.7}),
    ],
    ids=str,
)
def test_claims_of_a_real_language_model_can_fail(step, settings, changed):
    def meant(row: dict) -> bool:
        return any(settings.items() <= each.get(step, {}).items() for each in row["recipe"])

    rows = [
        row | {"quantities": [[name, changed.get(name, value), *rest] for name, value, *rest in row["quantities"]]}
        if meant(row)
        else row
        for row in ROWS["smollm2"]
    ]
    assert not all(STUDIES["smollm2"].claims(rows).values())


@pytest.mark.parametrize(
    ("way", "task", "changed"),
    [
        ("lora", "bible", {"new": 1.45}),
        ("lora", "bible", {"share": 3.0}),
        ("seven matrices", "bible", {"new": 1.3}),
        ("vectors", "bible", {"new": 1.5}),
        ("vectors", "bible", {"old": 1.75}),
        ("rank 1", "bible", {"new": 1.45}),
        ("rank 64", "bible", {"new": 1.2}),
        ("one matrix", "bible", {"new": 1.3}),
        ("full", "bible", {"old": 1.9}),
        ("full", "names", {"old": 3.0}),
        ("full at 0.0005", "bible", {"old": 1.9}),
        ("full at 0.002", "bible", {"new": 1.1}),
        ("on 4 bits", "bible", {"new": 1.4}),
        ("on 2 bits", "bible", {"new": 1.6}),
        ("rslora", "bible", {"new": 1.2}),
        ("microscope", "bible", {"kept": 0.5}),
        ("microscope", "bible", {"lost": 0.5}),
        ("microscope", "bible", {"larger": 2.0}),
        ("microscope", "bible", {"shared": 0.9}),
        ("before", "turned", {"new": 20.0}),
        ("lora", "turned", {"new": 80.0}),
        ("lora", "inverted", {"old": 30.0}),
        ("head", "turned", {"new": 75.0}),
        ("head", "inverted", {"old": 5.0}),
        ("vectors", "turned", {"new": 70.0}),
        ("vectors", "turned", {"old": 10.0}),
        ("on 4 bits", "inverted", {"new": 60.0}),
        ("on 2 bits", "turned", {"new": 60.0}),
        ("full at 0.02", "turned", {"new": 90.0}),
        ("blend", "bible", {"quarter": {"bible": 1.6, "names": 3.0}}),
        ("blend", "turned", {"half": {"turned": 60.0, "inverted": 30.0}}),
        ("microscope", "turned", {"kept": 0.5}),
    ],
    ids=str,
)
def test_claims_of_adaptation_can_fail(way, task, changed):
    rows = [row | changed if (row["way"], row["task"]) == (way, task) else row for row in ROWS["adapting"]]
    assert not all(STUDIES["adapting"].claims(rows).values())


def spoilt(rows: list[dict], which: dict, accuracy: float) -> list[dict]:
    """The rows, those of this setting with another accuracy."""
    return [row | {"accuracy": accuracy} if which.items() <= row.items() else row for row in rows]

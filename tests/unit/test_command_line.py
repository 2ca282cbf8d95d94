"""The headless twin: JSON for good input, exit status 2 and one line for bad."""

import json
import zipfile

import pytest

from lessons.__main__ import main
from lessons.experiment import Experiment
from lessons.models.adapter_file import read

EXPERIMENT = '{"checkpoint": "fashion-cnn", "recipe": [{"quantize": {"bits": 4, "grain": "channel"}}]}'


def test_measure_prints_one_object(capsys):
    assert main(["measure", EXPERIMENT]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["quality"]["badge"] == "measured"
    assert 80 < report["quality"]["value"] <= 100
    assert list(report["bytes"]) == ["packed", "theoretical", "zipped", "as_float32", "baseline"]
    assert report["bytes"]["packed"] < report["bytes"]["baseline"]
    assert report["macs"] == 533_056
    for energy, node in zip(report["energy"], ("45nm", "7nm"), strict=True):
        assert (energy["layer"], energy["node"], energy["badge"], energy["unit"]) == ("A", node, "estimated", "J")
        assert energy["low"] < energy["value"] < energy["high"]
    assert report["timing"]["unit"] == "ms"
    assert Experiment.from_json(report["experiment"]) == Experiment.from_json(json.loads(EXPERIMENT))
    assert report["experiment"]["recipe"][0]["quantize"]["range"] == "min-max"  # said in full, whatever later defaults


def test_sweep_prints_a_line_a_point(capsys):
    assert main(["sweep", EXPERIMENT, "--over", "quantize.bits=2..4"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    said = [f"{line['quality']['value']:.1f} %, " for line in lines]  # for those who watch
    assert [line.startswith(accuracy) for line, accuracy in zip(printed.err.splitlines(), said, strict=True)] == [
        True
    ] * 3
    steps = [line["experiment"]["recipe"][0]["quantize"] for line in lines]
    assert [(step["bits"], step["grain"]) for step in steps] == [(2, "channel"), (3, "channel"), (4, "channel")]
    assert lines[0]["quality"]["value"] < lines[-1]["quality"]["value"]


def test_sweep_adds_the_step_where_there_is_none(capsys):
    assert main(["sweep", '{"checkpoint": "fashion-cnn"}', "--over", "quantize.grain=tensor,channel"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_language_model_is_measured_and_packed_too(capsys, tmp_path):
    text = '{"file": "shakespeare", "recipe": [{"quantize_weights": {"bits": 4}}]}'
    assert main(["measure", text]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [quality["name"] for quality in report["quality"]] == [
        "perplexity",
        "loss",
        "loss a character",
        "kl",
        "same",
    ]
    assert Experiment.from_json(report["experiment"]) == Experiment.from_json(json.loads(text))
    assert main(["pack", text, str(tmp_path / "model")]) == 0
    assert (tmp_path / "model").stat().st_size == report["bytes"]["packed"]
    assert main(["sweep", text, "--over", "quantize_weights.bits=3..4"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["train", '{"corpus": "names", "model": "llama-32x1", "steps": 10}', str(tmp_path / "names")]) == 0
    assert main(["measure", '{"file": "/no/such.gguf"}']) == 2
    assert "there is no" in capsys.readouterr().err


def test_an_adapted_language_model_is_measured_and_its_adapter_packed(capsys, tmp_path):
    text = '{"file": "shakespeare", "recipe": [{"adapt": {"to": "bible", "rank": 2, "where": "query", "steps": 10}}]}'
    assert main(["sweep", text, "--over", "adapt.strength=0,1"]) == 0
    without, report = map(json.loads, capsys.readouterr().out.splitlines())
    learnt = {each["name"]: each["value"] for each in report["adapted"]}
    assert learnt["loss, bible"] < without["adapted"][0]["value"]
    assert main(["pack", text, str(tmp_path / "adapter.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "adapter.zip") as archive:
        assert read({name: archive.read(name) for name in archive.namelist()}).rank == 2
        assert learnt["adapter"] == sum(each.file_size for each in archive.infolist())


def test_pack_writes_the_file_whose_size_is_reported(capsys, tmp_path):
    file = tmp_path / "model.ants"
    assert main(["pack", EXPERIMENT, str(file)]) == 0
    main(["measure", EXPERIMENT])
    assert file.stat().st_size == json.loads(capsys.readouterr().out)["bytes"]["packed"]
    assert main(["unpack", str(file)]) == 0
    tensors = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [tensor["bits"] for tensor in tensors] == [4, 32] * 4
    assert tensors[0] == {"name": "conv1.weight", "shape": [16, 1, 5, 5], "bits": 4}


def test_train_writes_a_checkpoint_that_says_how_it_was_made(tmp_path):
    from safetensors import safe_open

    file = tmp_path / "model.safetensors"
    assert main(["train", '{"epochs": 1, "stopped_at": 10}', str(file)]) == 0
    with safe_open(file, "np") as checkpoint:
        assert json.loads(checkpoint.metadata()["experiment"])["stopped_at"] == 10


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["measure", "{"], "not JSON"),
        (["measure", '{"sed": 0}'], "sed: unknown field"),
        (["measure", '{"recipe": [{"quantize": {"bits": 99}}]}'], "quantize.bits: 99"),
        (["sweep", EXPERIMENT, "--over", "bits"], "is not like quantize.bits=1..16"),
        (["sweep", EXPERIMENT, "--over", "quantize.bits=4..x"], "is not a range"),
        (["sweep", EXPERIMENT, "--over", "quantize.bits=4..2"], "is not a range"),
        (["sweep", EXPERIMENT, "--over", "quantize.bits=0..3"], "quantize.bits: 0"),
        (["sweep", EXPERIMENT, "--over", "shrink.bits=1..3"], "'shrink' is not one of"),
        (["sweep", EXPERIMENT, "--over", "quantize.bits=" + "9" * 5000], "quantize.bits: '999"),
        (["measure", "[" * 100_000], "not JSON"),
        (["train", '{"epochs": 1}', "/no/such/folder/file"], "No such file"),
        (["train", EXPERIMENT, "x"], "takes a seed"),
        (["pack", EXPERIMENT, "/no/such/folder/file"], "No such file"),
        (["unpack", "/no/such/file"], "No such file"),
        (["unpack", __file__], "does not begin with ANTS1"),
    ],
)
def test_bad_input_is_one_line_and_exit_status_two(arguments, complaint, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert complaint in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["shrink"], ["measure"], ["sweep", EXPERIMENT], ["measure", "{}", "--fast"]])
def test_bad_usage_is_one_line_too(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_sweep_over_several_fields_measures_each_with_each_and_says_which_is_which(capsys):
    over = ["--over", "checkpoint=fashion-cnn,fashion-depthwise", "--over", "quantize.bits=2,8"]
    assert main(["sweep", '{"checkpoint": "fashion-cnn"}', *over]) == 0
    printed = capsys.readouterr()
    assert [line.partition(": ")[2] for line in printed.err.splitlines()] == [
        f"checkpoint=fashion-{model} quantize.bits={bits}" for model in ("cnn", "depthwise") for bits in (2, 8)
    ]
    assert len({line for line in printed.out.splitlines()}) == 4

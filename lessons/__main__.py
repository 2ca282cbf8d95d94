"""The headless twin of the pages: the same experiments, measured by the same code, as JSON; `sweep` and `train` say on
standard error how it goes. `new` writes the skeleton of a lesson; `talk` checks the script of a talk; `doctor` looks
whether this machine can serve the course.

python -m lessons train '{"seed": 0, "epochs": 12}' FILE
python -m lessons measure '{"checkpoint": "fashion-cnn", "recipe": [{"quantize": {"bits": 4}}]}'
python -m lessons measure '{"file": "shakespeare", "recipe": [{"quantize_weights": {"bits": 4, "grain": "group"}}]}'
python -m lessons sweep '{"seed": 0}' --over quantize.bits=1..16
python -m lessons sweep '{"model": "cnn"}' --over model=cnn,depthwise --over seed=0..2 --over quantize.bits=2,3,4
python -m lessons pack '{"seed": 0, "recipe": [{"quantize": {"bits": 4}}]}' FILE
python -m lessons pack '{"file": "smollm2", "recipe": [{"quantize_weights": {"bits": 4, "grain": "group"}}]}' FILE.gguf
python -m lessons measure '{"file": "shakespeare", "recipe": [{"adapt": {"to": "bible", "rank": 8}}]}'
python -m lessons pack '{"file": "shakespeare", "recipe": [{"adapt": {"to": "bible", "rank": 8}}]}' ADAPTER.zip
python -m lessons unpack FILE
python -m lessons verify RECORD.json
python -m lessons new weight-sharing
python -m lessons talk check SCRIPT.yaml
python -m lessons talk handout 37c3 OUT.html
python -m lessons talk pictures 37c3
python -m lessons doctor --bundle REPORT.zip
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from lessons import new_lesson, reader_record, talk_command
from lessons.adaptation import adapter_store
from lessons.adaptation import build as adaptation
from lessons.adaptation.measure import measure as measure_all
from lessons.data.examples import DataUnavailable
from lessons.doctor import command as doctor
from lessons.experiment import RENAMED, STEPS, BadExperiment, Experiment, Trained, Written
from lessons.jobs.worker import THREADS
from lessons.language import build as language
from lessons.language.export import as_gguf
from lessons.models.adapter_file import zipped
from lessons.models.bad_file import BadFile
from lessons.new_lesson import CannotWrite
from lessons.progress import BadEntry
from lessons.quantity import Measurement
from lessons.report import as_json, report, report_adapted, report_language
from lessons.shrink.pack import NotPacked, header, pack, unpack
from lessons.shrink.sparse import Sparse
from lessons.talk import BadTalkError
from lessons.talk_shots import NoBrowserError
from lessons.text import sections
from lessons.vision import build as vision

WORDS = sections("progress")
COMPLAINTS = (
    BadEntry,
    BadExperiment,
    BadFile,
    BadTalkError,
    CannotWrite,
    DataUnavailable,
    NoBrowserError,
    NotPacked,
    OSError,
    OverflowError,  # numbers in somebody's file have no end
    SafetensorError,
    UnicodeDecodeError,
)
VERDICTS = {"same": WORDS["verify: same"], "close": WORDS["verify: close"], "other": WORDS["verify: other"]}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it went well, 1 if a record is not what it says, 2 with one line on standard error if it
    could not."""
    torch.set_num_threads(THREADS)
    asked = _arguments().parse_args(arguments)
    try:
        return asked.run(asked) or 0
    except COMPLAINTS as error:
        print(f"lessons: {error}", file=sys.stderr)
        return 2


def measure(asked: argparse.Namespace) -> None:
    _print(_experiment(asked.text))


def sweep(asked: argparse.Namespace) -> None:
    for label, experiment in points(_experiment(asked.text), asked.over).items():
        measured = _print(experiment)
        quality = measured.get("accuracy") or measured["loss"]
        print(f"{quality}, {measured['packed']}: {label}", file=sys.stderr)


def train(asked: argparse.Namespace) -> None:
    experiment = _experiment(asked.text)
    if not isinstance(experiment.source, Trained | Written) or experiment.recipe:
        raise BadExperiment("train: takes a seed, not a checkpoint or a recipe")
    asked.file.touch()  # better to fail now than after the training
    training = language.training if experiment.writes else vision.training
    for step, net in training(experiment.source):  # noqa: B007 (the last net is the trained one)
        print(f"step {step.step}/{step.total} loss {step.loss:.3f} {step.seconds:.1f} s", file=sys.stderr)
    weights = {name: tensor.contiguous() for name, tensor in net.state_dict().items()}
    save_file(weights, asked.file, metadata={"experiment": json.dumps(experiment.to_json())})


def pack_file(asked: argparse.Namespace) -> None:
    experiment = _experiment(asked.text)
    if experiment.adaptations:
        if [experiment] != experiment.adaptations or asked.file.suffix == ".gguf":
            raise BadExperiment("pack: of adapted models writes one adapter as it was learnt, as a zip of two files")
        asked.file.write_bytes(
            zipped(adapter_store.files(adaptation.base_model(experiment), experiment.adaptations[-1]))
        )
    elif experiment.writes:
        model = language.build(experiment)
        gguf = asked.file.suffix == ".gguf"
        asked.file.write_bytes(as_gguf(model, experiment) if gguf else b"".join(model.files.values()))
    else:
        asked.file.write_bytes(pack(vision.build(experiment).tensors))


def unpack_file(asked: argparse.Namespace) -> None:
    file = asked.file.read_bytes()
    tensors = unpack(file)
    for entry in header(file):
        line = {"name": entry["name"], "shape": entry["shape"], "bits": entry.get("bits", 32)}
        tensor = tensors[entry["name"]]
        if isinstance(tensor, Sparse):
            line |= {"kept": int(tensor.kept.sum()), "format": entry["format"]}
        print(as_json(line))


def verify(asked: argparse.Namespace) -> int:
    """Run the models of a record again; 1 where one is not what the record says."""
    kept = reader_record.read(reader_record.decoded(asked.file.read_bytes()))
    found = reader_record.ants(kept)
    if not found:
        print(WORDS["verify: none"])
    reruns = [reader_record.compared(place, ant, measure_all(ant.experiment)) for place, ant in found.items()]
    for rerun in reruns:
        print(VERDICTS[rerun.verdict].format(**rerun._asdict()))
    same = sum(rerun.verdict == "same" for rerun in reruns)
    if reruns:
        print(WORDS("verify: all", same=same, all=len(reruns), digest=reader_record.runs_digest(found)))
    return int(any(rerun.verdict == "other" for rerun in reruns))


def new(asked: argparse.Namespace) -> None:
    for file in new_lesson.write(asked.name):
        print(file.relative_to(new_lesson.ROOT))


def _print(experiment: Experiment) -> Measurement:
    measured = measure_all(experiment)
    if experiment.writes:
        said = report_language(experiment, measured)
    elif experiment.adaptations:
        said = report_adapted(experiment, measured)
    else:
        said = report(experiment, measured, vision.time_it(experiment)[1])
    print(as_json(said), flush=True)
    return measured


def points(experiment: Experiment, over: Sequence[str]) -> dict[str, Experiment]:
    """The experiments of a sweep over several fields, each with each, by what was set: `quantize.bits=1..16`,
    `quantize.grain=tensor,channel`, `model=cnn,depthwise` or `seed=0..2`. Raises BadExperiment for what is no field or
    value."""
    found = {"": experiment}
    for text in over:
        path, equals, values = text.partition("=")
        step, _, field = path.rpartition(".")
        if not (equals and field and values):
            raise BadExperiment(f"--over: {text!r} is not like quantize.bits=1..16")
        found = {
            f"{label} {path}={value}".strip(): _with(each, step, field, value)
            for label, each in found.items()
            for value in _values(values)
        }
    return found


def _values(text: str) -> list[int | str]:
    low, dots, high = text.partition("..")
    if dots:
        ends = [_whole(low), _whole(high)]
        if None in ends or ends[1] - ends[0] not in range(10_000):
            raise BadExperiment(f"--over: {text[:40]!r} is not a range like 1..16")
        return list(range(ends[0], ends[1] + 1))
    return [value if _whole(value) is None else _whole(value) for value in text.split(",")]


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _with(experiment: Experiment, step: str, field: str, value: int | str) -> Experiment:
    raw = experiment.to_json()
    if not step:
        of_source = raw if field not in ("checkpoint", "file") else {"recipe": raw["recipe"]}  # these name all of it
        return Experiment.from_json(of_source | {field: value})
    step = RENAMED.get(step, step)
    if step not in STEPS:
        raise BadExperiment(f"--over: {step!r} is not one of {', '.join(STEPS)}")
    if not any(step in entry for entry in raw["recipe"]):
        raw["recipe"].append({step: {}})
    recipe = [
        {name: settings | {field: value} if name == step else settings for name, settings in entry.items()}
        for entry in raw["recipe"]
    ]
    return Experiment.from_json(raw | {"recipe": recipe})


def _experiment(text: str) -> Experiment:
    try:
        return Experiment.from_json(json.loads(text))
    except BadExperiment:
        raise
    except (ValueError, RecursionError) as error:
        raise BadExperiment(f"not JSON: {error}") from None


class _Arguments(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"lessons: {message}; see python -m lessons --help\n")


def _arguments() -> argparse.ArgumentParser:
    parser = _Arguments("python -m lessons", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, takes in (
        ("measure", measure, ["experiment"]),
        ("sweep", sweep, ["experiment", "--over"]),
        ("train", train, ["experiment", "file"]),
        ("pack", pack_file, ["experiment", "file"]),
        ("unpack", unpack_file, ["file"]),
        ("verify", verify, ["file"]),
        ("new", new, ["name"]),
    ):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        if "experiment" in takes:
            command.add_argument("text", metavar="EXPERIMENT", help="as JSON")
        if "--over" in takes:
            command.add_argument("--over", required=True, action="append", help="quantize.bits=1..16; several times")
        if "name" in takes:
            command.add_argument("name", metavar="NAME", help="the path of a lesson: weight-sharing")
        if "file" in takes:
            command.add_argument("file", type=Path, metavar="FILE")
    talk_command.add(commands)
    doctor.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""What makes a result old, and what does not."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lessons import code_hash as module
from lessons.code_hash import code_hash, definitions

CODE = {
    "lessons/__init__.py": "",
    "lessons/steps.py": """
from functools import singledispatch

from lessons import numbers
from lessons.numbers import half as halved
from lessons.experiment import Prune, Round, checked

TWICE = 2

@singledispatch
def apply(step, model):
    raise NotImplementedError

@apply.register
def round_weights(step: Round, model: numbers.Model) -> float:
    return halved(model)

@apply.register
def prune(step: Prune, model):
    return numbers.gone(model)

def build(model):
    \"\"\"What it makes.\"\"\"
    return apply(checked(model), model) * TWICE

def by_name(name):
    return getattr(numbers, name)

def later():
    from lessons.numbers import gone
    return gone
""",
    "lessons/numbers.py": """
class Model:
    pass

def half(x):
    return x / 2

def gone(x):
    return 0
""",
    "lessons/other_step.py": """
from lessons.numbers import gone, half
from lessons.steps import apply

@apply.register
def share(step: Share, model):
    return half(model)
""",
    "lessons/experiment.py": "class Prune: pass\nclass Round: pass\ndef checked(step): return step\n",
}
BUILD, ROUND = "lessons.steps:build", frozenset({"Round"})


@pytest.fixture
def change(tmp_path, monkeypatch):
    """Changes a file of a small project, and gives the hash of what rounds weights in it."""
    monkeypatch.setattr(module, "ROOT", tmp_path)

    def changed(file: str = "", old: str = "", new: str = "", maker: str = BUILD, steps: frozenset[str] = ROUND) -> str:
        for name, text in CODE.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            assert name != file or old in text
            path.write_text(text.replace(old, new) if name == file else text)
        module._read.cache_clear()
        code_hash.cache_clear()
        return code_hash(maker, steps=steps)

    yield changed
    module._read.cache_clear()
    code_hash.cache_clear()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lessons/steps.py", "TWICE = 2", "TWICE = 3"),
        ("lessons/steps.py", "* TWICE", "+ TWICE"),
        ("lessons/steps.py", "return halved(model)", "return halved(model) + 1"),
        ("lessons/numbers.py", "return x / 2", "return x / 3"),
    ],
)
def test_a_result_is_old_as_soon_as_something_that_makes_it_has_changed(change, file, old, new):
    assert change(file, old, new) != change()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lessons/steps.py", "What it makes.", "What it makes, said better."),
        ("lessons/steps.py", "TWICE = 2", "# how often\nTWICE = (\n    2\n)"),
        ("lessons/steps.py", "-> float", "-> int"),
        ("lessons/steps.py", "model: numbers.Model", "model: object"),
        ("lessons/numbers.py", "return 0", "return 1"),
        ("lessons/numbers.py", "class Model:", "def unused():\n    return half(3)\n\nclass Model:"),
        ("lessons/other_step.py", "half", "gone"),
        (
            "lessons/steps.py",
            "def by_name",
            "@apply.register\ndef share(step: Share, model):\n    return model\n\ndef by_name",
        ),
        ("lessons/experiment.py", "return step", "assert step; return step"),
    ],
    ids=[
        "docstring",
        "comment and layout",
        "result",
        "annotation",
        "other step",
        "never used",
        "step beside it",
        "new technique",
        "naming",
    ],
)
def test_nothing_else_makes_it_old(change, file, old, new):
    assert change(file, old, new) == change()


def test_what_another_step_does_counts_where_that_step_is_used(change):
    asked = {"steps": frozenset({"Prune"})}
    assert change("lessons/numbers.py", "return 0", "return 1", **asked) != change(**asked)
    assert change("lessons/numbers.py", "return x / 2", "return x / 3", **asked) == change(**asked)


def test_what_a_step_does_may_stand_in_a_file_of_its_own(change):
    asked = {"steps": frozenset({"Share"})}
    assert change("lessons/other_step.py", "half", "gone", **asked) != change(**asked)
    assert change("lessons/numbers.py", "return x / 2", "return x / 3", **asked) != change(**asked)


@pytest.mark.parametrize("maker", ["lessons.steps:by_name", "lessons.steps:later"])
def test_a_module_passed_on_counts_as_a_whole_and_an_import_may_be_anywhere(change, maker):
    assert change("lessons/numbers.py", "return 0", "return 1", maker) != change(maker=maker)


@pytest.mark.parametrize("maker", ["lessons.steps:none", "lessons.none:build", "json:dumps"])
def test_a_function_that_is_not_there_is_refused(maker):
    with pytest.raises(LookupError, match="there is no"):
        code_hash(maker)


def test_of_the_house_a_step_brings_its_own_technique_and_no_other():
    of = {
        step: {each.module for each in definitions(["lessons.vision.build:measure"], frozenset({step}))}
        for step in ("Quantize", "Prune")
    }
    assert "lessons.shrink.quantize" in of["Quantize"] - of["Prune"]
    assert {"lessons.shrink.prune", "lessons.shrink.saliency"} <= of["Prune"] - of["Quantize"]
    assert not any(name.startswith(("lessons.experiment", "lessons.store", "lessons.ui")) for name in of["Prune"])
    assert Path(module.ROOT, "lessons").is_dir()


@pytest.mark.reliability("many machines", "Threads of a Dask worker read the same code at once")
def test_threads_may_read_at_once(tried):
    look, often = lambda *_: time.sleep(1e-5), gc.get_threshold()
    names = [f"lessons.jobs.{path.stem}" for path in (module.ROOT / "lessons" / "jobs").glob("[a-z]*.py")]
    gc.callbacks.append(look)  # as Dask's workers have one
    gc.set_threshold(50)
    try:
        with ThreadPoolExecutor(4) as threads:
            read = list(threads.map(module._read.__wrapped__, names))
    finally:
        gc.callbacks.remove(look)
        gc.set_threshold(*often)
    assert all(each.defined for each in read)
    tried(len(read))

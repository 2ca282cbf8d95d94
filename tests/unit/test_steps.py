"""What a step, and what it makes of a weight, must say of itself; and what steps were called before."""

import json
from abc import ABC

import pytest
import torch

from lessons.experiment import RENAMED, STEPS, Effect, Experiment, Step, ready_written
from lessons.shrink.encoded import Composite, Encoded, Encoding
from lessons.shrink.pack import pack, stored_bits, unpack
from lessons.shrink.packed_reader import raw

OLD = (
    {"round_matrices": {"bits": 4, "grain": "group", "method": "gptq"}},
    {"round_activations": {"bits": 8}},
    {"round_cache": {"bits": 4}},
)
OLD_ALONE = ({"prune_matrices": {"sparsity": 50}}, {"factorize_matrices": {"share": 75}})


@pytest.mark.parametrize("name", STEPS)
def test_every_step_says_what_it_does(name):
    assert isinstance(STEPS[name].effect, Effect)
    assert STEPS[name].effect
    assert STEPS[name].called == name


def test_a_step_that_says_nothing_cannot_be():
    with pytest.raises(TypeError, match="Hash must say what it does"):

        class Hash(Step, called="hash"):
            pass


@pytest.mark.parametrize("recipe", [OLD, *((step,) for step in OLD_ALONE)], ids=str)
def test_what_was_exported_under_old_names_is_read_and_written_under_todays(recipe):
    raw_source = Experiment(ready_written("shakespeare")).to_json()
    old = Experiment.from_json(raw_source | {"recipe": list(recipe)})
    assert [step.called for step in old.recipe] == [RENAMED[name] for step in recipe for name in step]
    for step, exported in zip(old.recipe, recipe, strict=True):
        assert (
            exported[next(iter(exported))].items()
            <= old.to_json()["recipe"][old.recipe.index(step)][step.called].items()
        )
    assert Experiment.from_json(json.loads(json.dumps(old.to_json()))) == old


def test_each_old_name_stands_for_a_step():
    assert set(RENAMED.values()) <= set(STEPS)
    assert not set(RENAMED) & set(STEPS)


class Constant(Encoding, key="constant"):
    """Every weight is the same number: a technique that nothing else in the house knows."""

    def __init__(self, shape: list[int], value: float):
        self.shape, self.value = shape, value

    def decode(self) -> torch.Tensor:
        return torch.full(self.shape, self.value)

    stored_bits, integer_bits = 32, None

    def header(self) -> dict:
        return {"shape": self.shape, "constant": True}

    def body(self) -> bytes:
        return raw(torch.tensor([self.value]), "<f4")

    @classmethod
    def read(cls, entry, shape, reader):
        return cls(shape, reader.numbers("<f4", [1]).item())


def test_a_new_encoding_is_packed_and_unpacked_without_another_line():
    tensors = {"a": Constant([2, 3], 0.5), "b": torch.arange(4.0)}
    again = unpack(pack(tensors))
    assert isinstance(again["a"], Constant)
    assert torch.equal(again["a"].decode(), torch.full((2, 3), 0.5))
    assert torch.equal(again["b"], tensors["b"])
    assert stored_bits(tensors) == 32 + 4 * 32


@pytest.mark.parametrize("kind", [Encoding, Composite])
def test_an_encoding_that_says_too_little_cannot_be(kind):
    assert issubclass(kind, ABC)
    silent = type("Silent", (kind,), {}, **({"key": "silent"} if kind is Encoding else {}))
    with pytest.raises(TypeError, match="abstract"):
        silent()
    Encoding.KEYS.pop("silent", None)


def test_all_encodings_are_known_by_the_word_in_their_header():
    assert Encoding.KEYS["bits"] is Encoded

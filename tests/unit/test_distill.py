"""Distillation: the loss is the field's, a teacher changes nothing but the loss, and what is withheld stays unseen."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from lessons import models, store
from lessons.data import TASKS, examples
from lessons.data.split import Split, split
from lessons.experiment import (
    LOSSES,
    BadExperiment,
    Experiment,
    FineTune,
    Quantize,
    ShiftBias,
    Taught,
    Trained,
    loaded,
    shipped,
)
from lessons.models.layers import last_map
from lessons.shrink import distill
from lessons.training.progress import TrainingStep
from lessons.vision import build, objective

TEACHER = (loaded("fashion-large"),)
STUDENT = Trained(model="cnn-2x3", epochs=1, labelled=500, seed=5)


def logits(seed: int, pictures: int = 7) -> Tensor:
    return 3 * torch.randn(pictures, 10, generator=torch.Generator().manual_seed(seed))


def gradient(loss, student: Tensor) -> Tensor:
    student = student.clone().requires_grad_(True)
    loss(student).backward()
    return student.grad


# the loss


@given(seed=st.integers(0, 999), temperature=st.floats(0.1, 1000))
def test_soft_targets_are_torchs_kl_div_times_the_square_of_the_temperature(seed, temperature):
    student, teacher = logits(seed).double(), logits(seed + 1).double()
    said, learnt = F.softmax(teacher / temperature, 1), F.log_softmax(student / temperature, 1)
    theirs = temperature**2 * F.kl_div(learnt, said, reduction="batchmean")
    assert torch.allclose(distill.soft_targets(student, teacher, temperature), theirs, rtol=1e-6, atol=1e-9)


def test_a_temperature_near_0_takes_the_teachers_first_choice_and_no_logarithm_of_0():
    student, teacher = logits(0), 100 * logits(1)
    loss = distill.soft_targets(student, teacher, 0.1)
    assert torch.isfinite(loss)
    hard = 0.1**2 * F.cross_entropy(student / 0.1, teacher.argmax(1))
    assert torch.allclose(loss, hard, rtol=1e-4)


def test_the_gradient_is_that_of_the_paper_and_tends_to_that_of_logit_matching():
    """Hinton et al., eq. 2 and 4: T² · (q − p) / T, and (z − v) / N for centred logits and T → ∞; of a mean over
    pictures."""
    student, teacher = logits(2).double(), logits(3).double()
    for temperature in (0.5, 4.0, 50.0):
        found = gradient(lambda s, t=temperature: distill.soft_targets(s, teacher, t), student)
        q, p = distill.softened(student, temperature), distill.softened(teacher, temperature)
        assert torch.allclose(found, temperature * (q - p) / len(student), atol=1e-12)
    centred = [x - x.mean(1, keepdim=True) for x in (student, teacher)]
    limit = (centred[0] - centred[1]) / 10 / len(student)
    assert torch.allclose(gradient(lambda s: distill.soft_targets(s, teacher, 1e5), student), limit, atol=1e-5)
    matching = gradient(lambda s: distill.match_logits(s, centred[1]), centred[0])
    assert torch.allclose(matching / 10, limit, atol=1e-12)
    assert not torch.allclose(gradient(lambda s: distill.soft_targets(s, teacher, 1.0), student), limit, atol=1e-3)


def test_a_teacher_that_is_agreed_with_teaches_nothing():
    same, maps = logits(4), torch.rand(3, 5, 4, 4)
    assert distill.soft_targets(same, same, 4).abs() < 1e-6
    assert distill.match_logits(same, same) == 0
    assert distill.hints(same, same, nn.Identity()) == 0
    assert distill.match_attention(distill.attention(maps, 4), distill.attention(maps, 4)) == 0


def test_hints_are_half_the_squared_distance_as_torch_reckons_it():
    student, teacher, regressor = torch.randn(6, 3), torch.randn(6, 5), nn.Linear(3, 5)
    theirs = F.mse_loss(regressor(student), teacher, reduction="sum") / (2 * len(student))
    assert torch.allclose(distill.hints(student, teacher, regressor), theirs)


def test_attention_is_where_a_map_is_large_whatever_its_scale():
    maps = torch.zeros(1, 3, 4, 4)
    maps[0, :, 1, 2] = torch.tensor([1.0, -2.0, 2.0])
    seen = distill.attention(maps, 4).reshape(4, 4)
    assert seen[1, 2] == 1
    assert seen.sum() == 1
    assert torch.equal(distill.attention(10 * maps, 4).reshape(4, 4), seen)
    assert distill.attention(torch.rand(2, 6, 7, 7), 4).shape == (2, 16)


@pytest.mark.parametrize(("alpha", "loss"), [(0.0, 3.0), (1.0, 5.0), (0.25, 3.5)])
def test_alpha_is_the_teachers_share(alpha, loss):
    assert distill.combined(torch.tensor(3.0), torch.tensor(5.0), alpha) == loss


@given(seed=st.integers(0, 999), label=st.integers(0, 9), share=st.sampled_from([0.1, 0.5, 0.9]))
def test_a_bias_put_right_names_the_class_as_often_as_asked(seed, label, share):
    given_to = logits(seed, 200)
    given_to[:, label] -= 50  # never named
    given_to[:, label] += distill.missing_bias(given_to, label, share)
    assert abs((given_to.argmax(1) == label).float().mean() - share) <= 1 / 200


# which pictures

LABELS = torch.tensor(TASKS["fashion"].training()[1]).long()


@pytest.mark.parametrize("labelled", [0, 1, 50, 500, 20_000])
def test_as_many_labels_as_asked_for_the_same_of_each_class_and_no_picture_twice(labelled):
    found = split(LABELS, labelled, 700, None, seed=3)
    assert len(found.labelled) == labelled
    assert len(found.unlabelled) == min(700, 20_000 - labelled)
    assert len(torch.cat(found).unique()) == len(torch.cat(found))
    of_each = torch.bincount(LABELS[found.labelled], minlength=10)
    assert of_each.max() - of_each.min() <= 1


def test_the_seed_says_which_and_more_unlabelled_ones_change_no_labelled_one():
    one, more, other = (split(LABELS, 50, n, None, seed) for n, seed in ((0, 3), (99, 3), (0, 4)))
    assert torch.equal(one.labelled, more.labelled)
    assert not torch.equal(one.labelled, other.labelled)


def test_all_labels_are_the_pictures_in_their_order():
    assert torch.equal(split(LABELS, None, 0, None, seed=3).labelled, torch.arange(20_000))


@pytest.mark.parametrize("labelled", [None, 100])
def test_a_class_withheld_is_in_no_picture(labelled):
    found = split(LABELS, labelled, 20_000, 7, seed=3)
    assert 7 not in LABELS[torch.cat(found)]
    assert len(torch.cat(found)) == 18_000


def test_labelled_batches_are_the_same_with_and_without_unlabelled_ones():
    which = Split(torch.arange(300), torch.arange(300, 450))
    alone, both = (list(islice(objective.order(w, 1), 9)) for w in (which._replace(unlabelled=torch.arange(0)), which))
    assert all(torch.equal(a.labelled, b.labelled) for a, b in zip(alone, both, strict=True))
    assert all(len(a.unlabelled) == 0 and len(b.unlabelled) == 125 for a, b in zip(alone, both, strict=True))


def test_a_few_pictures_are_one_batch():
    first, second = islice(objective.order(Split(torch.tensor([4, 9]), torch.arange(0)), 1), 2)
    assert sorted(first.labelled.tolist()) == sorted(second.labelled.tolist()) == [4, 9]


# taught


@pytest.fixture(scope="module")
def alone() -> dict[str, Tensor]:
    return state(STUDENT)


def state(source: Trained) -> dict[str, Tensor]:
    return build.build(Experiment(source)).net.state_dict()


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def accuracy(experiment: Experiment) -> float:
    return build.measure(experiment)["accuracy"].value


@pytest.mark.parametrize("loss", LOSSES)
def test_with_alpha_0_a_taught_student_is_the_one_alone_bit_for_bit(alone, loss):
    assert same(alone, state(replace(STUDENT, taught=Taught(TEACHER, alpha=0, loss=loss, unlabelled=500))))


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_teaches_and_a_seed_names_the_result(alone, loss, monkeypatch, tmp_path):
    source = replace(STUDENT, taught=Taught(TEACHER, loss=loss))
    first = state(source)
    assert not same(alone, first)
    assert all(tensor.isfinite().all() for tensor in first.values())
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    build.build.cache_clear()
    build._built.cache_clear()
    torch.manual_seed(99)  # whatever was drawn before
    assert same(first, state(source))


def test_with_few_labels_a_teacher_helps():
    source = replace(STUDENT, model="cnn-4x3", epochs=2)
    taught, more = (replace(source, taught=Taught(TEACHER, unlabelled=n)) for n in (0, 2_000))
    assert accuracy(Experiment(source)) + 1 < accuracy(Experiment(taught)) < accuracy(Experiment(more))


def test_without_any_label_the_teacher_is_enough():
    source = replace(STUDENT, model="cnn-4x3", labelled=0, taught=Taught(TEACHER, alpha=1, unlabelled=2_000))
    assert accuracy(Experiment(source)) > 70


def test_a_class_never_shown_is_recognised_by_the_taught_student_alone():
    right = TASKS["fashion"].test_labels()
    recalls = {}
    for name, taught in (("alone", None), ("taught", Taught(TEACHER))):
        source = Trained(model="cnn-4x3", epochs=2, withheld=1, taught=taught)
        for step in ((), (ShiftBias(1),)):
            answers = np.frombuffer(build.measure(Experiment(source, step)).answers, np.uint8)
            recalls[name, len(step)] = 100 * (answers[right == 1] == 1).mean()
    assert recalls["alone", 0] <= 1
    assert recalls["taught", 1] > 30
    assert recalls["taught", 1] > recalls["alone", 1] + 20


def test_the_shipped_teacher_knows_more_than_its_students_and_is_larger():
    teacher = build.measure(Experiment(TEACHER[0]))
    assert teacher["accuracy"].value > 91
    assert teacher["macs"].value > 10 * build.measure(shipped())["macs"].value


def test_several_teachers_are_heard_as_the_mean_of_their_logits():
    nets = [build.build(Experiment(loaded(f"fashion-{name}"))).net for name in ("cnn", "depthwise")]
    data = examples.training_set("bundled")
    which = Split(torch.arange(40), torch.arange(40, 60))
    pupil = objective.Student(models.make("cnn-2x3"), Taught(TEACHER), nets, data, which, 0)
    with torch.no_grad():
        mean = torch.stack([net(data.images[:60]) for net in nets]).mean(0)
    assert torch.allclose(pupil.answers.logits[:60], mean, atol=1e-5)
    assert not pupil.answers.logits[60:].any()


def test_what_is_heard_of_one_teacher_is_its_own_map():
    net = build.build(Experiment(TEACHER[0])).net
    data = examples.training_set("bundled")
    pupil = objective.Student(
        models.make("cnn-2x3"), Taught(TEACHER), [net], data, Split(torch.arange(9), torch.arange(0)), 0
    )
    with torch.no_grad():
        maps, _ = last_map(net, data.images[:9])
    assert maps.shape[1:] == (96, 7, 7)
    assert torch.allclose(distill.attention(pupil.answers.maps[:9], 4), distill.attention(maps, 4), atol=1e-5)
    assert torch.allclose(pupil.answers.features[:9], maps.mean((2, 3)), atol=1e-5)


@pytest.fixture
def no_training(monkeypatch, tmp_path) -> Iterator[list[dict]]:
    """Trainings leave a network as it is; the list has what each was asked for."""
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    asked = []

    def none(net, source, epochs, seed, stop_at=None, taught=None) -> Iterator[TrainingStep]:
        asked.append({"taught": taught, "begins": {k: v.clone() for k, v in net.state_dict().items()}})
        yield TrainingStep(1, 1, 0.0, None, 0.0)

    monkeypatch.setattr(build, "_train", none)
    build.build.cache_clear()
    build._built.cache_clear()
    yield asked
    build.build.cache_clear()
    build._built.cache_clear()


def test_both_begin_with_the_same_weights(no_training):
    for source in (STUDENT, replace(STUDENT, taught=Taught(TEACHER))):
        state(source)
    assert same(no_training[0]["begins"], no_training[1]["begins"])


def test_a_teacher_that_is_not_there_is_trained_first(monkeypatch, tmp_path):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    teacher = replace(STUDENT, seed=6, labelled=50)
    next(build.training(replace(STUDENT, taught=Taught((teacher,)))))
    assert store.has(Experiment(teacher).stored_as)


def test_training_on_a_rounded_network_begins_from_what_was_not_rounded(no_training):
    baseline = Experiment(STUDENT)
    list(build.tuning(baseline | Quantize(2) | FineTune(1, taught=Taught(TEACHER))))
    begins = no_training[-1]["begins"]
    assert torch.equal(begins["fc.parametrizations.weight.original"], build.build(baseline).net.fc.weight)
    assert no_training[-1]["taught"] == Taught(TEACHER)


# names


def test_an_experiment_with_a_teacher_is_its_own_json():
    self_taught = replace(STUDENT, taught=Taught((STUDENT,), temperature=2))
    chain = Experiment(self_taught) | Quantize(2) | FineTune(1, taught=Taught(TEACHER)) | ShiftBias(3)
    again = Experiment.from_json(json.loads(json.dumps(chain.to_json())))
    assert again == chain
    assert again.id == chain.id
    assert Taught(TEACHER, temperature=4) == Taught(TEACHER, temperature=4.0)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"labelled": 0}, "without labels there must be a teacher"),
        ({"labelled": 0, "taught": {"by": [{"checkpoint": "fashion-large"}], "unlabelled": 9}}, "with alpha 1"),
        ({"labelled": 20_001}, "labelled: 20001 is not a whole number from 0 to 20000"),
        ({"withheld": 10}, "withheld: 10 is not a whole number from 0 to 9"),
        ({"taught": 3}, "taught: must be an object"),
        ({"taught": {"by": []}}, "one at least"),
        ({"taught": {"by": [7]}}, "each teacher is an object"),
        ({"taught": {"by": [{"checkpoint": "nobody"}]}}, "checkpoint: 'nobody' is not one of"),
        ({"taught": {"by": [{"checkpoint": "digits-cnn"}]}}, "must know the same task, fashion"),
        ({"taught": {"by": [{"seed": 1}], "alpha": 2}}, "taught.alpha: 2 is not a number from 0 to 1"),
        ({"taught": {"by": [{"seed": 1}], "alpha": True}}, "taught.alpha: True is not a number"),
        (
            {"taught": {"by": [{"seed": 1}], "temperature": 0}},
            "taught.temperature: 0 is not a number from 0.1 to 1,000",
        ),
        ({"taught": {"by": [{"seed": 1}], "loss": "hate"}}, "taught.loss: 'hate' is not one of kl, logits"),
        ({"taught": {"by": [{"seed": 1}, {"seed": 2}], "loss": "hints"}}, "hints compares layers with one teacher"),
        ({"taught": {"by": [{"seed": 1}], "mood": 1}}, "taught.mood: unknown field"),
        ({"recipe": [{"shift_bias": {"label": 10}}]}, "shift_bias.label"),
        ({"recipe": [{"fine_tune": {"taught": {"by": [{"checkpoint": "digits-cnn"}]}}}]}, "the same task"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(raw, said):
    with pytest.raises(BadExperiment) as error:
        Experiment.from_json({"seed": 0} | raw)
    assert said in str(error.value)
    assert "\n" not in str(error.value)

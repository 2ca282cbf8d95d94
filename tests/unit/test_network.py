"""Inside a network: drawings made like MNIST's, what a picture does, the loss along one weight, what training costs."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from lessons import models
from lessons.data import TASKS, examples
from lessons.data.drawing import BOX, SIDE, as_fashion_mnist, as_mnist
from lessons.experiment import shipped
from lessons.jobs import vision
from lessons.measure import macs
from lessons.measure.layer_view import OneWeight
from lessons.measure.one_weight import loss_curve, steepest
from lessons.measure.timing import training_ratio
from lessons.measure.training_cost import training_costs
from lessons.models.folding import folded
from lessons.training.descent import descend
from lessons.vision import build

DIGITS, FASHION = shipped("cnn", "digits"), shipped()
drawings = arrays.arrays(np.uint8, (SIDE, SIDE), elements=st.sampled_from([0, 0, 0, 0, 90, 255]), fill=st.just(0))


def nobody() -> None:
    return None


def looked(experiment, picture):
    (seen,) = vision.looking(experiment, picture, nobody)
    return seen


def ink(picture: np.ndarray) -> tuple[slice, slice]:
    rows, columns = np.nonzero(picture)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def centre(picture: np.ndarray) -> np.ndarray:
    places, mass = np.indices(picture.shape).reshape(2, -1), picture.ravel().astype(float)
    return (places * mass).sum(1) / mass.sum()


@given(drawings)
def test_a_drawing_is_fitted_into_the_box_and_centred_by_mass(drawing):
    made = as_mnist(drawing)
    assert (made.shape, made.dtype) == ((SIDE, SIDE), np.uint8)
    assume(made.any())
    rows, columns = ink(made)
    assert max(rows.stop - rows.start, columns.stop - columns.start) <= BOX
    for middle, side in zip(centre(made), (rows, columns), strict=True):
        at_an_edge = side.start <= 1 or side.stop >= SIDE - 1
        assert abs(middle - SIDE / 2) <= 0.51 or at_an_edge


@given(drawings, st.floats(0, 1), st.floats(0, 1))
def test_where_on_the_canvas_it_is_drawn_does_not_matter(drawing, down, right):
    assume(drawing.any())
    shape = drawing[ink(drawing)]
    top, left = (round(share * (SIDE - side)) for share, side in zip((down, right), shape.shape, strict=True))
    moved = np.zeros((SIDE, SIDE), np.uint8)
    moved[top : top + shape.shape[0], left : left + shape.shape[1]] = shape
    assert (as_mnist(moved) == as_mnist(drawing)).all()


def test_how_large_it_is_drawn_hardly_matters_and_nothing_is_nothing():
    small = np.zeros((SIDE, SIDE), np.uint8)
    small[2:12, 3:6] = 255
    large = np.kron(small[2:12, 3:6], np.ones((2, 2), np.uint8))
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    canvas[4:24, 9:15] = large
    difference = as_mnist(small).astype(int) - as_mnist(canvas).astype(int)
    assert np.abs(difference).mean() < 5
    assert not as_mnist(np.zeros((SIDE, SIDE), np.uint8)).any()


def test_mnists_own_pictures_come_out_as_they_are():
    """They were made so: parity with those who made them."""
    assert all((as_mnist(picture) == picture).all() for picture in TASKS["digits"].test_pixels())


@given(drawings)
def test_a_drawn_shoe_fills_the_picture_from_side_to_side(drawing):
    made = as_fashion_mnist(drawing)
    assert (made.shape, made.dtype) == ((SIDE, SIDE), np.uint8)
    assume(made.any())
    whole = _cut(drawing)
    for axis, length in enumerate(whole.shape):
        if length == max(whole.shape):
            seen = np.flatnonzero(made.any(1 - axis))
            assert seen[-1] - seen[0] + 1 >= SIDE - 2  # the faintest ink may be lost at its edge
    assert not as_fashion_mnist(np.zeros((SIDE, SIDE), np.uint8)).any()


def _cut(drawing: np.ndarray) -> np.ndarray:
    rows, columns = (np.flatnonzero(drawing.any(axis)) for axis in (1, 0))
    return drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def test_fashion_mnists_own_pictures_that_fill_their_frame_come_out_as_they_are():
    pictures = [p for p in TASKS["fashion"].test_pixels() if _cut(p).shape == (SIDE, SIDE)]
    assert len(pictures) > 50
    assert all((as_fashion_mnist(picture) == picture).all() for picture in pictures)


def test_a_drawing_is_looked_at_as_its_task_was_made():
    drawing = np.zeros((SIDE, SIDE), np.uint8)
    drawing[10:16, 4:12] = 200
    assert (looked(FASHION, drawing.tobytes()).pixels == as_fashion_mnist(drawing)).all()


def test_what_a_look_shows_is_what_the_network_computes():
    seen = looked(DIGITS, 3)
    net, x = build.build(DIGITS).net, examples.test_set("digits").images[3:4]
    after = net[:2](x)[0]
    assert {name: image.shape for name, image in seen.layers.items()} == {
        "conv1": (16, 14, 14),
        "conv2": (32, 7, 7),
        "conv3": (48, 4, 4),
    }
    assert np.abs(seen.layers["conv1"] - (255 * after / after.max()).numpy()).max() <= 0.5
    assert seen.probabilities == pytest.approx(torch.softmax(net(x)[0], 0).tolist())
    assert (seen.pixels == TASKS["digits"].test_pixels()[3]).all()


def test_a_drawing_is_looked_at_as_mnist_was_made_and_the_answer_stays_small():
    drawing = np.zeros((SIDE, SIDE), np.uint8)
    drawing[2:20, 3:5] = 255  # a stroke at the edge
    seen = looked(DIGITS, drawing.tobytes())
    assert (seen.pixels == as_mnist(drawing)).all()
    assert int(np.argmax(seen.probabilities)) == 1
    assert len(pickle.dumps(seen)) < 10_000


@pytest.mark.parametrize("model", ["cnn", "depthwise", "cnn-2x1", "cnn-32x4"])
def test_per_layer_costs_add_up_to_the_whole(model):
    (costs,) = vision.counting(model, nobody)
    net = folded(models.make(model).eval())
    assert sum(cost.parameters for cost in costs) == sum(p.numel() for p in net.parameters())
    with FlopCounterMode(display=False) as counter:
        net(torch.randn(1, 1, 28, 28))
    assert sum(cost.macs for cost in costs) == counter.get_total_flops() // 2


# Not the depthwise network: on the way back torch counts a grouped convolution as if it were not grouped.
@pytest.mark.parametrize("model", ["cnn", "cnn-2x1", "cnn-32x4"])
def test_macs_of_a_training_example_equal_torchs_flop_counter(model):
    net, x = folded(models.make(model).eval()), torch.randn(1, 1, 28, 28)
    costs = training_costs(macs.layers(net, x))
    with FlopCounterMode(display=False) as counter:
        net(x).sum().backward()
    assert sum(cost.total for cost in costs) == counter.get_total_flops() // 2
    assert costs[0].inputs == 0


def test_a_training_example_costs_about_three_forward_passes():
    costs = training_costs(macs.layers(models.make("cnn"), torch.randn(1, 1, 28, 28)))
    assert 2.8 < sum(cost.total for cost in costs) / sum(cost.forward for cost in costs) < 3


def test_a_training_step_takes_longer_than_a_forward_pass():
    images, labels = (part[:125] for part in examples.training_set("bundled"))
    net = build.build(shipped()).net
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    ratio = training_ratio(net, images, labels)
    assert (ratio.badge, ratio.unit) == ("measured", "×")
    assert 1.5 < ratio.low <= ratio.value <= ratio.high
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


@pytest.mark.parametrize("layer", models.LAYERS["cnn"])
def test_the_gradient_along_one_weight_is_that_of_finite_differences(layer):
    torch.manual_seed(0)  # some starts have a place where a ReLU bends within a step
    net = models.make("cnn").double()
    images, labels = examples.training_set("bundled").images[:40].double(), examples.training_set("bundled").labels[:40]
    place = steepest(net, layer, images, labels)
    step = 1e-6
    values = np.array([-1.0, 0.3, 2.0])
    _, gradients = loss_curve(net, layer, place, values, images, labels)
    above, below = (loss_curve(net, layer, place, values + way * step, images, labels)[0] for way in (1, -1))
    assert gradients == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-8)


def test_the_loss_curve_is_that_of_the_whole_network_which_stays_as_it_is():
    (tried,) = vision.trying(shipped(), "conv2", nobody)
    net = build.build(shipped()).net
    images, labels = (part[: tried.pictures] for part in examples.training_set("bundled"))
    assert len(tried.values) == len(tried.losses) == len(tried.gradients) == 61
    assert tried.values[30] == tried.trained == net.conv2.weight[tried.place].item()
    assert tried.losses[30] == pytest.approx(F.cross_entropy(net(images), labels).item(), rel=1e-5)
    with torch.no_grad():
        weight = net.conv2.weight.clone()
        weight[tried.place] = tried.values[50]
        x = F.conv2d(net[:2](images), weight, net.conv2.bias, stride=2, padding=1)
        assert tried.losses[50] == pytest.approx(F.cross_entropy(net[3:](x), labels).item(), rel=1e-5)


def test_the_weight_chosen_is_the_steepest():
    net = nn.Sequential()
    net.add_module("fc", nn.Linear(3, 2))
    images, labels = torch.tensor([[0.0, 5.0, 1.0], [0.0, 4.0, 1.0]]), torch.tensor([0, 0])
    assert steepest(net, "fc", images, labels)[1] == 1


@given(st.floats(-5, 5), st.floats(0.01, 0.99))
def test_steps_walk_down_a_parabola_if_they_are_short_and_climb_if_they_are_long(start, short):
    assume(abs(start) > 1e-3)
    down = descend(start, lambda w: w, rate=short, steps=8)
    assert all(abs(after) < abs(before) for before, after in zip(down, down[1:], strict=False))
    across = descend(start, lambda w: w, rate=1 + short, steps=8)
    assert all(before * after < 0 for before, after in zip(across, across[1:], strict=False))
    up = descend(start, lambda w: w, rate=2 + short, steps=8)
    assert all(abs(after) > abs(before) for before, after in zip(up, up[1:], strict=False))


@pytest.mark.parametrize(("left", "last"), [(0, "Loss at step 2"), (3, "Loss before step 3")])
def test_a_walk_says_where_it_began_where_it_ended_and_what_the_lowest_was(left, last):
    tried = OneWeight((1, 2), 0.5, 300, np.linspace(-1, 1, 5), np.array([4.0, 3.0, 0.5, 2.0, 5.0]), np.zeros(5))
    found = tried.losses_at([(-1.0, 4.0), (-0.5, 3.0), (0.5, 2.0)], left)
    assert {name: quantity.value for name, quantity in found.items()} == {
        "Loss at the start": 4.0,
        last: 2.0,
        "Lowest loss tried": 0.5,
    }
    assert [quantity.badge for quantity in found.values()] == ["measured", "estimated", "measured"]

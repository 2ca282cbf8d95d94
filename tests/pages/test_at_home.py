"""The lesson on large models at home, without a browser: what it shows is what follows from shapes and data sheets."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from lessons.estimate import home_bill, vllm_graphs, vllm_pool
from lessons.estimate.answer_cost import speed
from lessons.estimate.at_home import KEPT_STATE, Home, needed
from lessons.estimate.gguf_size import NATIVE
from lessons.estimate.kv_cells import conversation_state
from lessons.estimate.roofline import machine_of, writing
from lessons.facts import boards
from lessons.facts.architectures import architectures
from lessons.facts.engines import ANY
from lessons.jobs import ask, language
from lessons.language.results import Benchmark
from lessons.quantity import show
from lessons.ui.llm_at_home import validation
from lessons.ui.llm_at_home.advice import NEXT_LINE
from lessons.ui.llm_at_home.knobs import PASTED
from lessons.ui.work.this_machine import HERE, TITLES, USABLE
from tests.pages.reader import at_home as opened
from tests.pages.reader import buttons, captions, link, press, run_until, said, settled, tile, tiles, unbadged
from tests.unit.configs import CONFIGS
from tests.unit.pasted import CARDS, MODELS, REFUSED

SHAPES = architectures()
ADVISED = ("llm_model", "llm_machine", "llm_format", "llm_context", "llm_batch")
BOARD = boards()["NVIDIA GeForce RTX 4090"]
CARD = machine_of(BOARD)


def test_there_are_cards_enough_and_each_says_where_its_figures_are_from():
    assert len(USABLE) >= 20
    assert all(board.source and board.bandwidth_GB_per_s for board in USABLE.values())
    assert {board.kind for board in USABLE.values() if not board.memory_GB} == {"CPU"}  # whose memory is a knob


def test_what_fits_is_what_is_estimated():
    page = opened()
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["Llama 3.1 8B"], "fp16")))
    assert "**It fits.**" in said(page)
    assert "the KV cache takes 17.2 GB" in said(page)  # 128 Ki tokens × 128 KiB
    assert not unbadged(page)


def advised(page: AppTest) -> list[str]:
    """The labels of the buttons that change something, without the one that takes it back."""
    return [
        button.label for button in page.button if str(button.key).startswith("advice ") and button.key != "advice undo"
    ]


def test_what_does_not_fit_is_told_what_would():
    page = opened(model="Llama 3.1 70B", format="Q4_K_M")
    assert "**It does not fit**" in said(page)
    assert any(label.startswith("37 of 80 layers offloaded to main memory") for label in buttons(page))
    page = opened(model="DeepSeek-V3 / R1 671B")
    assert "No smaller format, shorter context, smaller model of the family or offloading makes it fit" in said(page)
    page = opened(model="Qwen2.5 14B", format="Q4_K_M", machine="Raspberry Pi 5, 8 GB")  # with nowhere to offload to
    assert any(label.startswith("Weights as Q2_K") for label in buttons(page))


@pytest.mark.parametrize("machine", ["NVIDIA GeForce RTX 4090", "Apple M4, 16 GB", "2 channels DDR5-6400, CPU only"])
def test_every_change_that_is_advised_makes_it_fit_and_can_be_undone(machine):
    knobs = {"machine": machine, "model": "Llama 3.1 70B", "format": "Q4_K_M", "cache": "8 bits", "batch": "4"}
    page = opened(**knobs)
    before = {f"llm_{name}": TITLES.get(value, value) for name, value in knobs.items()}
    assert len(advised(page)) >= 3
    for label in advised(page):
        page = opened(**knobs)
        press(page, label)
        page.run()
        assert "**It fits.**" in said(page), label
        press(page, f"Undo: {label.partition(NEXT_LINE)[0]}")
        page.run()
        assert "**It does not fit**" in said(page), label
        assert {name: page.session_state[name] for name in before} == before


@pytest.mark.parametrize("model", ["Qwen3.5 35B-A3B", "gpt-oss 20B"])  # the first reads more than the slider has
def test_whatever_there_is_room_for_can_be_set(model):
    page = opened(model=model, machine="Apple M3 Ultra, 512 GB", format="Q4_K_M")
    for label in advised(page):
        page = opened(model=model, machine="Apple M3 Ultra, 512 GB", format="Q4_K_M")
        before = {key: page.session_state[key] for key in ADVISED}
        press(page, label)
        page.run()
        assert {key: page.session_state[key] for key in ADVISED} != before, label


def test_what_is_measured_of_dense_models_is_not_said_of_a_mixture_in_mxfp4():
    page = opened("quality", model="gpt-oss 20B", format="IQ2_XXS")
    assert "no published measurement" in said(page)
    assert not any("Higher perplexity" in each.label for each in tiles(page))


def test_one_screen_says_how_fast_it_is_and_what_it_costs():
    page = opened(format="Q4_K_M", uses="200", price="0.4", currency="USD")
    home = Home(SHAPES["Llama 3.1 8B"], "Q4_K_M")
    assert tile(page, "Decode") == str(speed(writing(home, CARD, 300), home, CARD, 300))
    answer = home_bill.of_answer(home, CARD, BOARD, 300, 300).answer
    assert tile(page, "Electricity a year") == str(home_bill.of_year(answer, 200, 0.4, "USD"))
    assert "**There is room for one of these**" in said(page)
    assert any(
        re.match(r"Weights as fp16  \n:small\[:gray\[17\.\d GB, \d+ tokens/s\]\]", each) for each in advised(page)
    )
    assert not unbadged(page)


def test_how_fast_is_what_engines_reach_of_the_roof():
    page = opened("speed", format="fp16", prompt="10000", context="32,768")
    home = Home(SHAPES["Llama 3.1 8B"], "fp16")
    pace = writing(home, CARD, 10_000)  # after the prompt, not the whole context
    assert tile(page, "Decode") == str(speed(pace, home, CARD, 10_000))
    assert tile(page, "Decode, at best") == show(pace.per_second, "tokens/s")
    assert "after 10,000 tokens; limited by memory" in [str(metric.delta) for metric in tiles(page)]
    assert "do not fit into a context" not in said(page)
    assert not unbadged(page)


def test_without_a_peak_neither_a_prompt_nor_a_batch_is_estimated():
    alone, batch = (opened("speed", machine="Raspberry Pi 5, 8 GB", format="Q4_K_M", batch=n) for n in ("1", "16"))
    labels = [[metric.label.partition(" :")[0] for metric in tiles(page)] for page in (alone, batch)]
    assert "Decode" in labels[0] and not any(label.startswith(("Time", "Energy of an answer")) for label in labels[0])
    assert not any(label.startswith("Decode") for label in labels[1])


def test_drafts_are_counted_with_what_they_take():
    page = opened("speed", format="Q8_0", ahead="4", right="80")
    assert float(tile(page, "Gain by drafts").rstrip("×")) > 1
    assert "faster than without" in [str(metric.delta) for metric in tiles(page)]
    page = opened("speed", format="Q4_K_M", ahead="8", right="50", draft="Llama 3.2 3B")
    assert float(tile(page, "Gain by drafts").rstrip("×")) < 1
    assert "slower than without" in [str(metric.delta) for metric in tiles(page)]
    page = opened("speed", model="Mistral Nemo 12B", format="Q4_K_M", ahead="4")
    assert "No small model of the same family as Mistral Nemo 12B is listed" in said(page)
    assert not any("Gain by drafts" in metric.label for metric in tiles(page))


def test_where_the_question_is_about_another_model_than_the_page_that_is_said():
    apart = "The question is about Llama 3.1 8B, the page about Qwen3 4B."
    assert apart in [caption.value for caption in captions(opened(model="Qwen3 4B", machine="NVIDIA L4"))]
    assert not any("The question is about" in caption.value for caption in captions(opened()))


def test_what_does_not_fit_gets_no_speed_but_says_what_to_change():
    page = opened("speed", batch="512")
    assert "**It does not fit**" in said(page)
    assert "A model that does not fit gets no speed" in said(page)
    assert [metric.label.partition(" :")[0] for metric in tiles(page)] == [
        "Too much",
        "Higher perplexity, measured by others",
        "Memory needed",
        "An answer in a data centre",
    ]
    page = opened("speed", batch="64", context="1,024", format="Q4_K_M")
    assert "**It does not fit**" not in said(page)
    assert any("whole batch" in metric.label for metric in tiles(page))
    assert not any("Energy of an answer" in metric.label for metric in tiles(opened("speed", offload="50")))


def test_a_prompt_that_is_longer_than_the_context_is_said():
    assert "A prompt and an answer of 30,300 tokens do not fit into a context of 8,192" in said(
        opened("speed", prompt="30000")
    )


def test_a_model_in_few_bits_is_shown_as_it_is_published():
    for name, form in (("gpt-oss 120B", "MXFP4"), ("DeepSeek-V3 / R1 671B", "fp8")):
        page = opened(model=name)
        assert tile(page, "Memory needed") == str(needed(Home(SHAPES[name], form)))
        assert f"{name} is published" in said(page)
    page = opened(model="gpt-oss 120B", format="Q4_K_M")
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["gpt-oss 120B"], "Q4_K_M")))
    assert "is published" not in said(opened(model="Llama 3.1 8B"))


def test_a_window_that_the_engine_does_not_use_is_said():
    page = opened(model="Mistral 7B v0.1", context="32,768")
    assert "were trained to look back at 4,096 tokens only. No build of llama.cpp uses that" in said(page)
    assert tile(page, "KV cache per token") == show(2 * 2 * 8 * 128 * 32, "bytes")
    page = opened(model="Gemma 3 12B")
    assert tile(page, "KV cache per token") == show(2 * 2 * 8 * 256 * 8, "bytes")  # of 48 layers 8 still grow
    assert "No build of llama.cpp" not in said(page)


def test_without_a_peak_nothing_is_said_of_a_prompt():
    page = opened("speed", machine="NVIDIA A10G")
    assert not any("Time to first token" in metric.label for metric in tiles(page))
    assert any("No peak of its matrix units" in caption.value for caption in captions(page))


def test_a_small_card_with_few_bits_wins_alone_and_not_in_a_crowd():
    page = opened("map", context="1,024", format="Q4_K_M")
    assert float(tile(page, "Q4_K_M, batch size 1").rstrip("×")) > 1.4
    assert float(tile(page, "Q4_K_M, batch size 64").rstrip("×")) < 1


def test_a_card_that_does_not_hold_the_model_in_16_bits_is_compared_with_nothing():
    page = opened("map", lambda page: "does not fit on" in said(page), model="Llama 3.1 70B")
    assert "**Llama 3.1 70B does not fit on NVIDIA H100 PCIe in 16 bits**" in said(page)
    assert not any("batch size" in each.label for each in tiles(page))


@pytest.mark.parametrize("part", ["memory", "speed", "map"])
def test_what_is_not_modelled_is_refused(part):
    page = opened(part, lambda page: page.warning, model="GPT-3 175B")
    assert "48 of the 96 layers of GPT-3 175B" in page.warning[0].value
    assert not tiles(page)


def test_a_hybrid_has_a_state_beside_its_cache():
    page = opened(model="Qwen3.5 27B")
    assert tile(page, KEPT_STATE) == str(conversation_state(SHAPES["Qwen3.5 27B"]))
    assert not any(each.label.startswith(KEPT_STATE) for each in tiles(opened()))


def test_a_context_beyond_what_it_was_made_for_is_cut_and_said():
    page = opened(model="GPT-2 XL", context="131,072")
    assert "1,024 tokens at most" in said(page)
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["GPT-2 XL"], NATIVE, context=1_024)))


def test_a_format_for_experts_is_not_for_others():
    assert "**Q4_0** is shown" in said(opened(format="MXFP4"))
    assert "**Q4_0** is shown" not in said(opened(format="MXFP4", model="gpt-oss 20B"))


def test_a_machine_by_hand_is_estimated_with():
    page = opened("speed", machine="by hand", hand_speed="100", model="Qwen3 4B")
    home, machine = Home(SHAPES["Qwen3 4B"], NATIVE), CARD._replace(bandwidth=100e9, peak=3e12, backend=ANY)
    assert tile(page, "Decode") == str(speed(writing(home, machine, 300), home, machine, 300))


@pytest.mark.parametrize(("kind", "backend"), [("NVIDIA", "CUDA"), ("Apple", "Metal"), ("processor", "CPU")])
def test_a_machine_by_hand_is_what_its_reader_says(kind, backend):
    page = opened("speed", machine="by hand", hand_kind=kind, hand_speed="100", model="Qwen3 4B", offload="50")
    alone = backend != "CUDA"
    home = Home(SHAPES["Qwen3 4B"], "fp16", offload=0 if alone else 18)
    main = {} if alone else {"main": 32 * 2**30}
    machine = CARD._replace(bandwidth=100e9, peak=3e12, watts=30, backend=backend, **main)
    assert tile(page, "Decode") == str(speed(writing(home, machine, 300), home, machine, 300))
    assert any("Energy of an answer" in each.label for each in tiles(page)) == alone
    if alone:
        took = home_bill.of_answer(home, machine, None, 300, 300).answer
        assert tile(page, "Energy of an answer") == str(took)
    assert ("**Your machine has " in said(page)) == alone
    greyed = {group.key: group.disabled for group in page.get("button_group")}
    assert greyed["llm_main"] == greyed["llm_cards"] == alone
    page = opened("engines", machine="by hand", hand_kind=kind, model="Qwen3 4B")
    assert ("**vLLM is not shown**" in said(page)) == alone
    assert ("**MLX is not shown**" in said(page)) == (backend != "Metal")
    assert ("on the processor**" in said(page)) == (backend == "CPU")


def asks_for_a_config(page: AppTest) -> bool:
    """Whether it has a place for one."""
    return any(area.key == "llm_config" for area in page.text_area)


def test_a_pasted_config_is_read_or_refused_in_one_sentence():
    page = opened(model=PASTED, holds=asks_for_a_config)
    assert "Paste a model's `config.json`" in said(page)
    page.text_area(key="llm_config").set_value(json.dumps(CONFIGS["Qwen3 0.6B"]))
    run_until(page, settled)
    assert tile(page, "KV cache per token") == show(2 * 2 * 8 * 128 * 28, "bytes")
    for bad in ("{", '{"model_type": "mamba"}', json.dumps(CONFIGS["Qwen3 0.6B"] | {"num_hidden_layers": -1})):
        page.text_area(key="llm_config").set_value(bad)
        run_until(page, lambda page: page.warning)
        assert len(page.warning) == 1
        assert not tiles(page)
    page.text_area(key="llm_config").set_value(json.dumps(CONFIGS["Qwen3 0.6B"]))
    run_until(page, settled)


def pasted(text: str, **knobs: str) -> AppTest:
    """The page, once it has read what a reader has pasted of nvidia-smi or ollama."""
    page = opened(**knobs)
    page.text_area(key="llm_pasted").set_value(text)
    return run_until(page, lambda page: "**Pasted**" in said(page) or page.warning)


def test_what_nvidia_smi_prints_sets_the_card_and_how_many():
    page = pasted(CARDS["four cards"][0], model="Qwen3 32B", format="Q4_K_M")
    assert page.session_state["llm_machine"] == "NVIDIA GeForce RTX 3060, 12 GB"
    assert page.session_state["llm_cards"] == "4"
    assert "**Pasted**: 4 × NVIDIA GeForce RTX 3060, 12 GB." in said(page)
    assert "**4 cards share the layers**" in said(page)
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["Qwen3 32B"], "Q4_K_M", cards=4)))
    page.session_state["llm_machine"] = "NVIDIA L4, 24 GB"  # a reader goes on to choose
    page.run()
    assert page.session_state["llm_machine"] == "NVIDIA L4, 24 GB"


def test_what_ollama_prints_sets_the_model_and_is_held_against_the_estimate():
    page = pasted(MODELS["ps, a part in main memory"][0], machine="NVIDIA GeForce RTX 4060, 8 GB")
    assert page.session_state["llm_model"] == "Llama 3.1 8B" and page.session_state["llm_format"] == "Q8_0"
    assert "**ollama ps printed 9.7 GB**" in said(page) and "It left 21 % in main memory" in said(page)
    assert "they differ. Compare the context" in said(page)
    page.session_state["llm_context"] = "4,096"  # Ollama's, where nothing else was asked for
    page.run()
    assert "they agree" in said(page)
    page = pasted(CARDS["a list"][0] + "\n" + MODELS["ps, a part in main memory"][0], machine="NVIDIA L4")
    assert "ollama ps printed" in said(page)
    page.session_state["llm_machine"] = "NVIDIA L4, 24 GB"  # another card than was pasted
    page.run()
    assert "ollama ps printed" not in said(page)
    page = pasted(MODELS["ps of 2025, with a context"][0])
    assert page.session_state["llm_context"] == "4,096"
    assert "Q4_K_M is shown" in said(page)
    page = pasted(MODELS["list, models that are not ours"][0])
    assert "qwen3-30b-hermes" in said(page) and "is not in the table" in said(page)
    assert "ollama ps printed" not in said(page)


def test_a_machine_that_was_not_pasted_is_asked_for_until_it_is_chosen():
    page = pasted(MODELS["ps, a part in main memory"][0])
    missing = "**Your machine is not in what you pasted**: this is estimated for NVIDIA GeForce RTX 4090."
    assert missing in said(page)
    assert "Ollama has 7.66 GB on the GPU" in said(page)  # 79 % of 9.7 GB
    page.session_state["llm_machine"] = "NVIDIA GeForce RTX 4060, 8 GB"
    page.run()
    assert "Your machine is not" not in said(page)
    page.text_area(key="llm_pasted").set_value(MODELS["list, models that are not ours"][0])
    run_until(page, lambda page: "is not in the table" in said(page))
    assert "Your machine is not" in said(page) and "on the GPU" not in said(page)
    assert "Your machine is not" not in said(pasted(CARDS["four cards"][0], model="Qwen3 32B", format="Q4_K_M"))


def test_what_is_pasted_and_not_known_is_refused_and_changes_nothing():
    page = pasted(REFUSED["unlike cards"][0])
    (warning,) = page.warning
    assert warning.value.startswith("Not read: unlike cards together are not modelled")
    assert page.session_state["llm_machine"] == "NVIDIA GeForce RTX 4090, 24 GB"
    page = pasted("GPU 0: ![x](http://evil.invalid/x.png) (UUID: a)")
    assert "![x]" not in page.warning[0].value


def test_a_machine_with_one_memory_has_nowhere_to_offload_to():
    page = opened(machine="Apple M4 Max (40-core GPU), 64 GB", model="Llama 3.1 70B", format="Q4_K_M", offload="50")
    assert "the GPU may use 55.7 GB (51.8 GiB) of it" in said(page) and "**It fits.**" in said(page)
    assert tile(page, "Offloaded to main memory") == "0 B"
    greyed = {group.key: group.disabled for group in page.get("button_group") if group.key.startswith("llm_")}
    assert greyed["llm_cards"] and greyed["llm_split"] and greyed["llm_main"]
    page = opened(machine="2 channels DDR5-6400, CPU only", main="64")
    assert "**No card**: the model is in main memory (64 GB" in said(page)
    greyed = {group.key: group.disabled for group in page.get("button_group") if group.key.startswith("llm_")}
    assert greyed["llm_cards"] and not greyed["llm_main"]


def test_a_laptop_has_one_card():
    page = opened(machine="NVIDIA GeForce RTX 4060 Laptop, 8 GB", cards="2", format="Q4_K_M")
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["Llama 3.1 8B"], "Q4_K_M")))
    assert "cards share" not in said(page)


def test_of_a_model_that_sees_what_is_not_counted_is_said():
    page = opened(model=PASTED, holds=asks_for_a_config)
    text = {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}
    page.text_area(key="llm_config").set_value(
        json.dumps({"model_type": "gemma3", "text_config": text, "vision_config": {"a": 1}})
    )
    run_until(page, settled)
    assert "its vision tower is not counted" in said(page)
    assert tile(page, "KV cache per token") == show(2 * 2 * 4 * 256 * 5, "bytes")  # of 34 layers 5 still grow


def test_this_machine_is_measured_and_then_estimated_with():
    page = opened("speed", lambda page: tiles(page), machine=HERE, model="SmolLM2 1.7B")
    assert "The machine this app runs on, not yours, measured" in said(page)  # this tester comes from nowhere
    assert any(metric.label.startswith("Decode") for metric in tiles(page))
    assert {slider.label: slider.disabled for slider in page.select_slider}["Layers offloaded to main memory (%)"]
    assert not unbadged(page)


def test_the_prediction_is_held_against_what_others_measured_before_anything_runs_here():
    page = opened("check")
    assert float(tile(page, "Median error, decode").split()[0]) <= 15
    assert float(tile(page, "Inside the band, decode").split()[0]) >= 90
    assert any(button.label == "Run SmolLM2 here" for button in page.button)


@pytest.mark.parametrize(("products", "busy"), [(0.009, False), (0.010, True), (0.011, True)])
def test_a_part_of_a_token_that_took_no_less_than_the_whole_was_measured_on_a_busy_machine(products, busy):
    assert validation.noisy(Benchmark({}, 0.010, products, 1, 1, 1, 1, 4.5, 1e10, 1e10)) == busy


def test_smollm2_run_here_is_held_against_its_prediction_and_the_gap_explained():
    page = opened("check")
    next(button for button in page.button if button.label == "Run SmolLM2 here").click()
    run_until(page, lambda page: any(metric.label.startswith("Measured") for metric in tiles(page)))
    predicted, measured = (float(tile(page, name).split()[0]) for name in ("Predicted, at best", "Measured"))
    assert measured > 0
    share = float(tile(page, "Of the roof").split()[0])
    assert share == pytest.approx(100 * measured / predicted, rel=0.01)  # of numbers as they are printed
    benchmark = ask.writer_before(language.timing, validation.SMALL).result
    busy = validation.noisy(benchmark)  # as the machine of a test may be
    assert ("**Something else kept the machine busy" if busy else "**A token should take") in said(page)
    assert not unbadged(page)


FORMAT, LENGTH = "**Q4_0** is shown", "tokens at most: that is what is shown"


@pytest.mark.parametrize(
    ("part", "knobs", "notes"),
    [
        ("memory", {"format": "MXFP4"}, [FORMAT]),
        ("speed", {"format": "MXFP4"}, [FORMAT]),
        ("map", {"format": "MXFP4"}, [FORMAT]),
        ("memory", {"model": "Llama 2 7B", "context": "131,072"}, [LENGTH]),
        ("speed", {"model": "Llama 2 7B", "context": "131,072"}, [LENGTH]),
        ("memory", {"format": "Q4_0"}, []),
        ("speed", {"format": "Q4_0"}, []),
    ],
)
def test_where_a_model_cannot_be_run_as_asked_it_says_what_is_shown_instead(part, knobs, notes):
    text = said(opened(part, **knobs))
    assert [note for note in (FORMAT, LENGTH) for _ in range(text.count(note))] == notes


def test_thousands_of_tokens_a_second_are_written_out():
    page = opened("speed", batch="64", context="1,024", format="Q4_K_M")
    assert re.fullmatch(r"\d,\d{3} tokens/s", tile(page, "Decode, at best"))


def test_what_a_format_costs_is_said_beside_what_it_takes():
    page = opened("quality", format="Q4_K_M")
    assert "What Q4_K_M costs: perplexity +0.1 to +2.8 %" in said(page)
    assert tile(page, "Higher perplexity, measured by others") == "1.1 %"
    assert "7 measurements of Llama 3 8B, Llama 2 7B" in said(page)
    assert not unbadged(page)
    once = said(opened("quality", model="Llama 3.1 70B", format="other", other_format="IQ3_M"))
    assert "What IQ3_M costs: perplexity +6.1 %**, measured once, on Llama 3.3 70B Instruct" in once
    assert "fp16 costs nothing" in said(opened("quality"))
    nothing = opened("quality", format="other", other_format="NF4")
    assert "**What NF4 costs in quality**: no published measurement" in said(nothing)


def test_a_change_of_format_says_what_it_costs():
    text = "\n".join(advised(opened(model="Llama 3.1 70B", format="Q4_K_M")))
    assert re.search(r"22\.5 GB, \d+ tokens/s; perplexity \+57 %", text)


def test_the_last_stop_is_the_format_out_of_the_list():
    page = opened(format="other", other_format="MLX 4 bit")
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["Llama 3.1 8B"], "MLX 4 bit")))
    assert "4 + 32 ÷ 64 bits per weight" in said(page)
    assert "IQ1_S needs an importance matrix" in said(opened(format="other", other_format="IQ1_S"))


def test_choosing_in_the_list_moves_the_slider_there():
    page = opened(format="Q4_K_M")
    next(box for box in page.selectbox if box.label == "Another weight format").set_value("IQ3_XS")
    run_until(page, settled)
    assert page.session_state["llm_format"] == "other"
    assert tile(page, "Memory needed") == str(needed(Home(SHAPES["Llama 3.1 8B"], "IQ3_XS")))


def test_keys_and_values_have_types_of_their_own():
    per_token = lambda **knobs: tile(opened(**knobs), "KV cache per token")
    keys_and_values = 2 * 8 * 128 * 32  # numbers of a token
    assert per_token(cache="8 bits") == show(keys_and_values * 34 / 32, "bytes")  # as old links have it
    both = keys_and_values / 2 * (34 / 32 + 18 / 32)
    assert per_token(cache="8 bits", cache_v="4 bits") == show(both, "bytes")


def test_another_engine_takes_its_share_of_the_card_whatever_is_asked_for():
    page = opened("engines", format="Q4_K_M")
    home = Home(SHAPES["Llama 3.1 8B"], "Q4_K_M")
    assert tile(page, "vLLM's pool") == str(vllm_pool.pool(home, CARD.memory))
    assert tile(page, "vLLM holds") == f"{vllm_pool.conversations(home, CARD.memory)} conversations"
    assert "with weights in **AWQ 4 bit**" in said(page)
    graphs = show(vllm_graphs.graph_bytes(home.shape, CARD.memory)[1], "bytes")
    assert "launches of all 32 layers for 86" in said(page) and f"about {graphs}" in said(page)
    assert not unbadged(page)
    none = opened("engines", lambda page: tiles(page), model="Llama 3.1 70B")
    assert tile(none, "vLLM holds") == tile(none, "llama.cpp holds") == tile(none, "Ollama holds") == "0 conversations"
    half = opened("engines", format="Q4_K_M", share="50")
    assert tile(half, "vLLM's pool") == str(vllm_pool.pool(home, CARD.memory, 0.5))


def test_each_engine_says_why_it_takes_what_it_takes():
    page = opened("engines", format="Q4_K_M", batch="4", unified="unified", ubatch="1024")
    told = said(page)
    assert "Slots: 4" in told and "They share 8,192 tokens" in told and "for 1024 tokens of a prompt" in told
    assert "All 32 layers fit on the card" in told and "Ollama takes 32,768 tokens here" in told
    assert "MLX is not shown" in told and "MLX" not in " ".join(metric.label for metric in tiles(page))
    split = said(opened("engines", model="Llama 3.1 70B", format="Q4_K_M"))
    assert "of 80 layers are on the card" in split and "47%/53% CPU/GPU" in split


def test_an_apple_has_mlx_and_no_vllm():
    page = opened("engines", format="Q4_K_M", machine="Apple M4 Max (40-core GPU), 64 GB")
    assert "vLLM is not shown" in said(page) and "with weights in **MLX 4 bit**" in said(page)
    labels = " ".join(metric.label for metric in tiles(page))
    assert "MLX holds" in labels and "vLLM" not in labels


def test_ollama_on_a_processor_or_in_one_memory():
    processor = said(opened("engines", format="Q4_K_M", machine="Raspberry Pi 5, 8 GB"))
    assert "prints 100% CPU" in processor and "vLLM is not shown" in processor
    crowded = said(opened("engines", model="Llama 3.1 70B", machine="Apple M4 Max (40-core GPU), 64 GB"))
    assert "in main memory, and there is less of that beside" in crowded
    small = said(opened("engines", model="Llama 3.1 8B", format="fp16", machine="NVIDIA GeForce RTX 3060, 12 GB"))
    assert "vLLM does not start" in small and "% CPU/GPU" in small


def test_without_flash_attention_values_stay_in_16_bits():
    page = opened("engines", cache="8 bits", flash="off")
    assert "Without flash attention, values stay in 16 bits" in said(page)
    assert "Without flash attention, values" not in said(opened("engines", cache="8 bits"))
    assert "Without flash attention, values" not in said(opened("engines", flash="off"))


def test_a_slider_walks_through_the_machines_of_a_kind():
    page = opened(format="Q4_K_M")
    kin = lambda: next(slider for slider in page.select_slider if slider.key == "llm_kin")
    assert kin().value == "NVIDIA GeForce RTX 4090, 24 GB"
    kin().set_value("NVIDIA GeForce RTX 3060, 12 GB")
    run_until(page, settled)
    assert page.session_state["llm_machine"] == "NVIDIA GeForce RTX 3060, 12 GB"
    assert "llm_kin" not in page.query_params
    assert "NVIDIA GeForce RTX 3060" in said(page)
    page.session_state["llm_machine"] = TITLES["Apple M4, 16 GB"]  # of another kind
    run_until(page, settled)
    assert kin().value == "Apple M4, 16 GB"
    kin().set_value("Apple M4, 24 GB")
    run_until(page, settled)
    assert page.session_state["llm_machine"] == TITLES["Apple M4, 24 GB"]
    assert not [slider for slider in opened(machine="by hand").select_slider if slider.key == "llm_kin"]
    held = link("llm-at-home", lock="llm_machine", guess="skip").run()
    assert not [slider for slider in held.select_slider if slider.key == "llm_kin"]


def test_in_every_part_the_same_sliders_can_be_moved():
    for part in ("memory", "speed", "quality", "map", "engines"):
        keys = {slider.key for slider in opened(part).select_slider}
        assert {"llm_context", "llm_format", "llm_batch", "llm_kin"} <= keys, part

"""The lesson on deciding, without a browser: what it shows is what is estimated, and each preset shows what it says."""

from dataclasses import replace
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from lessons.estimate.requirements import TASKS
from lessons.estimate.selection import chosen, judged
from lessons.jobs import ask
from lessons.language.results import Benchmark
from lessons.ui.decide.comparison import cloud_against_small
from lessons.ui.decide.knobs import ALONE, HERE, LONGEST, others, tokens_of, usual
from lessons.ui.layout.predict import CHOSEN
from lessons.ui.work.this_machine import TITLES
from tests.pages.reader import link, run_until, said, tile, tiles, unbadged


def opened(preset: str = "", **knobs: str) -> AppTest:
    """The page, at a preset or with knobs set by the ends of their names, once all is measured."""
    page = link("decide", guess="100×").run()
    if preset:
        next(button for button in page.button if button.label == preset).click()
    for name, value in knobs.items():
        page.session_state[f"decide_{name}"] = TITLES.get(value, value)
    return run_until(page, lambda page: len(tiles(page)) >= 5 and "… per use" not in said(page))


def chosen_kind(page: AppTest) -> str:
    """What stands under the card with the mark."""
    card = next(text.value for text in page.markdown if "check_circle" in text.value)
    return card.split(": ")[1].split("**")[0]


def test_each_way_is_told_with_its_energy_and_money():
    page = opened(task="know facts", machine="NVIDIA RTX A6000")
    task = TASKS["know facts"]
    need = replace(usual(), task="know facts", prompt=task.prompt, answer=task.answer, **machine("NVIDIA RTX A6000"))
    uses = [metric.value for metric in tiles(page) if metric.label.startswith("Per use")]
    assert uses == [str(option.use) for option in judged(need) if option.use]
    assert f"**The smallest that does what you ask: {chosen(need).model}" in said(page)
    assert f"You predicted **100×**: it is {cloud_against_small()}" in said(page)
    assert not unbadged(page)


def machine(name: str) -> dict:
    return others("know facts")["Machine"][name]


def test_a_small_model_is_chosen_and_none_is_where_more_is_allowed():
    page = opened()
    assert chosen_kind(page) == "Small, trained for it"
    assert "In three of four of 16 published tests" in said(page)
    assert "median 1.1, 0 to 60 in 13" in said(page)  # without a model
    page = opened(worse="50")
    assert chosen_kind(page) == "No model"
    assert tile(page, "Energy per use").endswith("µWh")
    assert "Less than a cent a year" in said(page)


def test_each_preset_shows_what_it_says():
    assert chosen_kind(opened("Find an answer")) == "Small, trained for it"
    assert chosen_kind(opened("Know facts")) == "Larger, in the cloud"
    assert chosen_kind(opened("Nearly as good")) == "Large, at home"
    page = opened("It must stay here")
    assert chosen_kind(page) == "Large, at home" and "Llama 3.1 70B, in four bits" in said(page)
    page = opened("A million a day")
    assert chosen_kind(page) == "Larger, in the cloud" and "a day has 24 hours" in said(page)


def test_each_link_of_what_to_look_for_shows_what_it_says():
    page = opened(task="chat")
    assert "**Nothing here does all you ask.**" in said(page)
    assert "Expected to win 32 of 100 blind comparisons" in said(page)
    page = opened(task="chat", machine="NVIDIA GeForce RTX 4090", worse="50", uses="10", waits=ALONE)
    assert chosen_kind(page) == "Large, at home"
    assert "A cheaper option in energy: **larger, in the cloud**" in said(page)
    page = opened(task="know facts", budget="10")
    assert "**Nothing here does all you ask.**" in said(page) and "a year is over your budget" in said(page)


def test_a_prompt_that_is_typed_sets_the_tokens_that_are_read():
    page = opened(task="know facts", text="x" * 400)
    need = replace(usual(), task="know facts", prompt=100, answer=TASKS["know facts"].answer)
    assert [metric.value for metric in tiles(page) if metric.label.startswith("Per use")] == [
        str(option.use) for option in judged(need) if option.use
    ]
    assert tokens_of("  ") == 0 and tokens_of("a") == 1 and tokens_of("x" * 10**7) == LONGEST


def test_a_machine_at_home_can_be_chosen_and_idles_only_where_that_is_sourced():
    page = opened(task="chat", machine="Apple M4 Max (40-core GPU), 64 GB", worse="50", uses="10")
    greyed = {group.key: group.disabled for group in page.get("button_group") if group.key.startswith("decide_")}
    assert greyed["decide_waits"] and not unbadged(page)
    page = opened(task="chat", machine="NVIDIA GeForce RTX 3060, 12 GB", worse="50", uses="10", waits=ALONE)
    greyed = {group.key: group.disabled for group in page.get("button_group") if group.key.startswith("decide_")}
    assert not greyed["decide_waits"]
    assert chosen_kind(page) == "Large, at home"


def test_this_machine_is_asked_for_where_it_can_be(monkeypatch):
    monkeypatch.setattr(ask, "writer_before", lambda *_: None)
    page = opened(task="chat", machine=HERE)
    assert "press the button under" in said(page)
    assert "**Timed on this machine:**" not in said(page)
    assert not unbadged(page)


def test_what_was_run_here_stands_beside(monkeypatch):
    task = TASKS["chat"]
    pace = Benchmark({16: 1.0, 64: 2.0}, 0.5, 0.4, 900, 64, 10**8, 5 * 10**8, 32.0, 1e10, 1e10)
    monkeypatch.setattr(ask, "writer_before", lambda *_: SimpleNamespace(result=pace))
    seconds = 2 / 64 * task.prompt + 0.5 * task.answer
    page = opened(task="chat", machine=HERE)
    assert f"SmolLM2 (135 million weights) would take {seconds:,.3g} s" in said(page)
    assert not unbadged(page)


def test_the_page_can_be_taken_away():
    page = opened()
    assert [button.label for button in page.get("download_button")][:1] == ["One page to print (HTML)"]


def test_answers_have_commas_and_addresses_have_none():
    page = link("decide").run()
    answers = next(group for group in page.get("button_group") if group.key == CHOSEN)
    assert [option.content for option in answers.proto.options][-2:] == ["1,000×", "10,000×"]
    answers.set_value("10000×").run()
    assert page.query_params["guess"] == "10000×"
    assert "You predicted **10,000×**" in said(page)


def test_a_link_of_before_numbers_had_commas_is_understood():
    page = link("decide", decide_uses="30000").run()
    assert page.select_slider("decide_uses").value == "30,000"
    assert not page.warning

"""Do I need a model this large? What four ways take, what speaks against each, and what would change that."""

import ast
import inspect
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate import quality_gap
from lessons.estimate.candidates import LADDER, SMALL
from lessons.estimate.cost import EXAMPLES, PASSES
from lessons.estimate.requirements import TASKS, Requirements
from lessons.estimate.roofline import Machine, machine_of
from lessons.estimate.selection import changes, chosen, judged, thriftier, yearly
from lessons.estimate.transformer import multiplied
from lessons.facts import boards, figure
from lessons.facts.architectures import architectures
from lessons.facts.deciding import ELO, KINDS, Evidence, evidence, prices, questions
from lessons.measure import words
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.decide import comparison, exercises, knobs, printout
from lessons.ui.decide.comparison import spread, verdict, would_change
from lessons.ui.decide.knobs import A_LAPTOP, others, usual
from lessons.ui.decide.printout import written

CARD = boards()["NVIDIA GeForce RTX 4090"]
WORDS_WH = Quantity("use", 5e-7, "Wh", "estimated", 2e-7, 9e-7)


def need(task: str = "sort texts", **fields) -> Requirements:
    tokens = TASKS[task]
    usually = replace(usual(), task=task, prompt=tokens.prompt, answer=tokens.answer, words=(WORDS_WH, 4e-5))
    return replace(usually, **fields)


NEEDS = some.builds(
    need,
    some.sampled_from(list(TASKS)),
    worse=some.sampled_from([0.0, 1.0, 5.0, 20.0, 50.0]),
    uses=some.integers(1, 10**7),
    budget=some.sampled_from([1.0, 100.0, 1e4, float("inf")]),
    stays=some.booleans(),
    waits=some.booleans(),
    board=some.just(CARD),
    machine=some.just(machine_of(CARD)),
    price=some.sampled_from(list(prices().values())),
)


def test_of_every_task_there_are_scores_and_of_most_kinds():
    assert set(quality_gap.tasks()) == set(TASKS)
    assert {row.option for row in evidence()} == set(KINDS)
    for task in TASKS:
        assert all(len(rows) > 1 for rows in quality_gap.known(task).values())


def test_scores_are_held_against_the_best_of_their_data_set():
    best, other = (row(score=score) for score in (91.0, 49.0))
    assert quality_gap.points(other, best) == 42 and quality_gap.points(best, best) == 0


def test_an_elo_is_no_score_in_percent():
    """Chiang et al. 2024, §4: base 10, scale 400."""
    best, other = (row(score=score, metric=ELO) for score in (1490.0, 1358.0))
    assert quality_gap.expected_wins(other, best) == pytest.approx(31.87, abs=0.01)  # not 132 points behind
    assert (
        quality_gap.points(other, best) == pytest.approx(50 - 31.87, abs=0.01) and quality_gap.points(best, best) == 0
    )
    assert quality_gap.expected_wins(best, other) == pytest.approx(100 - quality_gap.expected_wins(other, best))
    for task in TASKS:  # and where there are some, there is nothing else
        metrics = {each.metric for rows in quality_gap.known(task).values() for each in rows}
        assert (ELO in metrics) == (task == "chat") and (task != "chat" or len(metrics) == 1)
    assert (
        quality_gap.of_model("chat", "DeepSeek-V3").wins and not quality_gap.of_model("know facts", "DeepSeek-V3").wins
    )


def test_three_of_four_tests_decide_and_not_half_of_them():
    gaps = [0, 0, 0, 0, 0.2, 0.8, 1.1, 1.1, 2.8, 43, 48, 52, 60]  # of sorting texts without a model
    found = quality_gap.of_kind("sort texts", "none")
    assert sorted(round(gap.points, 1) for gap in found.gaps) == gaps
    assert (round(found.median, 1), round(found.value, 1), round(found.high, 1)) == (1.1, 43, 60)
    for count in range(1, 30):
        values = list(range(count))
        at = quality_gap.quantile(values, quality_gap.QUANTILE)
        assert sum(value <= at for value in values) >= 0.75 * count > sum(value < at for value in values)


def test_no_model_at_all_is_not_chosen_on_the_word_of_half_the_tests():
    assert chosen(need("sort texts")).kind == "small"
    assert "quality" in by_kind(need("sort texts"))["none"].against
    assert chosen(need("sort texts", worse=50.0)).kind == "none"


def test_the_verdict_shows_how_far_apart_the_tests_are():
    said = verdict(need("sort texts"))
    assert (
        "In three of four of 16 published tests it was at most 0 points behind the best: median 0, from 0 to 5." in said
    )
    assert "from 0 to 60" in verdict(need("sort texts", worse=50.0))
    assert "expected to win 32 of 100 blind comparisons" in verdict(need("chat", worse=20.0))
    assert "In the only published test it was 11.9 points" in verdict(need("know facts", worse=20.0))
    assert "**" not in spread(quality_gap.of_kind("sort texts", "none"))


def test_the_cloud_is_the_newest_model_with_scores_a_price_and_a_shape():
    price = usual().price
    newest = architectures()[price.shape].year
    scored = {row.model for row in evidence()}
    known = [other for other in prices().values() if other.shape and other.model in scored]
    comparable = [other for other in known if len({r.task for r in evidence() if r.model == other.model}) >= 4]
    assert price in comparable and newest == max(architectures()[other.shape].year for other in comparable)
    best = max(next(iter(quality_gap.known("chat").values())), key=lambda row: row.score)
    assert best.model == "Gemini 3 Pro" and "2026" in best.source


def row(**fields) -> Evidence:
    return replace(evidence()[0], **fields)


def test_a_model_is_not_credited_with_the_scores_of_larger_ones():
    small, large = (quality_gap.of_kind("know facts", "local", size) for size in (8e9, 70e9))
    assert "70B" not in small.source and "Llama 3.1 70B" in large.source
    assert large.value < small.value
    assert quality_gap.of_kind("know facts", "local", 1e8) is None


def test_nothing_is_behind_by_less_than_nothing():
    scored = {(task, kind): quality_gap.of_kind(task, kind) for task in TASKS for kind in KINDS}
    found = [each for each in scored.values() if each]
    assert len(found) >= len(scored) / 2
    for each in found:
        assert 0 <= each.low <= each.median <= each.value <= each.high


def test_for_narrow_tasks_the_small_are_enough_and_for_knowledge_size_counts():
    assert chosen(need("sort texts")).kind == "small" and chosen(need("find in a text")).kind == "small"
    assert chosen(need("know facts")).kind == "cloud"
    eight, seventy, most = (
        quality_gap.of_model("know facts", f"Llama 3.1 {size}").value for size in ("8B", "70B", "405B")
    )
    assert eight > 15 > 10 > seventy > 5 > most


def test_of_a_model_in_the_cloud_only_its_own_scores_count():
    for price in prices().values():
        found = by_kind(need("chat", price=price))["cloud"]
        scored = any(row.model == price.model for row in evidence() if row.task == "chat")
        assert ("unknown" in found.against) == (not scored)


def by_kind(asked: Requirements) -> dict:
    return {option.kind: option for option in judged(asked)}


def test_energies_grow_from_none_to_a_small_to_a_large_model_where_nothing_waits():
    none, small, home, cloud = (option.use.value for option in judged(need()))
    assert none < small < min(home, cloud)  # which of these takes more depends on how many share the cloud's boards
    assert cloud / small > 15


def test_a_small_models_training_is_shared_out_among_the_uses_of_a_year():
    once, often = (by_kind(need(uses=uses))["small"].use for uses in (1, 1000))
    flop = 6 * multiplied(architectures()[SMALL]) * EXAMPLES * PASSES * TASKS["sort texts"].prompt
    joules = figure("training_energy_per_flop").value * 1e-12 * flop
    assert once.value - often.value == pytest.approx(joules / 3600 / 365 * (1 - 1 / 1000), rel=1e-6)


def test_a_computer_that_waits_takes_its_watts_all_day_whatever_it_answers():
    card = {"machine": machine_of(CARD), "board": CARD}
    for uses in (1, 10, 1000):
        idle, busy = (by_kind(need("chat", uses=uses, waits=waits, **card))["local"] for waits in (True, False))
        a_day = uses * (idle.use.value - busy.use.value)
        assert a_day == pytest.approx(24 * figure("idle_desktop").value)
    assert by_kind(need("chat", waits=True))["local"].use == by_kind(need("chat"))["local"].use  # a laptop: not sourced


def test_what_is_bought_is_paid_for_in_four_years_and_what_has_no_price_is_not_reckoned():
    card = {"machine": machine_of(CARD), "board": CARD}
    bought, there = (by_kind(need(bought=bought, **card))["local"].year for bought in (True, False))
    assert bought.value - there.value == pytest.approx(CARD.price_usd / 4)
    unpriced = replace(CARD, price_usd=None)
    assert by_kind(need(bought=True, machine=machine_of(CARD), board=unpriced))["local"].year is None


def test_the_cloud_costs_what_its_provider_takes():
    price = prices()["GPT-4o (OpenAI)"]
    found = by_kind(need("chat", uses=10, price=price))["cloud"]
    assert found.year.value == pytest.approx((300 * 2.5 + 300 * 10) / 1e6 * 10 * 365)
    assert found.use.badge == "cited" and 0.2 < found.use.low < found.use.high < 0.5  # its shape is secret


def test_of_those_that_fit_the_smallest_that_is_good_enough_is_taken_else_the_largest():
    tiny, large = (Machine("m", memory, 1e11, 1e12, watts=30) for memory in (0.2e9, 1e12))
    assert by_kind(need(machine=tiny))["local"].against[0] == "memory"
    small = by_kind(need(machine=tiny))["small"]
    assert "memory" in small.against and small.use is None and small.seconds is None  # nor a speed
    assert by_kind(need("know facts", worse=0.0, machine=large))["local"].model == LADDER[-1]
    assert by_kind(need("know facts", worse=20.0, machine=large))["local"].model == "Qwen2.5 7B"  # large enough
    assert by_kind(need(machine=A_LAPTOP))["local"].model == "Llama 3.1 8B"


def test_each_thing_asked_for_can_speak_against_something():
    assert "privacy" in by_kind(need("chat", stays=True))["cloud"].against
    assert "budget" in by_kind(need("chat", budget=1.0))["cloud"].against
    assert "speed" in by_kind(need("chat", uses=100_000))["local"].against
    assert "quality" in by_kind(need("know facts", worse=5.0))["local"].against
    assert "unknown" in by_kind(need("calculate"))["small"].against
    assert "context" in by_kind(need("chat", prompt=30_000))["small"].against
    assert by_kind(need("chat", prompt=100_000))["local"].model == "Qwen2.5 7B"  # it keeps less of a token
    assert "price" in by_kind(need(bought=True))["small"].against
    assert by_kind(need("chat"))["none"].use is None  # adding up words is no way to talk


def test_no_card_takes_more_than_its_watts_and_what_else_a_computer_takes():
    most = figure("server_factor")
    for board in (CARD, boards()["NVIDIA H100 PCIe"], boards()["NVIDIA GeForce RTX 3090"]):
        asked = need("know facts", machine=machine_of(board), board=board)
        for kind in ("small", "local"):
            found = by_kind(asked)[kind]
            assert found.use.value * 3600 / found.seconds <= board.tdp_W * most.high


def test_what_takes_less_energy_and_would_do_too_is_told():
    card = {"machine": machine_of(CARD), "board": CARD}
    waits = need("chat", worse=50.0, uses=10, waits=True, **card)
    assert chosen(waits).kind == "local" and thriftier(waits).kind == "cloud"


@given(NEEDS)
def test_the_choice_is_the_first_that_nothing_speaks_against(asked):
    found = judged(asked)
    assert [option.kind for option in found] == list(KINDS)
    assert chosen(asked) == next((option for option in found if not option.against), None)
    for option in found:
        year = yearly(option, asked)
        assert (year is None) == (option.use is None)
        if option.use:
            assert option.use.low <= option.use.value <= option.use.high
            assert year.value == pytest.approx(365 * asked.uses * option.use.value)
    assert any(option.use for option in found)


@given(NEEDS)
def test_asking_for_less_never_bars_a_way(asked):
    easier = replace(asked, worse=50.0, budget=float("inf"), stays=False)
    for one, other in zip(judged(asked), judged(easier), strict=True):
        assert set(other.against) <= set(one.against)


@given(NEEDS)
def test_what_is_said_to_change_the_choice_does(asked):
    values = others(asked.task)
    now = chosen(asked)
    for name, label, found in changes(asked, values):
        assert chosen(replace(asked, **values[name][label])) == found
        assert (found and (found.kind, found.model)) != (now and (now.kind, now.model))


def test_a_text_is_sorted_by_its_words_and_the_median_of_its_times_counts(monkeypatch):
    assert words.score("Good, good film", {"good": 1.0, "film": 0.25}) == 2.25
    assert words.score("", {"good": 1.0}) == 0
    assert words.seconds(30) > 0
    sorted_texts, times = [], iter(range(1, 1 + words.AGAIN))
    monkeypatch.setattr(words, "score", lambda text, weights: sorted_texts.append(text))
    monkeypatch.setattr(words, "took", lambda act: act() or next(times))
    assert words.seconds(3_000) == (1 + words.AGAIN) / 2
    assert {len(text.split()) for text in sorted_texts} == {2_250}  # three words are four tokens


def test_every_question_is_somebodys():
    assert {question.whom for question in questions()} == {"yourself", "a vendor", "a regulator"}
    assert all(question.quote and question.url for question in questions())


REASONS = ("memory", "context", "unknown", "privacy", "budget", "price", "energy", "speed")  # beside quality


def test_every_sentence_the_page_may_say_is_written_and_no_other():
    asked = {f"{place}: {kind}" for place in ("chosen", "kind", "change") for kind in KINDS}
    asked |= {f"against: {reason}" for reason in REASONS} | {"change: nothing"}
    asked |= {f"short: {word}" for word in (*REASONS, "quality", "chosen", "able", "none", "cent")}
    asked |= {f"short: {word}" for word in ("judged", "behind", "prompted", "wins", "too few")}
    for program in (comparison, exercises, printout, knobs):
        for node in ast.walk(ast.parse(inspect.getsource(program))):
            if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "WORDS":
                choices = (node.slice.body, node.slice.orelse) if isinstance(node.slice, ast.IfExp) else (node.slice,)
                asked |= {each.value for each in choices if isinstance(each, ast.Constant)}
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "WORDS":
                asked |= {node.args[0].value}
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_told":
                asked |= {f"{node.args[0].value}: {kind}" for kind in ("one", "some", "wins")}
    assert set(sections("deciding")) == asked


@given(NEEDS)
def test_whatever_speaks_against_a_way_has_its_sentence(asked):
    assert {reason for option in judged(asked) for reason in option.against} <= {*REASONS, "quality"}


def test_the_printed_page_says_what_the_page_says_and_lets_nothing_in():
    asked = need("know facts")
    html = written("Do I need <this>?", asked, would_change(asked, others(asked.task)))
    assert "<title>Do I need &lt;this&gt;?</title>" in html
    assert "<b>The smallest that does what you ask: DeepSeek-V3 (Together AI).</b>" in html
    assert "In three of four of 4 published tests it was at most 2.1 points behind the best" in html
    assert html.count("<tr") == 5 and html.count("class=chosen") == 1
    assert "**" not in html and "badge" not in html and ":material" not in html
    assert "then nothing here does it" in html  # texts must stay

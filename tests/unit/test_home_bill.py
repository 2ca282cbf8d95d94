"""What writing at home takes, by hand."""

import pytest

from lessons.estimate import answer_cost, home_bill
from lessons.estimate.at_home import Home
from lessons.estimate.device import at_the_wall
from lessons.estimate.roofline import machine_of, writing
from lessons.facts import boards
from lessons.facts.architectures import architectures
from lessons.quantity import Quantity

HOME = Home(architectures()["Llama 3.1 8B"], "Q4_K_M")
BOARD = boards()["NVIDIA GeForce RTX 4090"]
CARD = machine_of(BOARD)


def test_a_year_is_so_many_answers_at_the_wall_plug_at_the_price():
    answer = Quantity("answer", 2.0, "Wh", "estimated", 1.0, 4.0)
    year, wall = home_bill.of_year(answer, 50, 0.3, "EUR"), at_the_wall(answer, None)
    assert year.value == pytest.approx(wall.value / 1_000 * 50 * 365 * 0.3)
    assert year.low == pytest.approx(wall.low / 1_000 * 50 * 365 * 0.3) and year.high > year.value > year.low
    assert str(year).endswith(" EUR") and "50 a day × 365 days × 0.3 EUR/kWh" in year.source


def test_while_it_writes_it_draws_what_its_tokens_take_and_never_more_than_it_can():
    token, _ = home_bill.of_answer(HOME, CARD, BOARD, 300, 300)
    speed = answer_cost.speed(writing(HOME, CARD, 300), HOME, CARD, 300)
    watts = home_bill.power(token, speed, CARD)
    assert 0 < watts.value <= CARD.watts
    assert (
        home_bill.power(
            Quantity("token", 1.0, "J", "estimated"), Quantity("speed", 7.0, "tokens/s", "estimated"), CARD
        ).value
        == 7
    )
    assert home_bill.power(token, speed, CARD._replace(watts=10.0)).value == 10


def test_where_nobody_says_what_a_machine_draws_nothing_is_said():
    assert home_bill.of_answer(HOME, CARD._replace(watts=None), None, 300, 300) == (None, None)

"""Names beside points do not lie on each other."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.charts.labels import PLACES, Label, Segment, box, places
from lessons.charts.lines import Axis, Point, lines
from tests.unit.tables import table

HEIGHT = 320
shares = st.floats(0, 1)
named = st.builds(Label, shares, shares, st.text("abc ", min_size=1, max_size=20), st.sampled_from(list(PLACES)))


@given(st.lists(named, max_size=12))
def test_no_name_lies_on_another(points):
    boxes = [box(p, at, HEIGHT) for p, at in zip(points, places(points, HEIGHT), strict=True) if at]
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert len(boxes) >= min(len(points), 1)


@given(shares, shares, st.sampled_from(list(PLACES)))
def test_both_names_of_two_points_in_one_place_are_written(x, y, place):
    first, second = places([Label(x, y, "unshrunk", place), Label(x, y, "shown", place)], HEIGHT)
    assert first and second and first != second


def test_a_name_that_fits_where_it_was_put_stays_there():
    points = [Label(0.2, 0.2, "one", "below right"), Label(0.7, 0.8, "two", "left")]
    assert places(points, HEIGHT) == ["below right", "left"]


@given(st.lists(st.builds(Segment, shares, shares, shares, shares), max_size=6), named)
def test_a_name_lies_on_a_line_only_where_all_of_its_places_do(lines, point):
    def crossed(place: str) -> bool:
        return any(line.crosses(box(point, place, HEIGHT), HEIGHT) for line in lines)

    (found,) = places([point], HEIGHT, lines)
    free = [place for place in PLACES if place in places([point._replace(place=place)], HEIGHT)]
    assert not (found and crossed(found)) or all(map(crossed, free))


@pytest.mark.parametrize(
    ("line", "through"),
    [((0, 0.5, 1, 0.5), True), ((0.5, 0, 0.5, 1), True), ((0, 0.2, 1, 0.2), False), ((0.45, 0.5, 0.55, 0.5), True)],
)
def test_a_line_crosses_what_it_runs_through(line, through):
    middle = Label(0.5, 0.5, "middle", "right")
    it = box(middle, "right", HEIGHT)._replace(left=0.4 * 380, right=0.6 * 380, top=0.4 * HEIGHT, bottom=0.6 * HEIGHT)
    assert Segment(*line).crosses(it, HEIGHT) == through


def test_a_name_has_its_colour_whatever_else_is_drawn_and_a_legend_lists_what_is():
    axis, order = Axis("x"), ("one", "two", "three")
    chart = lines("t", axis, axis, {"three": [(1, 1), (2, 2)], "two": [(1, 2)]}, order=order)
    colour = chart.spec["layer"][0]["encoding"]["color"]
    assert colour["scale"]["domain"] == list(order)
    assert colour["legend"]["values"] == ["three", "two"]


@pytest.mark.parametrize("log", [True, False])
def test_a_chart_of_two_near_points_writes_both_names_apart(log):
    points = [
        Point("unshrunk", 1e8, 110, "unshrunk", place="below right"),
        Point("shown", 1.02e8, 110.1, "shown", place="below right"),
    ]
    axis = Axis("x", log)
    data = table(lines("t", axis, axis._replace(title="y"), {"row": [(1e8, 110), (1e9, 100)]}, points), "points")
    assert list(data["label"]) == ["unshrunk", "shown"]
    assert data["place"].nunique() == 2


def test_an_empty_chart_has_an_empty_table():
    assert lines("t", Axis("x"), Axis("y"), {}).table.empty

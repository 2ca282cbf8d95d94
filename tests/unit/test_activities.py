"""What a class does together: who is dealt what, who may begin and end it, what is posted, and what follows from it."""

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lessons.classroom import activities, limits, student, teacher
from lessons.classroom.activities import BOARD, KINDS, THRESHOLD, begin
from lessons.classroom.board import Contender, gain, podium, spread
from lessons.classroom.deal import Dealt, dealt, first_seed
from lessons.classroom.opening import Key, join
from lessons.classroom.refusal import NotHere, Refused
from lessons.classroom.runs import posted
from lessons.classroom.state import seen, snapshot, who
from lessons.classroom.tables import ACTIVITIES, TABLES
from lessons.database import transaction
from lessons.experiment import Experiment, Prune, shipped
from lessons.pareto import front
from tests.unit.classes import class_of, posts

RUN = shipped() | Prune(80)
MEASURED = {"accuracy": 88.0, "bytes": 26_000.0}
FEW = settings(max_examples=40)
on_a_database = pytest.mark.usefixtures("class_database")


@FEW
@given(st.integers(1, 60), st.lists(st.integers(), unique=True, max_size=8), st.integers(0, 1_000))
def test_each_setting_is_dealt_equally_often_and_no_run_twice(members, values, first):
    names = tuple(map(str, values))
    deals = [dealt(place, names, first) for place in range(members)]
    often = [sum(deal.value == name for deal in deals) for name in names]
    assert len({*deals}) == members and (not names or max(often) - min(often) <= 1)
    assert min(deal.seed for deal in deals) == first and {deal.value for deal in deals} <= {*names, *[""][len(names) :]}


def test_two_activities_deal_no_seed_twice():
    deals = [dealt(place, (), first_seed(number)) for number, place in product((1, 2, 3), range(limits.MEMBERS))]
    assert len({*deals}) == 3 * limits.MEMBERS and deals[0] == Dealt("", limits.MEMBERS + 1)


FILES = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(80, 90)), max_size=12).map(
    lambda rows: [Contender(post, *row) for post, row in enumerate(rows)]
)


def beats(one: Contender, other: Contender) -> bool:
    """Whether one run is as good as another in both, and better in one."""
    better = (one.bytes < other.bytes, one.accuracy > other.accuracy)
    return any(better) and one.bytes <= other.bytes and one.accuracy >= other.accuracy


@FEW
@given(FILES)
def test_on_the_front_is_what_no_other_run_beats(files):
    found = front({file.post: (file.bytes, -file.accuracy) for file in files})
    assert {*found} == {file.post for file in files if not any(beats(other, file) for other in files)}


@FEW
@given(FILES, st.integers(80, 90))
def test_on_the_podium_are_the_smallest_files_that_are_accurate_enough_one_of_each(files, threshold):
    winners = [files[post] for post in podium(files, threshold)]
    enough = [file for file in files if file.accuracy >= threshold]
    assert len({winner.member for winner in winners}) == len(winners) == min(3, len({file.member for file in enough}))
    assert [winner.bytes for winner in winners] == sorted(winner.bytes for winner in winners)
    for place, winner in enumerate(winners):
        before = {each.member for each in winners[:place]}
        assert winner in enough and winner.bytes == min(file.bytes for file in enough if file.member not in before)


def test_runs_have_a_mean_and_a_deviation_at_each_place():
    curves = [[(80, 70.0), (160, 80.0)], [(80, 74.0), (160, 82.0)], [(160, 84.0)]]
    assert spread(curves) == [(80, 72.0, pytest.approx(8**0.5), 2), (160, 82.0, 2.0, 3)]
    assert spread([[("taught", 68.0), ("alone", 60.0)]]) == [("taught", 68.0, 0.0, 1), ("alone", 60.0, 0.0, 1)]
    assert spread([]) == []


def test_runs_gain_what_each_pair_differs_by():
    pairs = [[("alone", 60.0), ("taught", 66.0)], [("alone", 70.0), ("taught", 72.0)]]
    assert gain(pairs)[1:] == (4.0, pytest.approx(8**0.5), 2) and gain(pairs[:1])[1:] == (6.0, 0.0, 1)
    assert gain([]) is None


@on_a_database
def test_a_class_is_sent_the_gain_of_its_pairs_alone():
    key, (ada,) = class_of("Ada")
    for kind, points, found in (
        ("distillation", [("alone", 60.0), ("taught", 66.0)], 6.0),
        ("pruning", [(50, 84.0)], None),
    ):
        student.post(*ada, begin(*key, kind, None), RUN, MEASURED, points)
        assert in_it(key).head["gain"][1:2] == ([found] if found else [])


def sees(key: Key) -> dict:
    return seen(snapshot(key.code), who(*key))


def in_it(key: Key) -> dict:
    """What the class does together."""
    return posted(snapshot(key.code).activity)


@on_a_database
def test_who_comes_goes_or_comes_back_keeps_what_is_dealt():
    key, (ada, bob, eve) = class_of("Ada", "Bob", "Eve")
    assert sees(ada)["activity"] is None and sees(ada)["dealt"] is None
    number = begin(*key, "pruning", None)
    assert [sees(each)["dealt"] for each in (ada, bob, eve)] == [0, 1, 2] and sees(eve)["activity"] == number
    late = join(key.code, "Late")
    teacher.remove(*key, who(*bob))
    assert [sees(each)["dealt"] for each in (ada, eve, late, join(key.code, "Bob"))] == [0, 2, 3, 1]


@on_a_database
def test_one_activity_is_open_at_a_time_and_takes_posts_until_it_ends():
    key, (ada,) = class_of("Ada")
    with pytest.raises(Refused, match="No activity"):
        activities.end(*key)
    first, second = begin(*key, "network", None), begin(*key, BOARD, THRESHOLD)
    with transaction(TABLES, reads=True) as connection:
        assert connection.scalars(select(ACTIVITIES.c.id).where(ACTIVITIES.c.ended.is_(None))).all() == [second]
    with pytest.raises(Refused, match="ended"):
        student.post(*ada, first, RUN, MEASURED)
    student.post(*ada, second, RUN, MEASURED)
    activities.end(*key)
    for act in (lambda: student.post(*ada, second, RUN, MEASURED), lambda: student.start(*ada, second)):
        with pytest.raises(Refused, match="ended"):
            act()
    assert in_it(key).head["open"] is False and len(in_it(key).runs) == 1  # it is there to be talked about


@on_a_database
def test_beginning_again_forgets_the_posts_and_a_threshold_moves():
    key, (ada,) = class_of("Ada")
    number = begin(*key, BOARD, THRESHOLD)
    student.start(*ada, number)
    student.post(*ada, number, RUN, MEASURED)
    assert in_it(key).head["started"] == 1 and len(in_it(key).head["podium"]) == 1
    activities.set_threshold(*key, 88.5)
    assert in_it(key).head["podium"] == [] and len(in_it(key).head["front"]) == 1
    teacher.freeze(*key, True)
    activities.begin_again(*key)
    assert (in_it(key).runs, in_it(key).head["started"], sees(ada)["frozen"]) == ({}, 0, False)


@on_a_database
def test_a_run_is_posted_with_what_was_measured_until_the_board_is_frozen():
    key, (ada,) = class_of("Ada")
    board = begin(*key, BOARD, THRESHOLD)
    for at in range(limits.POSTS_EACH + 2):
        student.post(*ada, board, shipped() | Prune(at), {"accuracy": 80.0 + at, "bytes": 1.0})
    student.post(*ada, board, RUN, MEASURED)
    student.post(*ada, board, RUN, MEASURED | {"accuracy": 89.0})  # in place of the same
    found = posts(key.code, board)
    assert (found[0]["numbers"]["accuracy"], found[-1]["numbers"]["accuracy"]) == (83.0, 89.0)
    assert len(found) == limits.POSTS_EACH and Experiment.from_json(found[-1]["experiment"]) == RUN
    for numbers in ({"accuracy": float("nan")}, {str(at): 1.0 for at in range(limits.NUMBERS + 1)}):
        with pytest.raises(Refused, match="cannot be shown"):
            student.post(*ada, board, RUN, numbers)
    with pytest.raises(Refused, match="cannot be shown"):
        student.post(*ada, board, RUN, MEASURED, [(at, 1.0) for at in range(limits.POINTS + 1)])
    teacher.freeze(*key, True)
    with pytest.raises(Refused, match="frozen"):
        student.post(*ada, board, RUN, MEASURED)
    teacher.freeze(*key, False)
    activities.remove_posts(*key, who(*ada))
    assert posts(key.code, board) == []


@on_a_database
def test_another_class_takes_no_part():
    (one, _), (other, (bob,)) = class_of("Ada"), class_of("Bob")
    number = begin(*one, BOARD, THRESHOLD)
    for code, token in (other, bob):
        with pytest.raises(Refused):
            student.post(code, token, number, RUN, MEASURED)
    with pytest.raises(NotHere):
        student.post(one.code, bob.token, number, RUN, MEASURED)
    with pytest.raises(Refused, match="this number"):
        activities.remove_posts(*one, who(*bob))
    assert sees(other)["activity"] is None and in_it(one).runs == {}


@on_a_database
@pytest.mark.parametrize(
    ("kind", "threshold"),
    [("nothing", None), ("", None), (BOARD, None), ("network", 85.0)]
    + [(BOARD, bad) for bad in (-1, 101, float("nan"))],
)
def test_what_is_no_activity_is_refused(kind, threshold):
    key, _ = class_of()
    with pytest.raises(Refused):
        begin(*key, kind, threshold)


ACTIONS = {
    "begin": lambda code, token: begin(code, token, BOARD, THRESHOLD),
    "end": activities.end,
    "restart": activities.begin_again,
    "threshold": lambda code, token: activities.set_threshold(code, token, 50.0),
    "clear": lambda code, token: activities.remove_posts(code, token, 1),
}


@on_a_database
def test_a_member_a_stranger_and_another_teacher_are_refused_all_that_is_the_teachers():
    key, (ada,) = class_of("Ada")
    begin(*key, "network", None)
    before, (other, _) = snapshot(key.code), class_of()
    for action in ACTIONS.values():
        for token in (ada.token, other.token, ""):
            with pytest.raises(Refused, match="Only the teacher"):
                action(key.code, token)
    assert snapshot(key.code) == before


@on_a_database
def test_a_browser_is_sent_only_what_is_new_to_it():
    key, (ada, bob) = class_of("Ada", "<b>Bob</b>")
    number = begin(*key, KINDS[0], None)
    before = in_it(key)
    student.post(*ada, number, RUN, {"accuracy": 88.123456789}, [(80, 70.0)])
    one = in_it(key)
    student.post(*bob, number, RUN, MEASURED, [(80, 72.0)])
    two = in_it(key)
    sent = json.loads(two.after(one))["activity"]
    assert (sent["known"], [run["nickname"] for run in sent["runs"]]) == (1, ["<b>Bob</b>"])
    assert sent["spread"] == [[80, 71.0, pytest.approx(2**0.5, rel=1e-4), 2]]
    first = json.loads(one.after(before))["activity"]["runs"][0]
    assert first["numbers"] == {"accuracy": 88.1235} and first["points"] == [[80, 70.0]]
    teacher.remove(*key, who(*ada))
    assert json.loads(in_it(key).after(two))["activity"]["known"] == 0
    assert [len(json.loads(two.after(then))["activity"]["runs"]) for then in (None, before, two)] == [2, 2, 0]

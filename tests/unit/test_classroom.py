"""What a class allows: who votes and when, who is refused what, and what is forgotten. In SQLite, and in a real
PostgreSQL where one is installed."""

import csv
import io
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, func, select, update

from lessons.classroom import limits, opening, student, teacher
from lessons.classroom.activities import BOARD, begin
from lessons.classroom.after_class import votes_csv
from lessons.classroom.opening import join, open_classroom, wipe_old
from lessons.classroom.refusal import NotHere, Refused
from lessons.classroom.runs import posted
from lessons.classroom.secret import ALPHABET, hashed, read_code
from lessons.classroom.state import TEACHER, seen, snapshot, who
from lessons.classroom.tables import CLASSROOMS, MEMBERS, TABLES
from lessons.database import transaction
from lessons.experiment import Quantize, shipped
from lessons.one_line import MARKS
from tests.unit.classes import class_of, posts

OPTIONS = ("3", "4", "5")
RUN = shipped() | Quantize(4)


pytestmark = pytest.mark.usefixtures("class_database")


def sees(key: opening.Key) -> dict:
    """What the holder of a key sees."""
    return seen(snapshot(key.code), who(*key))


def count(tables: MetaData = TABLES) -> dict[str, int]:
    with transaction(tables, reads=True) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) for table in tables.sorted_tables
        }


def last_used(code: str, ago: float) -> None:
    """Have a class be used last so many seconds ago."""
    with transaction(TABLES) as connection:
        connection.execute(update(CLASSROOMS).where(CLASSROOMS.c.code == code).values(used=time.time() - ago))


def test_a_question_is_asked_answered_and_revealed():
    key, (ada, bob) = class_of("Ada", "Bob")
    number = teacher.ask(*key, "quantization", OPTIONS)
    student.vote(*ada, number, "4")
    student.vote(*bob, number, "3")
    student.vote(*ada, number, "5")  # anew
    hidden = {"number": number, "lesson": "quantization", "options": list(OPTIONS), "answered": 2, "revealed": False}
    assert all(
        sees(each)["question"] == hidden for each in (key, ada, bob)
    )  # nobody sees which, the teacher's screen too
    assert [sees(each)["vote"] for each in (ada, bob)] == ["5", "3"]
    teacher.reveal(*key, "4")
    assert sees(bob)["question"] == hidden | {"revealed": True, "counts": [1, 0, 1], "answer": "4"}
    with pytest.raises(Refused, match="closed"):
        student.vote(*bob, number, "4")
    teacher.ask_again(*key)
    assert sees(bob)["question"] == hidden | {"answered": 0}
    assert sees(bob)["vote"] is None
    student.vote(*bob, number, "4")


def test_another_question_closes_the_one_before():
    key, (ada,) = class_of("Ada")
    first, second = (teacher.ask(*key, lesson, OPTIONS) for lesson in ("quantization", "pruning"))
    with pytest.raises(Refused, match="closed"):
        student.vote(*ada, first, "4")
    student.vote(*ada, second, "4")
    assert sees(ada)["question"]["lesson"] == "pruning"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(OPTIONS)), max_size=12), st.randoms(use_true_random=False))
def test_whatever_the_order_each_member_counts_once_and_by_their_last_vote(votes, chance):
    key, members = class_of("", "", "", "")
    last = dict(votes)
    mixed = [*enumerate(votes)]
    chance.shuffle(mixed)
    for order in ([*enumerate(votes)], sorted(mixed, key=lambda vote: (vote[1][0] != votes[0][0], vote[0]))):
        number = teacher.ask(*key, "quantization", OPTIONS)
        for _, (member, option) in order:
            student.vote(*members[member], number, option)
        teacher.reveal(*key)
        asked = sees(key)["question"]
        assert asked["counts"] == [[*last.values()].count(option) for option in OPTIONS]
        assert sum(asked["counts"]) == asked["answered"] == len(last)


def test_votes_at_the_same_time_are_all_counted():
    key, members = class_of(*["Ada"] * 8)
    number = teacher.ask(*key, "quantization", OPTIONS)
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(student.vote, *each, number, "4") for each in members * 3]:
            done.result()
    teacher.reveal(*key)
    assert sees(key)["question"]["counts"] == [0, 8, 0]


ACTIONS = {
    "ask": lambda code, token: teacher.ask(code, token, "quantization", OPTIONS),
    "reveal": lambda code, token: teacher.reveal(code, token, "4"),
    "ask again": teacher.ask_again,
    "remove": lambda code, token: teacher.remove(code, token, 1),
    "freeze": lambda code, token: teacher.freeze(code, token, True),
    "lead": lambda code, token: teacher.lead(code, token, "quantization"),
    "wipe": teacher.wipe,
    "votes": votes_csv,
}


def test_a_member_a_stranger_and_another_teacher_are_refused_all_that_is_the_teachers():
    key, (ada,) = class_of("Ada")
    teacher.ask(*key, "quantization", OPTIONS)
    before, (other, _) = snapshot(key.code), class_of()
    for action in ACTIONS.values():
        for token in (ada.token, other.token, hashed(key.token), ""):
            with pytest.raises(Refused, match="Only the teacher"):
                action(key.code, token)
    assert snapshot(key.code) == before
    assert len(ACTIONS) == 8


def test_two_classes_see_nothing_of_each_other():
    one, (ada,) = class_of("Ada")
    other, (bob,) = class_of("Bob")
    number = teacher.ask(*one, "quantization", OPTIONS)
    assert sees(other)["question"] is None and [each["nickname"] for each in sees(other)["there"]] == ["Bob"]
    with pytest.raises(NotHere):
        student.vote(one.code, bob.token, number, "4")
    with pytest.raises(Refused):
        student.vote(*bob, number, "4")
    with pytest.raises(Refused):
        teacher.remove(*one, who(*bob))
    for code, token in ((one.code, bob.token), (other.code, one.token), (other.code, ada.token)):
        with pytest.raises(NotHere):
            who(code, token)


def test_a_member_who_is_removed_takes_votes_and_posts_along_and_may_join_again():
    key, (ada, bob) = class_of("Ada", "Bob")
    number, board = teacher.ask(*key, "quantization", OPTIONS), begin(*key, BOARD, 85)
    for each in (ada, bob):
        student.vote(*each, number, "4")
        student.post(*each, board, RUN, {"accuracy": 88.0})
    teacher.remove(*key, who(*ada))
    assert sees(key)["question"]["answered"] == 1 and len(posts(key.code, board)) == 1
    with pytest.raises(NotHere):
        sees(ada)
    assert sees(join(key.code, "Ada"))["nickname"] == "Ada"
    student.leave(*bob)
    assert sees(key)["question"]["answered"] == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("quantization?bits=3&guess=4&present=1", "quantization?bits=3"),
        ("", ""),
        ("?home_bits=4", "?home_bits=4"),
        ("my-ant", "my-ant"),
        ("home", None),
        ("//evil.example/quantization", None),
        ("javascript:alert(1)", None),
        ("quantization?bits=3&__proto__=1", None),
        ("quantization?bits=%00", None),
        (f"quantization?bits={'3' * limits.LEADS}", None),
    ],
)
def test_a_class_is_led_to_pages_of_this_app_only(address, place):
    key, (ada,) = class_of("Ada")
    if place is None:
        with pytest.raises(Refused, match="pages of this app"):
            teacher.lead(*key, address)
    else:
        teacher.lead(*key, address)
        assert sees(ada)["leads"] == place
    teacher.lead(*key, None)
    assert sees(ada)["leads"] is None


def test_a_question_is_one_of_a_lesson_with_answers_to_choose_from():
    key, (ada,) = class_of("Ada")
    for lesson, options in (
        ("nothing", OPTIONS),
        ("quantization", ()),
        ("quantization", ("4",)),
        ("quantization", ("4", "4")),
        ("quantization", ("4", "")),
        ("quantization", ("4", "5" * (limits.OPTION + 1))),
        ("quantization", ("4", "\u202e5")),
        ("quantization", tuple(map(str, range(limits.OPTIONS + 1)))),
    ):
        with pytest.raises(Refused):
            teacher.ask(*key, lesson, options)
    with pytest.raises(Refused, match="No question"):
        teacher.reveal(*key)
    number = teacher.ask(*key, "quantization", OPTIONS)
    with pytest.raises(Refused, match="answers to choose"):
        student.vote(*ada, number, "6")
    with pytest.raises(Refused, match="answers to choose"):
        teacher.reveal(*key, "6")


def test_a_full_class_takes_nobody_and_a_full_server_opens_no_class(monkeypatch):
    monkeypatch.setattr(opening, "MOST_MEMBERS", 2)
    monkeypatch.setattr(opening, "MOST", 2)
    monkeypatch.setattr(limits, "QUESTIONS", 1)
    key, _ = class_of("Ada", "Bob")
    with pytest.raises(Refused, match="2 members"):
        join(key.code, "Eve")
    other = open_classroom("8c")
    with pytest.raises(Refused, match="2 classes"):
        open_classroom("9d")
    last_used(key.code, limits.UNUSED + 1)
    last_used(other.code, limits.UNUSED + 2)
    third = open_classroom("9d")  # in the place of the one unused for longest
    assert who(*key) == who(*third) == TEACHER
    with pytest.raises(NotHere):
        who(*other)
    teacher.ask(*key, "quantization", OPTIONS)
    with pytest.raises(Refused, match="1 questions"):
        teacher.ask(*key, "quantization", OPTIONS)


def test_wiping_leaves_nothing_and_so_do_30_days():
    key, (ada,) = class_of("Ada")
    kept, _ = class_of("Bob")
    student.vote(*ada, teacher.ask(*key, "quantization", OPTIONS), "4")
    student.post(*ada, begin(*key, "network", None), RUN, {"accuracy": 88.0}, [(80, 70.0), (160, 88.0)])
    assert all(count().values())
    teacher.wipe(*key)
    assert {table: rows for table, rows in count().items() if rows} == {"classrooms": 1, "members": 1}
    last_used(kept.code, limits.WIPED + 1)
    with pytest.raises(NotHere, match="30 days"):
        snapshot(kept.code)  # at once, though its rows still stand
    with pytest.raises(NotHere):
        join(kept.code, "Eve")
    assert count()["members"] == 1
    wipe_old()
    assert not any(count().values())


def test_using_a_class_keeps_it():
    key, (ada,) = class_of("Ada")
    number = teacher.ask(*key, "quantization", OPTIONS)
    last_used(key.code, limits.WIPED - 60)
    student.vote(*ada, number, "4")
    wipe_old()
    assert sees(ada)["vote"] == "4"


def test_no_token_is_kept_and_codes_are_read_as_people_write_them():
    key, (ada,) = class_of("Ada")
    with transaction(TABLES, reads=True) as connection:
        kept = str([connection.execute(select(table)).all() for table in (CLASSROOMS, MEMBERS)])
    assert key.token not in kept and ada.token not in kept and hashed(key.token) in kept
    assert read_code(f" {key.code[:4].lower()}-{key.code[4:]} ") == key.code
    assert set(key.code) <= set(ALPHABET) and not set("01OIL") & set(ALPHABET)
    for text in ("", key.code[:7], key.code + "A", "0" * 8, "<b>" * 10_000):
        assert read_code(text) is None
    random.seed(0)
    codes = {open_classroom("7b").code for _ in range(20)}
    random.seed(0)
    assert len(codes | {open_classroom("7b").code for _ in range(20)}) == 40  # not by a seed


def test_the_table_of_votes_holds_no_formula():
    key, members = class_of("Ada", "=HYPERLINK(1)", "x; =HYPERLINK(1)", "＝SUM(1)", "a-b; c")
    number = teacher.ask(*key, "distillation", ("+2", "−2"))
    for each in members:
        student.vote(*each, number, "+2")
    teacher.reveal(*key, "−2")
    _, *rows = csv.reader(io.StringIO(votes_csv(*key)))
    shown = ["Ada", "'=HYPERLINK(1)", "x; '=HYPERLINK(1)", "'＝SUM(1)", "a-b; c"]  # some end cells at semicolons
    assert [row[4:] for row in rows] == [[nickname, "'+2", "−2"] for nickname in shown]


def test_no_number_of_what_is_gone_comes_again():
    key, (ada, bob) = class_of("Ada", "Bob")
    number, run = begin(*key, BOARD, 85.0), {"bytes": 100.0, "accuracy": 90.0}
    student.post(*bob, number, RUN, run)
    gone, before = who(*bob), posted(snapshot(key.code).activity)
    teacher.remove(*key, gone)
    eve = join(key.code, "Eve")
    student.post(*eve, number, shipped(), run)
    assert who(*eve) != gone  # whose browser may not know yet that it was removed
    assert '"nickname": "Eve"' in posted(snapshot(key.code).activity).after(before)
    teacher.wipe(*key)
    assert begin(*open_classroom("7c"), BOARD, 85.0) != number  # whose seeds were dealt


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (" 7b\n\t ", "7b"),
        ("x" * 10_000, "x" * limits.NAME),
        ("\u202e7b", "7b"),
        ("7" + "\u0301" * 40, "7" + "\u0301" * MARKS),
    ],
)
def test_a_class_has_a_name_in_one_line(name, shown):
    assert sees(open_classroom(name))["class"] == shown


def test_a_class_without_a_name_is_refused():
    with pytest.raises(Refused, match="name"):
        open_classroom(" \u200b ")

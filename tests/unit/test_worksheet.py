"""Worksheets and their keys: every question is there, no answer is marked for the class, and the key has the true
ones."""

import re
from html import escape, unescape
from itertools import product

import pytest

from lessons import paper
from lessons.exercise import RIGHT, Choice, Goal, MissingLine, Number
from lessons.short_link import qr
from lessons.text.exercises import exercises
from lessons.ui.state.rooms import knobs_of
from lessons.worksheet import OnPaper, Position, Prediction, Sheet, key, lettered, worksheet
from tests.exercises import asked, declared, rooms

LINK = "http://localhost:8501/s/abc?<&"
SECTION = re.compile(r"<section>.*?</section>", re.DOTALL)
HOSTILE = "<script>alert(1)</script>"
by_lesson = pytest.mark.parametrize("lesson", rooms(), ids=lambda lesson: lesson.path)


def sheet_of(lesson, nth: int = 0, **others) -> Sheet:
    """The sheet of a lesson about one of the three models that tests ask about."""
    known = []
    for number, each in enumerate(declared(lesson), start=1):
        about = [*asked(lesson)[each.name].about.values()][nth]
        known.append(OnPaper(number, each, exercises(lesson.path)[each.name], about))
    knobs = {
        knob.name: Position(knob.label, knob.options, knob.default, knob.default) for knob in knobs_of(lesson.path)
    }
    return Sheet(lesson, known, [], LINK, qr(LINK), knobs, "2026-11-30", **others)


def words(html: str) -> str:
    """What a reader reads, in one line."""
    return " ".join(unescape(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL)).split())


@by_lesson
def test_a_worksheet_has_every_question_and_tells_no_answer(lesson):
    sheet = sheet_of(lesson, 1)
    sections, reasons = SECTION.findall(worksheet(sheet)), words(key(sheet))
    assert len(sections) == len(declared(lesson))
    for each, section in zip(sheet.exercises, sections, strict=True):
        assert words(paper.inline(each.asks)) in words(section)
        assert f"{each.number}. {each.text.title}" in words(section)
        why = max(re.split(r"\{\w+\}|\*+", each.text.answers[RIGHT]), key=len).strip(" :*")
        assert why in reasons and why not in words(section)
        if isinstance(each.exercise, Choice | MissingLine):
            options = each.exercise.options(*each.about)
            assert re.findall(r"<li[^>]*>", section) == ["<li>"] * len(options)  # all alike
            answers = [f"{letter} {option.words}" for letter, option in zip("ABCDEFGH", options.values(), strict=False)]
            source = each.exercise.source if isinstance(each.exercise, MissingLine) else ""
            head = f"{each.number}. {each.text.title} {each.minutes}"
            said = [head, words(paper.inline(each.asks)), source, *answers]
            assert "".join(words(section).split()) == "".join("".join(said).split())  # and nothing else
        elif isinstance(each.exercise, Number):
            assert each.exercise.answer(*each.about) not in words(section).replace(words(paper.inline(each.asks)), "")
        else:
            assert all(sheet.knobs[name].label in section for name in each.exercise.knobs)


@by_lesson
def test_the_key_has_the_true_answers(lesson):
    sheet = sheet_of(lesson, 1)
    sections = SECTION.findall(key(sheet))
    for each, (name, case), section in zip(sheet.exercises, asked(lesson).items(), sections, strict=True):
        truth = case.truth([*case.about][1])
        bold = words(re.search(r"<p><b>(.*?)</b>", section, re.DOTALL)[1])
        assert each.exercise.name == name
        if isinstance(each.exercise, Goal):
            right = {at if isinstance(at, tuple) else (at,) for at in truth}
            assert {*product(*(part.split(" or ") for part in bold.split("; ")))} == right
        elif isinstance(each.exercise, Number):
            assert (
                each.exercise.outcome(float(bold.removesuffix(each.exercise.unit).replace(",", "")), *each.about)
                == RIGHT
            )
        else:
            options = each.exercise.options(*each.about)
            assert bold == f"{lettered(options)[RIGHT]} {options[RIGHT].words}"


def test_minutes_add_up_and_what_is_left_out_is_said():
    lesson = rooms()[0]
    sheet = sheet_of(lesson)
    first, *others = sheet.exercises
    sheet = sheet._replace(exercises=others, left_out=[first.text.title])
    whole = sum(text.minutes for text in exercises(lesson.path).values())
    assert sheet.minutes == whole - first.text.minutes
    assert words(key(sheet)).count(f"About {sheet.minutes:.0f} min in all") == 1
    for page in (worksheet(sheet), key(sheet)):
        assert first.text.title in words(page) and len(SECTION.findall(page)) == len(others)


def test_the_key_names_only_knobs_that_were_moved():
    sheet = sheet_of(rooms()[4])
    settings = lambda: words(re.search(r"<th>Settings</th>(.*?)</tr>", key(sheet), re.DOTALL)[1])
    assert settings() == "as the page opens"
    name, knob = next((name, knob) for name, knob in sheet.knobs.items() if len(knob.options) > 1)
    sheet = sheet._replace(knobs={**sheet.knobs, name: knob._replace(at=(moved := knob.options[-1]), default="")})
    assert settings() == f"{knob.label}: {moved}"


def test_what_others_wrote_is_shown_as_it_is_and_nothing_is_loaded():
    asks = Prediction(f"**Predict** {HOSTILE} at `2 ** b`?", ["1", HOSTILE], HOSTILE)
    sheet = sheet_of(rooms()[4], task=HOSTILE, model=HOSTILE, prediction=asks)
    for page in (worksheet(sheet), key(sheet)):
        assert "<script" not in page and escape(HOSTILE) in page
        assert not re.search(r"\b(src|href|url\()\b", page.replace("xmlns", ""))
    assert "<b>Predict</b>" in worksheet(sheet) and "<code>2 ** b</code>" in worksheet(sheet)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a\na** *b* `c*d*`", "<b>a a</b> <i>b</i> <code>c*d*</code>"),
        ('[words](/page "title") :gray-badge[cited] :material/lock: x', "words cited  x"),
        (r"1 \* 2 < 3 & *", "1 * 2 &lt; 3 &amp; *"),
        ("25 % of 3 kB in 4 bits, 2 sets", "25\xa0% of 3\xa0kB in 4 bits, 2 sets"),
    ],
)
def test_markdown_becomes_html(markdown, html):
    assert paper.inline(markdown) == html

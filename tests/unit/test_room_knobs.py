"""What is known of a page's knobs without running it is what the page begins with."""

import runpy

import pytest

from lessons import ui
from lessons.catalog import HOME, LESSONS
from lessons.ui.state.rooms import guesses_of, knobs_of


class BegunError(Exception):
    """A page has begun: with these knobs."""


@pytest.mark.parametrize("lesson", (HOME, *LESSONS), ids=lambda lesson: lesson.path)
def test_a_page_begins_with_the_knobs_and_the_answers_of_its_room(lesson, monkeypatch):
    def begin(
        path: str, *knobs: ui.Knob, network: ui.Knob | None = None, task: ui.Knob | None = None, guesses=(), **_
    ) -> None:
        assert {network, task} - {None} <= {*knobs}
        begun_with.append(tuple(guesses))
        raise BegunError(path, *knobs)

    begun_with = []
    monkeypatch.setattr(ui, "begin", begin)
    with pytest.raises(BegunError) as begun:
        runpy.run_path(str(lesson.script))
    assert begun.value.args == (lesson.path, *knobs_of(lesson.path))
    assert begun_with == [guesses_of(lesson.path) if lesson in LESSONS else ()]
    assert len({knob.name for knob in knobs_of(lesson.path)}) == len(knobs_of(lesson.path))

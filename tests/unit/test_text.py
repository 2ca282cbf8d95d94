"""Every lesson of the catalog has its page and its text, and the text has the sections a lesson has."""

import re

import pytest

from lessons.catalog import HOME, LESSONS
from lessons.text import sections

EVERY_LESSON = ("you need", "you will be able to", "question for the class", "takeaway", "sources")


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_every_section_a_page_asks_for_is_written_and_every_one_written_is_asked_for(lesson):
    asked = set(re.findall(r'page\.text\("(.+?)"', lesson.script.read_text()))
    written = sections(lesson.path)
    assert asked <= set(written)
    begun = {"you need", "you will be able to", "question for the class"}  # ui.begin writes these
    assert set(written) - begun <= asked
    assert all(written.values())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_a_lesson_has_the_sections_of_a_lesson(lesson):
    assert set(EVERY_LESSON) <= set(sections(lesson.path))


def test_pages_hold_no_prose():
    for lesson in (HOME, *LESSONS):
        assert len(lesson.script.read_text().splitlines()) <= 150

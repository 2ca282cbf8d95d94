"""Every lesson of the catalog has its page and its text, and the text has the sections a lesson has."""

import re

import pytest

from lessons.catalog import HOME, LESSONS
from lessons.text import FOLDER, sections

BEGIN = {"you need", "you will be able to", "question for the class"}
END = {"what to look for", "takeaway", "what next", "speaker notes", "sources"}
PARTS = {
    "ui.details(": {"confusion", "files", "energy", "formulas", "code", "numbers", "export"},
    "ui.workings": {"formulas", "code", "numbers", "export"},
}
PREDICTION = {
    "page.predict(": {"predict", "you predicted: right", "you predicted: wrong"},
    "ui.breaking(": {"you predicted: never"},
}


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_every_section_a_page_asks_for_is_written_and_every_one_written_is_asked_for(lesson):
    script = lesson.script.read_text()
    either = re.findall(r'page\.text\(\s*(?:"([^"]+)" if [^"]+ else )?"([^"]+)"', script)
    asked = {name for pair in either for name in pair if name}
    asked |= {f"preset: {name}" for name in re.findall(r'ui\.Preset\("(.+?)"', script)}
    asked |= {name for call, names in PREDICTION.items() if call in script for name in names}
    asked |= BEGIN | END if lesson in LESSONS else set()  # the house writes these
    written = sections(lesson.path)
    begins = tuple(re.findall(r'page\.text\(f"([^"{]+)\{', script))  # of sections whose names are put together
    asked |= {name for name in written if begins and name.startswith(begins)}
    optional = {name for call, names in PARTS.items() if call in script for name in names}
    assert asked <= set(written) <= asked | optional
    assert all(written.values())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_a_preset_begins_with_a_bold_sentence_which_is_what_a_stage_shows(lesson):
    for name, text in sections(lesson.path).items():
        assert not name.startswith("preset: ") or re.match(r"\*\*[^*\n]{5,80}\*\*", text), name


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_nothing_is_written_before_the_first_section(lesson):
    assert (FOLDER / "en" / f"{lesson.path}.md").read_text().startswith("## ")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_the_takeaway_has_three_points(lesson):
    assert len(re.findall(r"^\d\. ", sections(lesson.path)["takeaway"], re.MULTILINE)) == 3


def test_pages_hold_no_prose():
    for lesson in (HOME, *LESSONS):
        assert len(lesson.script.read_text().splitlines()) <= 150

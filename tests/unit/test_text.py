"""Every lesson of the catalog has its page and its text, and the text has the sections a lesson has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons import text
from lessons.catalog import HOME, LESSONS
from lessons.text import FOLDER, sections
from lessons.text.exercises import exercises
from tests.left_words import left
from tests.names_in_programs import NAMES

BEGIN = {"you need", "you will be able to", "to talk about"}
END = {"what to look for", "takeaway", "what next", "speaker notes", "sources"}
PARTS = {
    "ui.details(": {"confusion", "files", "energy", "formulas", "code", "numbers", "export"},
    "ui.workings": {"formulas", "code", "numbers", "export"},
}
PREDICTION = {
    "page.opens(": {"predict", "you predicted: right", "you predicted: wrong"},
    "ui.breaking(": {"you predicted: never"},
}

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_every_section_a_page_asks_for_is_written_and_every_one_written_is_asked_for(lesson):
    script = lesson.script.read_text()
    either = re.findall(r'page\.text\(\s*(?:"([^"]+)" if [^"]+ else )?"([^"]+)"', script)
    asked = {name for pair in either for name in pair if name} | set(re.findall(r'page\.why\("([^"]+)"', script))
    rooms = [file.read_text() for file in (FOLDER.parent / "ui" / lesson.path.replace("-", "_")).glob("*.py")]
    room = "".join(rooms)
    worded = "".join(each for each in [*rooms, script] if f'WORDS = sections("{lesson.path}")' in each)
    asked |= set(re.findall(r'WORDS[\[(]"([^"]+)"', worded))
    asked |= {f"preset: {name}" for name in re.findall(r'\bPreset\("(.+?)"', script + room)}
    predicts = lesson in LESSONS or "guesses=" in script
    asked |= {name for call, names in PREDICTION.items() if call in script and predicts for name in names}
    asked |= {"drag"} if "page.opens(" in script else set()
    asked |= {"title", "question"}  # the catalog asks for these
    asked |= BEGIN | END if lesson in LESSONS else set()  # the house writes these
    written = sections(lesson.path)
    begins = tuple(re.findall(r'page\.text\(f"([^"{]+)\{', script))  # of sections whose names are put together
    asked |= {name for name in written if begins and name.startswith(begins)}
    optional = {name for call, names in PARTS.items() if call in script for name in names}
    optional |= {"predict: answer"} if "guesses=" in script else set()  # with its unit
    assert asked <= set(written) <= asked | optional
    assert all(written.values())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_a_preset_begins_with_a_bold_sentence_which_is_what_a_stage_shows(lesson):
    for name, words in sections(lesson.path).items():
        assert not name.startswith("preset: ") or re.match(r"\*\*[^*\n]{5,80}\*\*", words), name


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_nothing_is_written_before_the_first_section(lesson):
    assert (FOLDER / "en" / f"{lesson.path}.md").read_text().startswith("## ")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path)
def test_the_takeaway_has_three_points(lesson):
    assert len(re.findall(r"^\d\. ", sections(lesson.path)["takeaway"], re.MULTILINE)) == 3


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_a_page_is_read_in_one_go(lesson):
    lines = lesson.script.read_text().splitlines()
    imports = max(at for at, line in enumerate(lines) if line.startswith(("from ", "import ")))
    assert len(lines[imports + 1 :]) <= 140  # what a reader of the code reads, below the imports


def programs() -> Iterator[Path]:
    """The programs whose words a reader of a page sees: not those that speak to a terminal alone."""
    yield from sorted(ROOT.glob("pages/*.py"))
    yield from (path for path in sorted(ROOT.glob("lessons/*/**/*.py")) if path.parent.name != "doctor")
    yield from (ROOT / "lessons" / name for name in ("catalog.py", "store.py", "quantity.py"))


def test_words_stand_in_texts_and_not_in_programs():
    found = {str(file.relative_to(ROOT)): {text for _, text in left(file.read_text())} for file in programs()}
    for lesson in LESSONS:  # names of misconceptions, as their texts have them
        room = f"lessons/ui/{lesson.path.replace('-', '_')}/exercises.py"
        found[room] = found.get(room, set()) - {
            name for each in exercises(lesson.path).values() for name in each.answers
        }
    assert {
        file: words - NAMES.get(file, set()) for file, words in found.items() if words - NAMES.get(file, set())
    } == {}
    assert {file: names - found[file] for file, names in NAMES.items() if names - found[file]} == {}  # none is old


def test_a_word_for_a_reader_is_found_and_a_name_is_none():
    program = (
        '"""What this page shows to a reader."""\n'
        'st.markdown(f"{bits} bits, and {points:.1f} points")\n'
        'st.metric("Accuracy", WORDS["accuracy of all"], help="loss", key="the key of it")\n'
        'page.text("the idea of it")\n'
        'log.warning("a worker hangs at %s", place)\n'
        'alt.X("from:Q", title="loss (nats)").transform(f"datum.{field} + 1 and more")\n'
    )
    assert [text for _, text in left(program)] == ["… bits, and … points", "Accuracy", "loss", "loss (nats)"]


def test_labels_are_read_by_name_and_nothing_else_stands_among_them(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "FOLDER", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "one.md").write_text(
        "## idea\nAn idea.\n\n## labels\n- **a: b**: {n} bits\n  a weight\n- **c**: d\n"
    )
    words = text.sections.__wrapped__("one")
    assert words == {"idea": "An idea.", "a: b": "{n} bits a weight", "c": "d"}
    assert words("a: b", n=4) == "4 bits a weight"
    (tmp_path / "en" / "two.md").write_text("## labels\n- **a**: b\n- c: d\n")
    with pytest.raises(ValueError, match="two: no label: - c: d"):
        text.sections.__wrapped__("two")
    (tmp_path / "en" / "three.md").write_text("## a\nb\n\n## labels\n- **a**: b\n")
    with pytest.raises(ValueError, match="three: two texts are called a"):
        text.sections.__wrapped__("three")

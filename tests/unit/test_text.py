"""Every lesson of the catalog has its page and its text, and the text has the sections a lesson has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons import ui
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

# five words after the first, and a full stop
SENTENCE = re.compile(r"(?:^|(?<=\s))[A-Z*\[…][^.!?]*?(?:\s+[^\s.!?]+){5,}[.!?](?=\s|$|\*)")
PROSE = {  # sentences in a program that belong into lessons/text
    "adapters.py": 5, "baseline.py": 2, "cards.py": 1, "details.py": 2, "figures.py": 1, "home.py": 1, "learning.py": 1,
    "lesson.py": 2, "looking.py": 1, "need.py": 4, "present.py": 1, "readings.py": 1, "room.py": 4, "shrinking.py": 1,
    "tune.py": 3, "words.py": 3, "writers.py": 5,
}  # fmt: skip


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


@pytest.mark.parametrize("lesson", [HOME, *LESSONS], ids=lambda lesson: lesson.path)
def test_a_page_is_read_in_one_go(lesson):
    assert len(lesson.script.read_text().splitlines()) <= 150


def strings(tree: ast.Module) -> Iterator[str]:
    """The texts in a program that are no docstrings; what is put into one is `…`."""
    inside = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def sentences(file: Path) -> int:
    return sum(len(SENTENCE.findall(text)) for text in strings(ast.parse(file.read_text())))


def test_prose_stands_in_texts_and_not_in_programs():
    """There is some where it always was, and it may only become less."""
    files = [*HOME.script.parent.rglob("*.py"), *Path(ui.__file__).parent.rglob("*.py")]
    assert {file.name: count for file in files if (count := sentences(file))} == PROSE


def test_a_sentence_is_seen_and_a_label_is_none(tmp_path):
    file = tmp_path / "page.py"
    file.write_text(
        '"""What this page shows to whoever reads it."""\n'
        'page.text("A label: of the weights, in percent (%)")\n'
        'st.markdown(f"Rounding to {bits} bits costs more than {points} points.")\n'
        'st.info("**Two of them.** The first one is a sentence of seven. So is this one, as it happens!")\n'
    )
    assert sentences(file) == 3

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
    "page.opens(": {"predict", "you predicted: right", "you predicted: wrong"},
    "ui.breaking(": {"you predicted: never"},
}

# five words after the first, and a full stop
SENTENCE = re.compile(r"(?:^|(?<=\s))[A-Z*\[…][^.!?]*?(?:\s+[^\s.!?]+){5,}[.!?](?=\s|$|\*)")
PROSE = {  # sentences in a program that belong into lessons/text
    "decide/charts.py": 1, "distillation/charts.py": 3, "footprint/cards.py": 1,
    "language_model/inside_charts.py": 5, "language_model/knobs.py": 1, "language_model/measurements.py": 1,
    "language_model/model_picker.py": 4, "language_model/outlier_charts.py": 4,
    "language_model/roofline_chart.py": 1, "language_model/text_panels.py": 3, "language_model/training.py": 1,
    "lora/adapters.py": 5, "lora/charts.py": 7, "network/canvas.py": 1, "network/charts.py": 5,
    "pruning/charts.py": 4, "pruning/figures.py": 1, "scaling/charts.py": 1,
}  # fmt: skip


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
    lines = lesson.script.read_text().splitlines()
    imports = max(at for at, line in enumerate(lines) if line.startswith(("from ", "import ")))
    assert len(lines[imports + 1 :]) <= 140  # what a reader of the code reads, below the imports


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
    assert {f"{file.parent.name}/{file.name}": count for file in files if (count := sentences(file))} == PROSE


def test_a_sentence_is_seen_and_a_label_is_none(tmp_path):
    file = tmp_path / "page.py"
    file.write_text(
        '"""What this page shows to whoever reads it."""\n'
        'page.text("A label: of the weights, in percent (%)")\n'
        'st.markdown(f"Rounding to {bits} bits costs more than {points} points.")\n'
        'st.info("**Two of them.** The first one is a sentence of seven. So is this one, as it happens!")\n'
    )
    assert sentences(file) == 3

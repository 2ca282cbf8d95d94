"""`python -m lessons new`: a lesson that runs, and nothing written over."""

import ast
import runpy
import shutil
from pathlib import Path

import pytest

from lessons import new_lesson
from lessons.__main__ import main
from lessons.new_lesson import CannotWrite, write


@pytest.fixture
def house(tmp_path) -> Path:
    """A house with a catalog and no lesson."""
    for folder in ("pages", "lessons/ui", "lessons/text/en", "tests/unit", "tests/study"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(new_lesson.CATALOG, tmp_path / "lessons" / "catalog.py")
    return tmp_path


def test_a_new_lesson_has_its_room_page_text_test_study_and_its_line_in_the_catalog(house):
    written = {str(file.relative_to(house)) for file in write("weight-sharing", house)}
    assert written == {
        "pages/weight-sharing.py",
        "lessons/ui/weight_sharing/__init__.py",
        "lessons/ui/weight_sharing/recipe.py",
        "lessons/ui/weight_sharing/first_picture.py",
        "lessons/ui/weight_sharing/knobs.py",
        "lessons/text/en/weight-sharing.md",
        "lessons/catalog.py",
        "tests/unit/test_weight_sharing_lesson.py",
        "tests/study/weight_sharing.py",
    }
    for name in written:
        if name.endswith(".py"):
            ast.parse((house / name).read_text())
            assert "$" not in (house / name).read_text().replace("$}", "")
    before, after = runpy.run_path(str(new_lesson.CATALOG)), runpy.run_path(str(house / "lessons" / "catalog.py"))
    paths = [lesson.path for lesson in after["LESSONS"]]
    at = paths.index("weight-sharing")
    assert paths[:at] + paths[at + 1 :] == [lesson.path for lesson in before["LESSONS"]]
    assert "- **title**: Weight sharing\n" in (house / "lessons/text/en/weight-sharing.md").read_text()
    parts = [lesson.part for lesson in after["LESSONS"]]
    assert parts[at - 1] == parts[at] != parts[at + 1]  # behind the last of its part


def test_what_is_there_is_not_written_over_and_then_nothing_is_written(house):
    (house / "tests" / "study" / "weight_sharing.py").write_text("mine")
    with pytest.raises(CannotWrite, match="weight_sharing.py is there already"):
        write("weight-sharing", house)
    assert not list((house / "pages").iterdir())
    assert "weight-sharing" not in (house / "lessons" / "catalog.py").read_text()


@pytest.mark.parametrize("name", ["", "Weights", "../x", "a b", "weight_sharing", "-a", "é"])
def test_a_name_that_is_no_path_is_refused_in_one_line(name, capsys):
    assert main(["new", f"{name}"] if not name.startswith("-") else ["new", "--", name]) == 2
    assert "is not like weight-sharing" in capsys.readouterr().err

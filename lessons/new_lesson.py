"""Writes the skeleton of a lesson, which runs as it is: its room, page, text, line in the catalog, test and study."""

import re
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[1]
SKELETON = ROOT / "lessons" / "skeleton"
CATALOG = ROOT / "lessons" / "catalog.py"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PART = "shrinking"  # of the course, behind whose last lesson a new one stands
QUESTION = "What is the question of this lesson?"


class CannotWrite(ValueError):
    """The name is none for a lesson, or a file of that name is there."""


def write(path: str, root: Path = ROOT) -> list[Path]:
    """Write the files of a lesson with this URL path, and list it in the catalog; gives what was written. Raises
    CannotWrite where the name is not like `weight-sharing`, or one of the files is there already; then nothing is
    written."""
    if not NAME.fullmatch(path):
        raise CannotWrite(f"new: {path[:40]!r} is not like weight-sharing")
    room = path.replace("-", "_")
    words = {"path": path, "room": room, "title": path.replace("-", " ").capitalize(), "question": QUESTION}
    files = {
        root / "pages" / f"{path}.py": "page.py.txt",
        root / "lessons" / "ui" / room / "knobs.py": "knobs.py.txt",
        root / "lessons" / "ui" / room / "recipe.py": "recipe.py.txt",
        root / "lessons" / "ui" / room / "first_picture.py": "first_picture.py.txt",
        root / "lessons" / "text" / "en" / f"{path}.md": "text.md",
        root / "tests" / "unit" / f"test_{room}_lesson.py": "test.py.txt",
        root / "tests" / "study" / f"{room}.py": "study.py.txt",
    }
    for file in files:
        if file.exists():
            raise CannotWrite(f"new: {file.relative_to(root)} is there already")
    for file, template in files.items():
        file.parent.mkdir(exist_ok=True)
        text = (SKELETON / template).read_text(encoding="utf-8")
        file.write_text(Template(text).substitute(words), encoding="utf-8")
    marker = root / "lessons" / "ui" / room / "__init__.py"
    marker.write_text(f'"""The room of one lesson: {words["title"]}."""\n', encoding="utf-8")
    catalog = root / CATALOG.relative_to(ROOT)
    listed = f'    Lesson("{path}", "{PART}", 10),\n'
    before, last, after = catalog.read_text(encoding="utf-8").rpartition(
        f'"{PART}", '
    )  # of the last lesson of its part
    rest, end, following = after.partition("\n")
    catalog.write_text(f"{before}{last}{rest}{end}{listed}{following}", encoding="utf-8")
    return [*files, marker, catalog]

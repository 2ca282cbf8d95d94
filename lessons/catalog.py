"""The table of contents: the path of the talk. A lesson is listed here once it is there."""

from dataclasses import dataclass
from pathlib import Path

from lessons.text import sections


@dataclass(frozen=True)
class Lesson:
    """`path` is the URL path, and the name of the page's script and of its text file, which has its title and question;
    `of` is the part of the course it belongs to, as `house.md` names it."""

    path: str
    of: str
    minutes: int

    @property
    def title(self) -> str:
        return sections(self.path)["title"]

    @property
    def question(self) -> str:
        return sections(self.path)["question"]

    @property
    def part(self) -> str:
        return sections("house")[f"part: {self.of}"]

    @property
    def script(self) -> Path:
        return Path(__file__).parents[1] / "pages" / f"{self.path}.py"


SOURCES = Lesson("sources", "reference", 5)
GLOSSARY = Lesson("glossary", "reference", 5)
MY_ANT = Lesson("my-ant", "yours", 5)
TALK = Lesson("talk", "yours", 20)
CLASS = Lesson("class", "yours", 10)
REFERENCE = (MY_ANT, TALK, CLASS, GLOSSARY, SOURCES)
HOME = Lesson("home", "start", 3)
LESSONS = (
    Lesson("network", "why", 15),
    Lesson("energy", "why", 15),
    Lesson("footprint", "why", 20),
    Lesson("scaling", "why", 12),
    Lesson("quantization", "shrinking", 15),
    Lesson("pruning", "shrinking", 20),
    Lesson("distillation", "shrinking", 20),
    Lesson("language-model", "language", 30),
    Lesson("lora", "language", 20),
    Lesson("llm-at-home", "language", 20),
    Lesson("decide", "decide", 15),
)

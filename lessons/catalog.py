"""The table of contents: the path of the talk. A lesson is listed here once it is there."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Lesson:
    """`path` is the URL path, and the name of the page's script and of its text file."""

    path: str
    title: str
    part: str
    question: str
    minutes: int

    @property
    def script(self) -> Path:
        return Path(__file__).parents[1] / "pages" / f"{self.path}.py"


SOURCES = Lesson("sources", "Sources", "Reference", "Where does each figure come from?", 5)
GLOSSARY = Lesson("glossary", "Glossary", "Reference", "What does this word mean?", 5)
REFERENCE = (GLOSSARY, SOURCES)
HOME = Lesson("home", "Models for Ants", "Start", "How small can a model be and still work?", 3)
LESSONS = (
    Lesson(
        "network",
        "What a model is, and what it costs",
        "Why shrink?",
        "Where are the numbers, and where is the work?",
        15,
    ),
    Lesson(
        "energy",
        "Where the energy goes",
        "Why shrink?",
        "What costs more: to compute with a number, or to fetch it?",
        15,
    ),
    Lesson("footprint", "How bad is it, really?", "Why shrink?", "What does one answer cost, and who says so?", 20),
    Lesson(
        "scaling",
        "Growing past Moore's law",
        "Why shrink?",
        "Why do models still grow when chips hardly get better?",
        12,
    ),
    Lesson(
        "quantization",
        "Quantization",
        "Shrinking",
        "How many bits does a weight really need?",
        15,
    ),
    Lesson(
        "pruning",
        "Pruning",
        "Shrinking",
        "Which connections can go, and what does that really save?",
        20,
    ),
    Lesson(
        "distillation",
        "Distillation",
        "Shrinking",
        "What can a large network tell a small one that labels cannot?",
        20,
    ),
    Lesson(
        "language-model",
        "A language model, shrunk",
        "Language models",
        "How far can it be shrunk before it stops making sense?",
        30,
    ),
    Lesson(
        "lora",
        "Low-rank adaptation",
        "Language models",
        "How few weights must change for an old model to learn new words?",
        20,
    ),
    Lesson(
        "llm-at-home",
        "A large model at home",
        "Language models",
        "What fits into my memory, and how fast does it write?",
        20,
    ),
    Lesson(
        "decide",
        "Do I need a model this large?",
        "Decide",
        "What is the smallest thing that does what I ask?",
        15,
    ),
)

"""What others have found and ask for: how well models of each kind do a task, and what an answer costs from a
provider."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import by, read

KINDS = (
    "none",
    "small",
    "local",
    "cloud",
)  # no model; a small one, trained for the task; a large one at home; one elsewhere
ZERO_SHOT = "zero-shot"  # as the notes of scores say it
ELO = "Elo"  # the metric of those whom people have compared in pairs


@dataclass(frozen=True)
class Evidence:
    """How well a model did a task on a data set, in % or as Elo; those of one data set can be compared. `option`: one
    of KINDS; `parameters`: None where nobody says."""

    task: str
    dataset: str
    metric: str
    option: str
    model: str
    parameters: float | None
    score: float
    source: str
    url: str
    confidence: str
    note: str = ""

    @property
    def prompted(self) -> bool:
        """Whether the model was only prompted, zero-shot, and had learnt nothing from the test's own examples."""
        return ZERO_SHOT in self.note

    @property
    def label(self) -> str:
        """What it is, in a list of everything."""
        return f"{self.task}: {self.dataset}, {self.model} ({self.metric})"


@lru_cache(maxsize=1)
def evidence() -> tuple[Evidence, ...]:
    """Every score, task by task."""
    return read(Evidence, Path(__file__).with_name("evidence.csv"))


@dataclass(frozen=True)
class Price:
    """What a provider takes for a million tokens of the prompt and of the answer, in USD, as `stated`. `shape`: the
    name of the model among those whose energy can be estimated, or ""."""

    label: str
    model: str
    provider: str
    input_usd: float
    output_usd: float
    shape: str
    stated: str
    source: str
    url: str
    confidence: str
    note: str = ""


@lru_cache(maxsize=1)
def prices() -> dict[str, Price]:
    """By label: `GPT-4o (OpenAI)`."""
    return by("label", read(Price, Path(__file__).with_name("prices.csv")))


@dataclass(frozen=True)
class QuestionToAsk:
    """Something to ask before a model is used, and who asks for it. `whom`: "yourself", "a vendor", "a regulator"."""

    whom: str
    question: str
    quote: str
    source: str
    url: str
    confidence: str
    note: str = ""

    @property
    def label(self) -> str:
        """What it is, in a list of everything."""
        return f"{self.whom}: {self.question}"


@lru_cache(maxsize=1)
def questions() -> tuple[QuestionToAsk, ...]:
    """In the order in which to ask them."""
    return read(QuestionToAsk, Path(__file__).with_name("questions.csv"))

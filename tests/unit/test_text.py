"""Every lesson of the catalog has its page and its text, and the text has the sections a lesson has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons import text
from lessons.catalog import HOME, LESSONS
from lessons.text import FOLDER, sections
from tests.left_words import left

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

ROOT = Path(__file__).parents[2]
HASHED = ("adaptation", "data", "facts", "language", "measure", "models", "recorded", "shrink", "training", "vision")
LEFT = {  # words that are still in programs, by folder or page: they may only become fewer
    "lessons/catalog.py": 42,
}
NAMES = {  # what a session remembers, and what a grammar of charts calls things: no words for a reader
    "handed on by labs",
    "labs that were handed something",
    "what must be drawn again",
    "lab being drawn",
    "…, numbers",
    "…, figures",
    "labs whose jobs are watched",
    "the whole page runs",
    "the other labs",
    "page to go to",
    "page that keys were pressed on",
    "what keys go through",
    "steps of keys taken",
    "about the preset",
    "preset that something is said about",
    "preset shown last",
    "settings before it",
    "what stands below headlines",
    "below …",
    "… asked",
    "heard about the link",
    "guess now",
    "what guesses are about",
    "the room is asked",
    "present switch",
    "on a stage",
    "present, as last written in the address",
    "asked of large models",
    "watched questions",
    "own models",
    "network used last",
    "followed link",
    "tuning …",
    "ledger watts",
    "this machine",
    "the best of this machine",
    "trainings of this visit",
    "trainings this visit has stopped",
    "looked at last",
    "below right",
    "below left",
    "top center",
    "Box",
    "you need",
    # options of knobs, in addresses and exports
    "sort texts",
    "find in a text",
    "know facts",
    "write code",
    "long document",
    "older EcoLogits",
    "training FLOP",
    "transistor density",
    "memory bandwidth",
    "skips zeros",
    "narrow arithmetic",
    "your config.json",
    "query and value",
    "attention and MLP",
    "first layer",
    "every layer",
    "… pieces",
    # what the facts call boards, models, uses and what those count
    "NVIDIA H100 SXM5 80GB",
    "Llama 2 70B",
    "Llama 3 8B",
    "Transformer big",
    "median Gemini text prompt",
    "average ChatGPT query, as stated",
    "typical ChatGPT query, estimated",
    "short GPT-4o query, from API latency",
    "image by FLUX.1-dev, 1024 px",
    "129 frames of 720p video by HunyuanVideo",
    "whole facility",
    "whole facility, estimated",
    "server, estimated",
    "node with idle GPUs",
    "GPU only",
    "not stated",
    # names of quantities, and keys of results
    "package power",
    "wall plug",
    "FLOP per byte",
    "energy of a FLOP",
    # kinds of matrices, and of layers with a window
    "experts down",
    "but every n-th",
    "from max_window_layers",
    "all, if use_sliding_window",
    # code in which recordings are named: their words would make every recording old
    "DRAM bits",
    "SRAM bits",
    "on-chip memory",
    "no figure for … at … is sourced: QKeras interpolates at 45 nm only",
    "no sourced energy for …",
    "What was learnt is no longer on this machine: let it learn again",
    # with what a language model begins
    "And ",
    # code, types and commands
    "Sequence[Step]",
    "Experiment",
    "Answers",
    "trains=False, resident=True",
    "make recordings",
    # what only a developer or a log is told
    "… must say what it does to a model: effect=Effect.…",
    "… cannot be called …: … is",
    "… is not recorded",
    "its tensors have other names or shapes",
    # what addresses call a setting
    "by hand",
    "Germany",
    "Google",
    "Microsoft",
    "Amazon",
    "survey mean",
    "at home",
    "as listed",
    "not yet",
    "one use",
    "the law",
    "a wrong headline",
    # what facts and estimates call a thing they are asked for
    "energy consumption of the model",
    "compute used for training",
    "10^25 FLOP presumption",
    "open-source exception",
    "data-centre publication >= 500 kW",
    # options of knobs of large models at home, as addresses have them
    "kept to",
    "NVIDIA GeForce RTX 4090",
    "NVIDIA H100 PCIe",
    # … and of the lesson that decides
    "a laptop (16 GB, 100 GB/s, 30 W)",
    "NVIDIA GeForce RTX 3080",
    "NVIDIA RTX A6000",
    "NVIDIA A100 SXM4 80 GB",
    "NVIDIA H200 SXM",
    "NVIDIA B300 (Blackwell Ultra)",
    "DeepSeek-V3 (Together AI)",
    "as usual",
    "no limit",
    "must stay",
    "may leave the house",
    "there already",
    "bought for this",
    "for this alone, all day",
    # options, as addresses write them
    "at scale",
    "as it is",
    "as tried",
    # words in code that the name of a recorded study is made of (AdaptationTask)
    "Macbeth",
    "this course's own text",
    # what a recording is found by: the beginning that a model went on from
    "And the king",
    # series, models and boards, by their names in the facts
    "NVIDIA Tesla P100 SXM2",
    "Tesla V100 SXM2",
    "Perceptron",
    "Neocognitron",
    "Grok-3",
    # what a lab hands on, and data, by the side on which they are written
    "two lines",
    "lines, …",
    "factor, …",
    # what a session remembers of low-rank adaptation, keys of its labs, and sizes in a grammar of charts
    "adapter uploaded in this visit",
    "writes blended",
    "writes …",
    "… losses",
    "width * …",
    "height * …",
    # options of knobs of the lesson on pruning: an address holds them
    "one shot",
    "in rounds",
    "each layer",
    "my ratios",
    "scans asked for here",
    # options of knobs and positions on the page, of the lesson on language models
    "MLP, inside",
    "trained here",
    "as stored",
    "read before",
    "quiz before",
    # what a session remembers there
    "path of a language model",
    "language model being trained",
    "language models trained in this visit",
    # what a recorded question asks, and what a quantity is called
    "A language model is",
    "loss a character",
    # options of knobs, as they stand in addresses, and keys of what is drawn
    "never shown",
    "three trained here",
    "Trouser",
    "… curves",
    # how a recorded text begins
    "A language model is",
}


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
    """The programs whose words a reader of a page sees. Not those whose code the name of a recorded result is made of:
    moving a word there would make every recording and study old; and not those that speak to a terminal alone."""
    yield from sorted(ROOT.glob("pages/*.py"))
    for file in sorted(ROOT.glob("lessons/*/**/*.py")):
        if file.relative_to(ROOT / "lessons").parts[0] not in (*HASHED, "text"):
            yield file
    yield from (ROOT / "lessons" / name for name in ("catalog.py", "store.py", "quantity.py"))


def left_words() -> dict[str, list[str]]:
    """The words in programs by folder, and of pages by page."""
    found: dict[str, list[str]] = {}
    for file in programs():
        place = file if file.parent.name == "pages" or file.parent.name == "lessons" else file.parent
        words = [text for _, text in left(file.read_text()) if text not in NAMES]
        found.setdefault(str(place.relative_to(ROOT)), []).extend(words)
    return found


def test_words_stand_in_texts_and_not_in_programs():
    found = left_words()
    assert {place: words for place, words in found.items() if len(words) > LEFT.get(place, 0)} == {}
    assert {place: len(found[place]) for place in LEFT} == LEFT  # where they became fewer, say so


def test_a_word_for_a_reader_is_found_and_a_name_is_none():
    program = (
        '"""What this page shows to whoever reads it."""\n'
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

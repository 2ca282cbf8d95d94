"""Words that docstrings, comments and all texts replace by the field's own: `make check` says where one is, and what to
say."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "lessons" / "text" / "en"
TALKS = ROOT / "lessons" / "talks"
FOLDERS = ("lessons", "pages", "tests", "benchmarks")
INSTEAD = {  # a regular expression, and what to say
    r"thin (matri|ones?\b)": "low-rank matrices, adapter",
    r"\breckon": "compute, calculate, estimate",
    r"\bdear(er|est|ly)?\b": "expensive, slow",
    r"\bmend(s|ed|ing)?\b": "fix, repair, recover",
    r"h[eo]lds? (it |them )?for (the )?likel": "predicts, top-1",
    r"\bcrowds?\b(?!`)": "batch",
    r"\bgiants?\b": "outlier",
    r"\bwhoever\b": "the operator, a reader: a noun",
    r"not to be had": "unavailable, not possible, not modelled",
    r"heads that share": "grouped-query attention",
    r"lies? in main memory": "offloaded to main memory",
}
IN_TEXTS = {  # what a reader stumbles over, who does not mind it in a comment
    r"\bspares?\b": "saves",
    r"\brulers?\b": "scale",
    r"\bcloth(es|ing) pictures?\b": "Fashion-MNIST images",
    r"\btest pictures?\b": "test images",
    r"\btraining pictures?\b": "training images",
    r"\banswers? changed\b": "predictions changed",
    r"\b(a|the|of|one|two|three|few|half a|\d+(\.\d+)?) points? of accuracy\b": "percentage points",
}


def spoken(source: str) -> Iterator[tuple[int, str]]:
    """Every docstring and comment of a program, and the line it begins at."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def written(text: str) -> Iterator[tuple[int, str]]:
    """Every section of a text, or state of a talk, and the line it begins at."""
    line = 1
    for section in re.split(r"(?m)^(?=## |- lesson:)", text):
        yield line, section
        line += section.count("\n")


def found(said: Iterable[tuple[int, str]], instead: Mapping[str, str] = INSTEAD) -> Iterator[tuple[int, str, str]]:
    """The line, the word, and what to say instead."""
    for line, text in said:
        for pattern, better in instead.items():
            for match in re.finditer(pattern, re.sub(r"\s+", " ", text), re.IGNORECASE):
                yield line, match[0], better


def main() -> int:
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if path != Path(__file__)]
    said = [(path, *each) for path in files for each in found(spoken(path.read_text()))]
    texts = [*sorted(TEXTS.glob("*.md")), *ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]
    texts += sorted(TALKS.glob("*.yaml"))
    said += [(path, *each) for path in texts for each in found(written(path.read_text()), INSTEAD | IN_TEXTS)]
    for path, line, word, better in said:
        print(f"{path.relative_to(ROOT)}:{line}: {word!r}: say {better}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())

"""Public functions say what they give and what they raise, and every field of a dataclass says what it is.

What does not yet is listed; the lists may only shrink.
"""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import lessons

HOUSE = Path(lessons.__file__).parent
PACKAGES = ("estimate", "language", "measure", "shrink")
Function = ast.FunctionDef | ast.AsyncFunctionDef

# As package:name, sorted. Take off what says enough now; add nothing.
UNDOCUMENTED = {  # without a docstring
    "estimate:ConfigValues.needed", "estimate:ConfigValues.yes", "estimate:Shrunk.narrow", "estimate:Shrunk.skips",
    "estimate:StepTime.seconds", "measure:SparseConv2d.forward",
    "measure:SparseLinear.forward", "measure:TrainingCost.total", "shrink:Adapted.forward",
    "shrink:Blocks.stored_bits", "shrink:Factors.stored_bits", "shrink:Mixed.stored_bits", "shrink:Reader.numbers",
    "shrink:Reader.take", "shrink:Scaled.stored_bits", "shrink:Through.forward", "shrink:read_bitmap",
    "shrink:read_csr", "shrink:read_delta", "shrink:read_runs", "shrink:read_two_of_four", "shrink:scale",
    "shrink:write_csr",
}  # fmt: skip
SILENT = {  # that raise and do not say so
    "estimate:ConfigValues.needed", "estimate:ConfigValues.yes", "estimate:boards_needed", "language:apply",
    "shrink:Reader.take", "shrink:highest", "shrink:read_csr", "shrink:read_delta", "shrink:read_runs",
    "shrink:read_two_of_four",
}  # fmt: skip
UNEXPLAINED = {  # fields of which nothing is said
    "estimate:Candidate.model", "estimate:Check.name", "estimate:Coefficients.source",
    "estimate:FittingChange.called", "estimate:FittingChange.home", "estimate:FittingChange.takes",
    "estimate:Home.shape", "estimate:Machine.name", "estimate:MeasuredSpeed.pace", "estimate:MeasuredSpeed.seen",
    "estimate:MeasuredSpeed.share", "estimate:Mix.down", "estimate:Mix.experts", "estimate:Mix.fused",
    "estimate:Mix.head", "estimate:Mix.output", "estimate:Mix.value", "estimate:Operation.multiply",
    "estimate:QualityGap.gaps", "estimate:Requirements.machine", "estimate:Scenario.board",
    "estimate:Scenario.model", "estimate:Scenario.pue", "estimate:Scenario.task", "estimate:ScoreGap.best",
    "estimate:ScoreGap.dataset", "estimate:ScoreGap.model", "estimate:ScoreGap.points", "estimate:Shrunk.bits",
    "estimate:Shrunk.hardware", "estimate:StepTime.bytes", "estimate:StepTime.computing", "estimate:StepTime.flop",
    "estimate:StepTime.moving", "estimate:StepTime.tokens", "estimate:TaskTokens.answer",
    "estimate:TaskTokens.prompt", "estimate:TokenTime.at_best", "estimate:TokenTime.between",
    "estimate:TokenTime.products", "estimate:Tokens.source", "estimate:Tokens.value", "estimate:Totals.inputs",
    "estimate:Totals.macs", "estimate:Totals.outputs", "estimate:Totals.weights", "estimate:Traffic.dram_bits",
    "estimate:Traffic.macs", "estimate:Trend.constant", "estimate:Trend.samples", "estimate:Trend.slope",
    "estimate:TrendPoint.name", "estimate:TrendPoint.note", "estimate:UseTokens.output",
    "estimate:UseTokens.prompt", "language:Benchmark.decode", "language:Benchmark.prefill", "language:Model.net",
    "language:Model.source", "language:Model.vocabulary", "language:Moved.after", "language:Moved.before",
    "language:Moved.kl", "language:Moved.likeliest_after", "language:Moved.likeliest_before",
    "language:Moved.piece", "language:Passages.next", "language:Passages.read", "language:Seen.second",
    "language:Seen.tokens", "language:Seen.total", "measure:LayerCost.macs", "measure:LayerCost.name",
    "measure:LayerCost.shape_in", "measure:LayerCost.shape_out", "measure:LayerCost.weights",
    "measure:LayerView.cost", "measure:LayerView.inputs", "measure:LayerView.weights",
    "measure:OneWeight.gradients", "measure:OneWeight.losses", "measure:OneWeight.pictures",
    "measure:OneWeight.place", "measure:OneWeight.trained", "measure:OneWeight.values", "measure:Read.after",
    "measure:Read.before", "measure:Read.kl", "measure:Read.top_after", "measure:Read.top_before",
    "measure:Roof.act", "measure:Roof.much", "measure:Roofs.bandwidth", "measure:Roofs.flop",
    "measure:Roofs.flop_16", "measure:Roofs.memory", "measure:Scanned.accuracy", "measure:Scanned.sparsity",
    "measure:TrainingCost.forward", "measure:TrainingCost.name", "shrink:Blocks.kind", "shrink:Blocks.shape",
    "shrink:Coupled.channels", "shrink:Coupled.constants", "shrink:Coupled.filters", "shrink:Encoded.bits",
    "shrink:Encoded.codebook", "shrink:Encoded.codes", "shrink:Encoded.scale", "shrink:Encoded.zero",
    "shrink:Factors.down", "shrink:Factors.up", "shrink:Format.channels_last", "shrink:Format.places",
    "shrink:Format.read", "shrink:Grid.last", "shrink:Grid.scale", "shrink:Grid.zero", "shrink:LowRank.down",
    "shrink:LowRank.length", "shrink:LowRank.scale", "shrink:LowRank.up", "shrink:RoundInput.grid",
    "shrink:Scaled.s", "shrink:Sparse.kept", "shrink:Sparse.weights", "shrink:Stored.channels_last",
    "shrink:Stored.format", "shrink:Stored.index", "shrink:Stored.values",
}  # fmt: skip


def modules() -> Iterator[tuple[str, list[str], ast.Module]]:
    """The package, the lines and the contents of every module."""
    for package in PACKAGES:
        for file in sorted((HOUSE / package).rglob("*.py")):
            text = file.read_text()
            yield package, text.splitlines(), ast.parse(text)


def public(module: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions, and methods of classes, whose names all begin with a letter."""
    for each in module.body:
        inside = [(f"{each.name}.", one) for one in each.body] if isinstance(each, ast.ClassDef) else [("", each)]
        for before, one in inside:
            if isinstance(one, Function) and not f".{before}{one.name}".count("._"):
                yield f"{before}{one.name}", one


def of_its_own(function: Function) -> Iterator[ast.AST]:
    """The parts of a function that are not those of one inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(part)


def raises(function: Function) -> bool:
    """Whether a function itself says `raise` with something to raise."""
    return any(isinstance(part, ast.Raise) and part.exc for part in of_its_own(function))


def fields(module: ast.Module, lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Every field of a dataclass or a named tuple, and whether a comment beside or above it or the class says what it is."""
    for each in module.body:
        if not isinstance(each, ast.ClassDef):
            continue
        above = " ".join(map(ast.unparse, (*each.decorator_list, *each.bases)))
        if "dataclass" not in above and "NamedTuple" not in above:
            continue
        said = ast.get_docstring(each) or ""
        here = [one for one in each.body if isinstance(one, ast.AnnAssign)]
        for one in here:
            beside = any("  # " in line for line in lines[one.lineno - 1 : one.end_lineno])
            over = lines[one.lineno - 2].lstrip().startswith("#")
            under = any(
                first is one and isinstance(then, ast.Expr) and isinstance(then.value, ast.Constant)
                for first, then in pairwise(each.body)
            )
            yield f"{each.name}.{one.target.id}", beside or over or under or f"`{one.target.id}`" in said


def all_public() -> Iterator[tuple[str, Function]]:
    for package, _, module in modules():
        yield from ((f"{package}:{name}", one) for name, one in public(module))


def undocumented() -> set[str]:
    return {name for name, one in all_public() if not ast.get_docstring(one)}


def silent() -> set[str]:
    """Functions that raise and do not say so."""
    return {name for name, one in all_public() if raises(one) and "Raises" not in (ast.get_docstring(one) or "")}


def unexplained() -> set[str]:
    return {
        f"{package}:{name}" for package, lines, module in modules() for name, told in fields(module, lines) if not told
    }


@pytest.mark.parametrize(
    ("found", "allowed"), [(undocumented, UNDOCUMENTED), (silent, SILENT), (unexplained, UNEXPLAINED)]
)
def test_what_says_too_little_is_on_the_list_and_only_that(found, allowed):
    now = found()
    assert not now - allowed, "say what it is"
    assert not allowed - now, "it says enough: take it off the list"


SAMPLE = '''
@dataclass(frozen=True)
class Box:
    """What holds things. `depth`: in cm."""

    width: int  # in cm
    # in cm, too
    height: int
    depth: int
    colour: str
    weight: float
    "in kg"

    def opened(self):
        def inside():
            raise ValueError
        return inside

    def _hidden(self): ...


def told():
    """It says so. Raises ValueError."""
    raise ValueError


def untold():
    """It says nothing of what it does."""
    if True:
        raise ValueError


def passes_on():
    """It passes on what it caught."""
    raise
'''


def test_too_little_is_seen_where_it_is():
    module = ast.parse(SAMPLE)
    found = dict(public(module))
    assert list(found) == ["Box.opened", "told", "untold", "passes_on"]
    assert [name for name, one in found.items() if not ast.get_docstring(one)] == ["Box.opened"]
    assert [name for name, one in found.items() if raises(one)] == ["told", "untold"]
    assert [name for name, told in fields(module, SAMPLE.splitlines()) if not told] == ["Box.colour"]

"""Nothing that this app reads is run: no pickle, no eval, no shell, no archive unpacked to where it says. What the code
has of the kind is listed here, each with the reason why no stranger's data comes near it."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
    "subprocess",
    "pty",
    "runpy",
    "code",
}
CALLS = {
    *("eval", "exec", "compile", "__import__", "execfile", "import_module", "importlib.import_module"),
    *("os.system", "os.popen", "os.startfile", "os.fork"),
    *("yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.load_all"),
    *("torch.hub.load", "torch.jit.load", "torch.package", "torch.save", "pd.read_pickle", "pandas.read_pickle"),
    *("shutil.unpack_archive", "tempfile.mktemp"),
}
METHODS = {"extract", "extractall", "read_pickle", "to_pickle", "load_module"}  # of archives, tables, importers
STARTS = ("os.exec", "os.spawn", "os.posix_spawn")
KEYWORDS = {("allow_pickle", True), ("shell", True), ("weights_only", False), ("trust_remote_code", True)}
SAFE = {"torch.load": ("weights_only", True), "np.load": ("allow_pickle", False), "numpy.load": ("allow_pickle", False)}

PIPES = "between this server and the worker processes it has started, by their own pipes"
OWN = "the name is made of a lesson's, or is a constant"
# By file: what there is, how often, and why it is safe.
ALLOWED = {
    "lessons/jobs/worker.py": {"import pickle": (1, PIPES)},
    "lessons/jobs/lanes.py": {
        "import pickle": (1, PIPES),
        "import subprocess": (1, "starts Python with a constant program, without a shell"),
    },
    "lessons/jobs/limited.py": {
        "import subprocess": (1, "starts Python with a constant program, without a shell"),
    },
    "lessons/exercise.py": {"exec": (1, "lines of this project alone, chosen by their number")},
    "lessons/ui/state/rooms.py": {"import_module": (2, OWN)},
    "lessons/record.py": {"importlib.import_module": (1, OWN)},
    "lessons/serving/lifespan.py": {"importlib.import_module": (4, OWN)},
    "lessons/experiment/__init__.py": {"importlib.import_module": (1, OWN)},
    "lessons/vision/__init__.py": {"importlib.import_module": (1, OWN)},
}  # fmt: skip


def dangers(tree: ast.AST) -> Iterator[str]:
    """What of a program could run what it reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            yield from (f"import {name}" for name in names if name.partition(".")[0] in MODULES)
        if isinstance(node, ast.Call):
            yield from _in_call(node)


def _in_call(node: ast.Call) -> Iterator[str]:
    called = ast.unparse(node.func)
    keywords = {(each.arg, getattr(each.value, "value", None)) for each in node.keywords}
    method = isinstance(node.func, ast.Attribute) and node.func.attr in METHODS
    unsafe = called in SAFE and SAFE[called] not in keywords
    if called in CALLS or called.startswith(STARTS) or method or unsafe:
        yield called
    yield from (f"{name}={value}" for name, value in KEYWORDS & keywords)


@pytest.mark.reliability("security", "A program loads what could run: pickle, eval, a shell")
def test_nothing_that_is_read_is_run(tried):
    found = {}
    for path in (ROOT / "app.py", *sorted((ROOT / "lessons").rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py"))):
        tried()
        if there := Counter(dangers(ast.parse(path.read_text(encoding="utf-8")))):
            found[str(path.relative_to(ROOT))] = dict(there)
    allowed = {file: {what: count for what, (count, why) in each.items() if why} for file, each in ALLOWED.items()}
    assert found == allowed, "make it safe, or list it with the reason why no stranger's data comes near it"


@pytest.mark.parametrize(
    "danger",
    [
        "import pickle", "from pickle import loads", "import subprocess as sp", "from marshal import load as l",
        "eval(x)", "exec(x)", "compile(x, '', 'exec')", "__import__(x)", "importlib.import_module(x)",
        "os.system(x)", "os.popen(x)", "os.execvp(x, y)", "os.spawnl(x)", "run(x, shell=True)",
        "yaml.load(x)", "yaml.unsafe_load(x)", "pd.read_pickle(x)", "frame.to_pickle(x)",
        "torch.load(x)", "torch.load(x, weights_only=False)", "torch.hub.load(x)", "torch.jit.load(x)",
        "np.load(x)", "np.load(x, allow_pickle=True)", "numpy.load(x, mmap_mode='r')",
        "archive.extractall(x)", "archive.extract(x)", "shutil.unpack_archive(x)", "tempfile.mktemp()",
        "from_pretrained(x, trust_remote_code=True)",
    ],
)  # fmt: skip
def test_each_danger_is_found(danger):
    assert list(dangers(ast.parse(danger)))


@pytest.mark.parametrize(
    "safe",
    [
        "torch.load(x, weights_only=True)", "np.load(x, allow_pickle=False)", "re.compile(x)", "net.eval()",
        "yaml.safe_load(x)", "archive.read(x)", "json.load(x)", "import picklesome",
    ],
)  # fmt: skip
def test_what_is_safe_is_not(safe):
    assert not list(dangers(ast.parse(safe)))

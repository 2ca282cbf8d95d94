"""Shared by all tests: a cache of their own, one thread, and one small trained model for the whole run."""

import os
import tempfile
from collections.abc import Iterator

os.environ["MODELS_FOR_ANTS_CACHE"] = tempfile.mkdtemp(prefix="models-for-ants-tests-")
os.environ["MODELS_FOR_ANTS_NICE"] = "0"  # tests wait for trainings, beside other tests
os.environ["MODELS_FOR_ANTS_RESULTS"] = "off"  # nothing that a test expects to be measured was measured before

import pytest
import torch
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from lessons.experiment import Experiment, Trained
from lessons.jobs.worker import THREADS
from tests import reliability

torch.set_num_threads(THREADS)
settings.register_profile("ours", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("ours")

# Of tests/browser, those that go to all lessons, or to others than quantization and pruning, where the rest stays.
FAR = {
    "at_home", "decide", "distillation", "dropped_gguf", "every_screen", "language", "lora", "network", "talk", "why",
}  # fmt: skip


class TwoForTheBrowser(LoadFileScheduling):
    """Two processes run the browser tests, with a server and a browser each, and about as long: so that few lessons are
    measured by both. The others run all of a file. (xdist's own groups do nothing with pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if not file.startswith("tests/browser/"):
            return file
        return "far" if file.removeprefix("tests/browser/test_").removesuffix(".py") in FAR else "near"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoForTheBrowser:
    return TwoForTheBrowser(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    reliability.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    reliability.configure(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reliability.choose(config, items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with reliability.counting(item):
        return (yield)


@pytest.fixture(scope="session")
def tried() -> reliability.Tried:
    """Counts what a marked test tries."""
    return reliability.TRIED


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether to try more than in every run."""
    return pytestconfig.getoption("--long")


@pytest.fixture(scope="session")
def trained() -> Experiment:
    """One epoch from seed 0: seconds to train, and good enough to be spoilt."""
    return Experiment(Trained(seed=0, epochs=1))

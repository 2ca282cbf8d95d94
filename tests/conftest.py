"""Shared by all tests: a cache of their own, one thread, and one small trained model for the whole run."""

import os
import tempfile

os.environ["MODELS_FOR_ANTS_CACHE"] = tempfile.mkdtemp(prefix="models-for-ants-tests-")
os.environ["MODELS_FOR_ANTS_NICE"] = "0"  # tests wait for trainings, beside other tests

import pytest
import torch
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from lessons.experiment import Experiment, Trained
from lessons.jobs.worker import THREADS

torch.set_num_threads(THREADS)
settings.register_profile("ours", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("ours")


class OneForTheBrowser(LoadFileScheduling):
    """One process runs all browser tests, with one server and one browser; else one runs all of a file. (xdist's own
    groups do nothing with pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneForTheBrowser:
    return OneForTheBrowser(config, log)


@pytest.fixture(scope="session")
def trained() -> Experiment:
    """One epoch from seed 0: seconds to train, and good enough to be spoilt."""
    return Experiment(Trained(seed=0, epochs=1))

"""Shared by all tests: a cache of their own, one thread, and one small trained model for the whole run."""

import os
import tempfile

os.environ["MODELS_FOR_ANTS_CACHE"] = tempfile.mkdtemp(prefix="models-for-ants-tests-")
os.environ["MODELS_FOR_ANTS_NICE"] = "0"  # tests wait for trainings, beside other tests

import pytest
import torch
from hypothesis import settings

from lessons.experiment import Experiment, Trained
from lessons.jobs.worker import THREADS

torch.set_num_threads(THREADS)
settings.register_profile("ours", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("ours")


@pytest.fixture(scope="session")
def trained() -> Experiment:
    """One epoch from seed 0: seconds to train, and good enough to be spoilt."""
    return Experiment(Trained(seed=0, epochs=1))

"""Does the work that must come out the same everywhere, and tells on standard output what came out, as JSON.

    python -m tests.unit.same [threads] [vision] [language] …
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from lessons import store
from lessons.experiment import Adapt, Experiment, FineTune, Prune, Quantize, QuantizeWeights, Trained, Written, shipped
from lessons.experiment.language_source import ready_written
from lessons.jobs import adaptation, language, vision
from lessons.quantity import Measurement

SEEN = Experiment(Trained(seed=5, epochs=1, stopped_at=12)) | Quantize(4, "channel", "affine") | Prune(50)
WROTE = Written(steps=10, seed=5)
SHAKESPEARE = Experiment(ready_written("shakespeare"))


def told(job: Callable, *arguments: Any) -> Iterator[Any]:
    return job(*arguments, lambda: None)


def last(job: Callable, *arguments: Any) -> Any:
    *_, found = told(job, *arguments)
    return found


def vision_model() -> dict[str, Any]:
    """A network trained for some steps, rounded and pruned."""
    last(vision.tuning, SEEN)
    return weights(SEEN.baseline) | numbers(last(vision.measuring, SEEN).measurement)


def language_model() -> dict[str, Any]:
    last(language.learning, WROTE)
    written = Experiment(WROTE)
    return weights(written) | numbers(last(language.reading, written | QuantizeWeights(4)))


def adapter() -> dict[str, Any]:
    one = shipped() | Adapt("turned", rank=4, where="every layer", steps=10, seed=5)
    last(adaptation.adapting, one)
    return weights(one) | numbers(last(adaptation.judging, one, "turned"))


def text_adapter() -> dict[str, Any]:
    one = SHAKESPEARE | Adapt("bible", rank=4, steps=10, seed=5)
    last(adaptation.adapting, one)
    return weights(one) | numbers(last(adaptation.judging, one, "bible"))


def weights(one: Experiment) -> dict[str, Any]:
    found = store.load(one.stored_as)
    data = b"".join(found[name].tobytes() for name in sorted(found))
    flat = np.concatenate([found[name].astype(np.float64).ravel() for name in sorted(found)])
    return {"weights": hashlib.sha256(data).hexdigest()[:16], "norm": float(np.linalg.norm(flat)), "size": int(flat.size)}


def numbers(found: Measurement) -> dict[str, Any]:
    return {each.name: each.value.hex() if isinstance(each.value, float) else each.value for each in found.quantities if each.badge=="measured"} | {"answers": hashlib.sha256(found.answers).hexdigest()[:16]}

WORK = {each.__name__: each for each in (vision_model, language_model, adapter, text_adapter)}
if __name__ == "__main__":
    import time
    threads, *names = sys.argv[1:]
    torch.set_num_threads(int(threads))
    out = {}
    for n in names or WORK:
        t = time.time(); out[n] = WORK[n](); print(n, round(time.time()-t,1), file=sys.stderr)
    print(json.dumps(out))

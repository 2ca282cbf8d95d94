"""What happens once, when the server starts: workers are started, the first sweep is measured, memory is put in order."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lessons import jobs
from lessons.experiment import Quantize, shipped


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Start the workers before the first reader comes, and end them with the server."""
    model = shipped()
    for experiment in (model, *(model | Quantize(bits) for bits in range(1, 17))):
        jobs.measure(experiment)
    tidy_memory()
    yield
    jobs.pool().close()


def tidy_memory() -> None:
    """Take what was imported out of the garbage collector's sight.

    Streamlit's own full collection after every run is switched off (.streamlit/config.toml): with torch loaded it costs
    190 ms before the reply is sent. Python's automatic collection goes on; without torch in its sight it is cheap.
    """
    gc.collect()
    gc.freeze()

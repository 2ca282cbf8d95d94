"""The job that reads what visitors bring, and the names of the readers, which run in the limited process.

A reader stands with what it reads. It takes named files, gives parts as bytes, and raises an error of this app, a
ValueError, for what it refuses.
"""

from collections.abc import Iterator

from lessons.jobs.events import Asked
from lessons.jobs.limited import Files, read

ADAPTER = "lessons.models.adapter_file:sound"
CONFIG = "lessons.estimate.pasted_config:shape_in"
GGUF = "lessons.estimate.dropped_gguf:model_in"
MACHINE = "lessons.estimate.pasted_machine:found_in"
MODEL = "lessons.models.language_files:sound"
RECORD = "lessons.reader_record:sound"


def reading(reader: str, files: Files, asked: Asked) -> Iterator[list[bytes]]:
    """The parts that a reader, `module:function`, finds in files. Raises BadFile."""
    yield read(reader, files)

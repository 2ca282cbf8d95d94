"""Packed files, spoilt by a fuzzer that sees which lines each reaches (Atheris; `pip install atheris`, which is no
requirement: it has wheels for Linux and some versions of Python only).

    python -m tests.fuzz.guided -runs=200000

Beside Hypothesis it is of use where a format has many ways through its reader.
"""

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["lessons.shrink"]):
    from lessons.shrink.pack import NotPacked, unpack

from tests.fuzz import sound


def one(file: bytes) -> None:
    """Unpack a file, or have it refused."""
    with suppress(NotPacked):
        unpack(file)


def main() -> None:
    """Begin with the packed files of the tests, beside what is asked for on the command line."""
    whole = sound.packed()

    def spoilt(file: bytes, most: int, seed: int) -> bytes:
        return atheris.Mutate(file if len(file) > 1 else whole[seed % len(whole)], most)

    atheris.Setup([sys.argv[0], "-max_len=4096", *sys.argv[1:]], one, custom_mutator=spoilt)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""The scripts that run in the browser, and their style sheets, as files of their own: a page is sent the address of a
script, and each is loaded once."""

import hashlib
from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from lessons.serving.hosts import below

FOLDER = Path(__file__).parent / "ui" / "browser" / "scripts"
FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".js", ".css"))
VERSION = hashlib.sha256(b"".join(path.read_bytes() for path in FILES)).hexdigest()[:12]  # another one, another address
PLACE = f"scripts/{VERSION}"  # below that of the app


def route() -> Mount:
    """What answers for them."""
    return Mount(below(PLACE), StaticFiles(directory=FOLDER))


def loaded(name: str) -> str:
    """A component's script that loads the one of this name, from wherever the app is served."""
    place = f'new URL("{PLACE}/{name}.js", document.baseURI)'
    return f"const script = await import({place})\nexport default script.default\n"

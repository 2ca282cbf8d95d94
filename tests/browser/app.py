"""An app server for tests and benchmarks."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds, beside other work


@contextmanager
def running(script: Path = ROOT / "app.py", **environment: str) -> Iterator[str]:
    """Start a Streamlit server, give its address, and end it."""
    with started(script, **environment) as (address, _):
        yield address


@contextmanager
def started(
    script: Path = ROOT / "app.py",
    streamlit: str = "streamlit",
    port: int | None = None,
    log: Path | None = None,
    listens: str = "127.0.0.1",
    options: Sequence[str] = (),
    **environment: str,
) -> Iterator[tuple[str, subprocess.Popen]]:
    """Start a Streamlit server, give its address and its process, and end it. `streamlit`: the module that serves;
    `log`: a file for all that it says; `listens`: at which address."""
    port = port or free_port()
    command = [sys.executable, "-m", streamlit, "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.address={listens}", *options]
    said = log.open("ab") if log else None
    server = subprocess.Popen(command, cwd=script.parent, env=os.environ | environment, stdout=said, stderr=said)
    try:
        _wait_until_up(server, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        server.wait(PATIENCE)
        if said:
            said.close()


def with_page(folder: Path, page: str, more: str = "") -> Path:
    """The app as it is, in a folder of its own, but for what it shows: one page, which is this program. `more`: what
    stands below its own lines. Gives the script to start."""
    (folder / "page.py").write_text(page)
    ours = (ROOT / "app.py").read_text()
    for said, other in (("lessons/ui/shell.py", "page.py"), ("lifespan=lifespan,", "")):
        assert said in ours
        ours = ours.replace(said, other)
    (folder / "app.py").write_text(ours + more)
    (folder / ".streamlit").symlink_to(ROOT / ".streamlit")
    return folder / "app.py"


def wait_until_ready(address: str, limit: float = 2 * PATIENCE) -> None:
    """Wait until a server has all that pages need."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        with suppress(HTTPError), urllib.request.urlopen(f"{address}/readyz", timeout=limit):
            return
        time.sleep(0.2)
    raise TimeoutError(f"the server is not ready after {limit} s")


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def megabytes(process: int) -> float:
    """Megabytes of a process that are in memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _wait_until_up(server: subprocess.Popen, address: str, limit: float = PATIENCE) -> None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with exit status {server.returncode}")
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=10)
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no server after {limit} s")

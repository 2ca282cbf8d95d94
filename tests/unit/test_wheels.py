"""Where torch is fetched from: what a reader chose, else the small build where it will do and can be had."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lessons import wheels

NOWHERE, HERE = Path("/nothing/here"), Path(__file__)


@pytest.mark.parametrize(
    ("environment", "system", "driver", "reached", "found", "said"),
    [
        ({}, "Linux", NOWHERE, True, wheels.CPU, "No NVIDIA driver"),
        ({}, "Linux", NOWHERE, False, "", "did not answer within 5 s"),
        ({}, "Linux", HERE, True, "", "libraries for NVIDIA"),
        ({}, "Darwin", NOWHERE, True, "", "CPU build"),
        ({wheels.ASKED: "https://mine"}, "Linux", NOWHERE, False, "https://mine", wheels.ASKED),
        ({wheels.ASKED: ""}, "Linux", NOWHERE, True, wheels.CPU, "No NVIDIA driver"),
    ],
)
def test_the_small_build_is_taken_where_it_will_do(environment, system, driver, reached, found, said):
    index, words = wheels.index(environment, system, driver, lambda _: reached)
    assert index == found and said in words


def test_an_index_that_is_silent_or_refuses_is_none():
    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Refuses)
    Thread(target=server.serve_forever, daemon=True).start()
    assert not wheels.answers(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    assert not wheels.answers(f"http://127.0.0.1:{server.server_port}")


def test_it_needs_nothing_but_python_and_prints_the_index_alone():
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(Path(wheels.__file__))],
        env={wheels.ASKED: "https://mine"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "https://mine\n" and "First start" in ran.stderr

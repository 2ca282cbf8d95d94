"""What strangers write, as strange as it can be: each text is taken or refused in a sentence, and none does harm."""

import io
import json
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from lessons import one_line, page_link, share, short_link
from lessons.__main__ import _experiment, main, points
from lessons.classroom import nickname, secret
from lessons.classroom.opening import cleaned_name
from lessons.classroom.refusal import Refused
from lessons.experiment import BadExperiment
from lessons.live import messages
from lessons.serving.hosts import below
from lessons.ui.layout.plain import plain
from lessons.ui.network import canvas
from lessons.ui.state import kept, together
from lessons.ui.state.knob import short
from tests.fuzz import sound
from tests.fuzz.spoiling import EACH, as_text, spoilt, spoilt_json
from tests.fuzz.watching import each, in_time
from tests.reliability import more
from tests.unit.strangers import LINK, STREAMLIT

STRANGE = (
    *(
        "\ud800",
        "\udfff",
        "\0",
        "\x1b[31m",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u200d",
        "a\u0301" * 200,
        "\u115f",
        "﷽" * 20,
    ),
    *(
        "![x](http://evil.example/x.png)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "$$\\frac{1}{0}$$",
    ),
    *(
        ":smile:",
        ":red[x]",
        ":material/home:",
        "[l](javascript:alert(1))",
        "`" * 9,
        "|a|\n|-|\n|b|",
        "{0.__class__}",
        "%n",
    ),
    *("../../etc/passwd", "C:\\x", "'; DROP TABLE classes; --", "\r\nSet-Cookie: a=b", "💩" * 99, "A" * 5_000, "٣١"),
)
texts = st.lists(st.text() | st.text(st.characters()) | st.sampled_from(STRANGE), max_size=4).map("".join)
seeds = st.integers(0, 2**32 - 1)
MESSAGES = [
    {"do": "vote", "question": 1, "option": "3"},
    {"do": "ask", "lesson": "quantization", "options": ["1", "2"]},
    {"do": "begin", "kind": "board", "threshold": 85.0},
    {"do": "lead", "address": "quantization?quantization_bits=3"},
    {"do": "wipe"},
]
READER = MarkdownIt("commonmark")


def fuzzed(times: int, **given_by: st.SearchStrategy) -> Callable[[Callable], Callable]:
    """Decorates a test that is called with such values; so often, and more often with --long."""
    return lambda test: settings(max_examples=more(times))(given(**given_by)(test))


def fuzzed_by_seed(seeds_tried: int) -> Callable[[Callable], Callable]:
    """The same with seeds, each of which stands for a hundred spoilt values."""
    return lambda test: settings(max_examples=more(seeds_tried))(given(seed=seeds)(test))


@pytest.mark.reliability("bad input", "A text is shown: Markdown, LaTeX, HTML, bidi, controls, half characters")
@fuzzed(15, text=texts)
def test_texts_are_shown_as_text(text, tried):
    shown = plain(text)
    inline = [child for token in READER.parse(shown) for child in token.children or ()]
    assert not [each.type for each in inline if each.type in ("image", "link_open", "html_inline")]
    assert not LINK.search("".join(each.content for each in inline if each.type == "text"))
    assert not STREAMLIT.search(shown)
    line = one_line.one_line(text)
    assert line == one_line.one_line(line)
    assert "\n" not in line and not any(map(one_line.is_invisible, line))
    for said in (line, short(text), share.title(text)):
        said.encode()
    tried()


@pytest.mark.reliability("bad input", "A nickname, the name of a class or its code")
@fuzzed(15, text=texts)
def test_nicknames_and_codes(text, tried):
    def join(text: str) -> None:
        called = nickname.numbered(nickname.cleaned(text), ["Ada", "Ada 2", ""])
        assert len(called) <= nickname.LONGEST
        called.encode()
        assert len(cleaned_name(text).encode()) < 1_000

    tried(each([text, text * 50], join, (Refused,)))
    code = secret.read_code(text)
    assert code is None or set(code) <= set(secret.ALPHABET)


@pytest.mark.reliability("bad input", "The address of a link, of a short link, or of where a class is led")
@fuzzed(15, text=texts)
def test_links(text, tried):
    for link in (text, f"/quantization?quantization_bits={text}", f"/{text}?{text}={text}"):
        tried(each([link], leads_nowhere_else, (page_link.BadLink,)))
        together.read(link)
    assert short_link.find(text) in (None, *(f"/{page}" for page in page_link.PAGES))


def leads_nowhere_else(link: str) -> None:
    """A link is refused, or one to a page of this app."""
    found = page_link.target(link)
    assert found.partition("?")[0].strip("/") in page_link.PAGES
    assert len(found) <= page_link.LONGEST and found.isascii() and found.isprintable()


@pytest.mark.reliability("bad input", "A message on the connection of a class")
@fuzzed_by_seed(1)
def test_messages_of_a_class(seed, tried):
    files = spoilt([json.dumps(message).encode() for message in MESSAGES], seed)
    said = [*map(as_text, spoilt_json(MESSAGES, seed)), *(file.decode(errors="surrogateescape") for file in files)]
    tried(each([*said, "[" * 100_000], messages.read, (Refused,)))


@pytest.mark.reliability("bad input", "An experiment on the command line, as JSON or as a range")
@fuzzed_by_seed(1)
def test_experiments(seed, tried):
    def name(text: str) -> None:
        experiment = _experiment(text)
        assert _experiment(json.dumps(experiment.to_json())).id == experiment.id

    files = spoilt([json.dumps(raw).encode() for raw in sound.EXPERIMENTS], seed)
    long = json.dumps({"seed": 0, "recipe": [{"fine_tune": {}}] * 50_000})
    name_too_long = json.dumps({"file": "a" * 3_000})
    said = [*map(as_text, spoilt_json(sound.EXPERIMENTS, seed)), *(file.decode(errors="replace") for file in files)]
    tried(each([long, name_too_long, *said], name, (BadExperiment,)))
    ranges = spoilt([b"quantize.bits=1..16", b"model=cnn,depthwise", b"seed=0..2"], seed, EACH // 4)
    over = lambda text: points(_experiment(as_text(sound.EXPERIMENTS[0])), [text])
    tried(each((text.decode(errors="replace") for text in ranges), over, (BadExperiment,)))


@pytest.mark.reliability("bad input", "An argument of the command line: an experiment, or a file that is none")
@fuzzed(6, text=texts, command=st.sampled_from(("unpack", "verify", "train", "talk")))
def test_the_command_line(text, command, tried, tmp_path_factory):
    path = tmp_path_factory.mktemp("file") / "file"
    path.write_bytes(text.encode(errors="surrogatepass"))
    arguments = {
        "train": ["train", text or "{", str(path)], "talk": ["talk", "check", str(path)],
        "unpack": ["unpack", str(path)], "verify": ["verify", str(path)],
    }  # fmt: skip
    assert status(arguments[command]) in (1, 2)
    tried()


def status(arguments: list[str]) -> int:
    """The exit status of a command, whose output must be writable on any terminal."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), "ascii", "backslashreplace") for _ in range(2))
    try:
        with in_time():
            return main(arguments)
    except SystemExit as ended:
        return ended.code
    finally:
        sys.stdout, sys.stderr = before


@pytest.mark.reliability("bad input", "What a browser says it has kept")
@fuzzed_by_seed(1)
def test_kept_entries(seed, tried):
    entries = {name: sound.record()[name] for name in ("entries", "cleared")}
    said = [as_text(one) for one in spoilt_json([entries], seed)]
    damaged = (file.decode(errors="replace") for file in spoilt([as_text(entries).encode()], seed))
    tried(each([*said, *damaged, "[" * 100_000], kept.read, (ValueError,)))


@pytest.mark.reliability("bad input", "A drawing that no canvas made")
@fuzzed(10, text=texts, pixels=st.binary(max_size=900))
def test_drawings(text, pixels, tried, told):
    for given_pixels in ("é", text, pixels, [text], None, pixels.hex(), {"a": text}):
        told(given_pixels)
        drawn = canvas.canvas("a", "of")
        assert drawn is None or (isinstance(drawn, bytes) and len(drawn) == canvas.PIXELS)
        tried()


@pytest.fixture(scope="module")
def told():
    """Has the canvas tell what a test says."""
    with pytest.MonkeyPatch.context() as patch:

        def tell(pixels: object) -> None:
            told = type("Told", (), {"drawing": {"of": "of", "pixels": pixels}})()
            patch.setattr(canvas.browser, "canvas", lambda **_: told)

        yield tell


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A browser of the routes that answer strangers, without pages."""
    from starlette.applications import Starlette

    from lessons import short_link_routes
    from lessons.live.routes import routes as class_routes

    return TestClient(Starlette(routes=[*short_link_routes.routes(), *class_routes()]), base_url="http://localhost")


@pytest.mark.reliability("bad input", "A request for a short link or a class, with strange cookies, forms and JSON")
@fuzzed(4, text=texts, path=st.sampled_from(("s", "s/x", "qr.svg", "live/open", "live/join", "live/x", "live/forget")))
def test_requests(text, path, tried, client):
    raw = text.encode(errors="surrogatepass")
    cookie = raw.replace(b"\0", b"").replace(b"\r", b"").replace(b"\n", b"")[:2_000]
    headers = {b"cookie": b"ants-teacher-22222222=" + cookie, b"origin": b"http://localhost"}
    for kind in (b"application/json", b"application/x-www-form-urlencoded"):
        for method in ("GET", "POST"):
            found = client.request(
                method,
                below(path),
                params={"code": text.encode(errors="replace")},
                headers=headers | {b"content-type": kind},
                content=raw if method == "POST" else None,
                follow_redirects=False,
            )
            assert found.status_code < 500
            tried()

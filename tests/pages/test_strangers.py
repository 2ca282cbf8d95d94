"""Whatever somebody else wrote is shown as plain text on every page that repeats it: no image, link or emoji comes out
of it."""

import json
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace

import pytest
import streamlit as st
import torch
from markdown_it import MarkdownIt
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from lessons.adaptation import adapter_store
from lessons.experiment import Adapt, Experiment, ready_written
from lessons.jobs.events import Notice
from lessons.language import build
from lessons.models.adapter_file import CONFIG, TENSORS
from lessons.ui.language_model import text_panels
from lessons.ui.language_model.model_picker import PATH
from lessons.ui.llm_at_home.dropped import HELD, DroppedFiles
from lessons.ui.llm_at_home.knobs import DROPPED, PASTED
from lessons.ui.llm_at_home.pasting import TEXT
from lessons.ui.lora import adapters
from lessons.ui.state import drawing, visit
from tests.pages import reader
from tests.pages.reader import captions, html, link, run_until
from tests.unit.configs import LLAMA
from tests.unit.gguf_headers import header, sent, settings_of, shapes_of
from tests.unit.strangers import EVIL, LINK, STREAMLIT

READER = MarkdownIt("commonmark")
SAID = ("error", "warning", "info", "success", "markdown", "caption", "button", "expander")


def markdown(page: AppTest) -> Iterator[str]:
    """All that the page has shown as Markdown."""
    for kind in SAID:
        for each in page.get(kind):
            yield from (text for text in (getattr(each.proto, name, "") for name in ("body", "label", "help")) if text)
    for each in page.metric:
        yield from (each.label, each.value, each.delta, each.proto.help, each.proto.delta_description)


def must_be_plain(page: AppTest, *also: str) -> None:
    """Somebody's EVIL text is on the page, and it is nothing but text there."""
    found = [text for text in [*markdown(page), *also] if "evil" in text]
    assert found
    for text in found:
        inline = [child for token in READER.parse(text) for child in token.children or ()]
        assert not [each.type for each in inline if each.type in ("image", "link_open", "html_inline")], text
        shown = "".join(each.content for each in inline if each.type == "text")
        assert not LINK.search(shown), text
        assert not STREAMLIT.search(text), text
    assert not [block for block in page.get("html") if "<b>" in block.proto.body or "<img" in block.proto.body]


@pytest.mark.parametrize(
    "config", [{"model_type": EVIL}, LLAMA | {EVIL: 1}, LLAMA | {"num_hidden_layers": EVIL}, LLAMA | {"rope": [EVIL]}]
)
def test_a_pasted_config(config):
    page = reader.at_home(model=PASTED, holds=lambda page: page.text_area)
    page.text_area(key="llm_config").set_value(json.dumps(config).replace(EVIL, "![](http://evil/x)" + EVIL))
    must_be_plain(run_until(page, lambda page: page.warning))


@pytest.mark.parametrize("text", [EVIL, f"GPU 0: {EVIL} (UUID: a)", "NAME SIZE MODIFIED\nwww.evil.example/x:1b 1 GB 9"])
def test_a_pasted_output(text):
    page = reader.at_home(holds=lambda page: page.text_area)
    page.text_area(key=TEXT).set_value(text)
    must_be_plain(run_until(page, lambda page: any("evil" in shown for shown in markdown(page))))


@pytest.mark.parametrize("spoilt", ["name", "value", "kind", "key", "file"])
def test_a_dropped_file(spoilt):
    said, evil = settings_of("Qwen3 0.6B"), "![](http://evil/x)" + EVIL
    said |= {"name": {"general.name": evil}, "value": {"qwen3.pooling_type": 0, "qwen3.block_count": evil}}.get(
        spoilt, {}
    )
    said |= {"kind": {"general.architecture": evil}, "key": {f"qwen3.{evil}": 1}}.get(spoilt, {})
    head = header(said, shapes_of("Qwen3 0.6B"))
    page = reader.at_home(model=DROPPED, holds=lambda page: "GGUF" in reader.said(page))
    page.session_state[HELD] = DroppedFiles(1.0, [sent(head[:99] if spoilt == "file" else head, evil)])
    must_be_plain(run_until(page, lambda page: any("evil" in shown for shown in markdown(page))))


@pytest.fixture(scope="module")
def adapter() -> dict[str, bytes]:
    """A valid one, of random numbers."""
    net = build.build(Experiment(ready_written("shakespeare"))).net
    layers = [name for name, _ in net.named_modules() if name.endswith("q_proj")]
    width = net.shape.width
    found = {f"{name}.down": torch.randn(2, width) / 9 for name in layers} | {
        f"{name}.up": torch.zeros(width, 2) for name in layers
    }
    return adapter_store.adapter_file.write(adapter_store.Adapter("lora", 2, 2.0, ("q_proj",), found), EVIL)


@pytest.mark.parametrize("spoilt", ["base", "setting", "tensor", "target"])
def test_an_adapter(adapter, spoilt, monkeypatch):
    monkeypatch.setattr(adapters, "judged", lambda *_: {})
    files = dict(adapter)
    if spoilt == "setting":
        files[CONFIG] = json.dumps(json.loads(files[CONFIG]) | {EVIL: 1}).encode()
    if spoilt == "tensor":
        files[TENSORS] = save({EVIL: torch.ones(1)})
    if spoilt == "target":
        files[CONFIG] = json.dumps(json.loads(files[CONFIG]) | {"target_modules": f"({EVIL}"}).encode()
    page = reader.lora(rank="0", seed="4")
    page.session_state["drawer_export"] = True
    page.run()
    (field,) = page.get("file_uploader")
    for name, file in files.items():
        field.upload(name, file)
    if spoilt == "target":  # its message repeats nothing of it
        assert "evil" not in run_until(page, lambda page: page.error).error[0].value
    elif spoilt == "base":
        page = run_until(page, lambda page: any("trained beside" in each.value for each in captions(page)))
        must_be_plain(page)
    else:
        must_be_plain(run_until(page, lambda page: page.error))


def test_a_path(tmp_path, monkeypatch):
    monkeypatch.setenv(visit.LOCAL_FILES, "1")
    monkeypatch.setattr(type(st.context), "ip_address", None)  # of who sits at the machine itself
    page = reader.language("inside", model="a file")
    page.text_input(key=PATH).set_value(str(tmp_path / EVIL.replace("/", "·")))
    must_be_plain(run_until(page, lambda page: page.error))


def test_a_text_that_is_read_and_what_is_written_after_it(monkeypatch):
    shows_all = lambda page: html(page, "moved-text") and html(page, "written-text")
    monkeypatch.setattr(text_panels, "shown", lambda piece: EVIL)  # a token, were it as long
    page = reader.language("read", shows_all, text=EVIL, bits="2")
    assert "&lt;b&gt;" in html(page, "written-text")[0]
    must_be_plain(page)


def test_a_link():
    page = link("llm-at-home", guess=EVIL, llm_model=EVIL, **{EVIL: EVIL}).run()
    assert page.warning
    must_be_plain(page)


@pytest.mark.parametrize("place", ["results", "training panel", "baseline", "training"])
def test_an_error_of_a_job(monkeypatch, place):
    """Each place that shows the error of a run, or what it noted."""
    results, training_panel, baseline, training = (
        import_module(f"lessons.ui.{name}")
        for name in ("work.results", "work.training_panel", "work.baseline", "language_model.training")
    )
    shown = []
    for name in ("error", "warning"):
        monkeypatch.setattr(st, name, lambda body, **_: shown.append(body))
    monkeypatch.setattr(st, "button", lambda *_, **__: None)
    told = {"error": f"BadFile: {EVIL}", "complaint": f"BadFile: {EVIL} (error 1a2b)", "events": [Notice(EVIL)]}
    ticket = SimpleNamespace(state="failed", ended=True, pool=None, **told)
    if place == "results":
        monkeypatch.setattr(st, "session_state", {drawing.DRAWN: drawing.Drawing()})
        results.failed([ticket], "It failed")
    elif place == "training panel":
        one = Experiment(ready_written("shakespeare")) | Adapt()
        monkeypatch.setattr(training_panel, "taken_up", lambda wanted: {one.id: ticket})
        training_panel.panel("a", [one], lambda: None)
    elif place == "baseline":
        baseline._history(None, SimpleNamespace(ticket=ticket, steps=[], source=None))
    else:
        monkeypatch.setattr(training, "_offer", lambda *_: None)
        monkeypatch.setattr(training.notices, "say_where_weights_are_kept", lambda: None)
        run = SimpleNamespace(ticket=ticket, under_way=False, kept=None, steps=[], events=[], source=None)
        monkeypatch.setattr(st, "session_state", {training.RUN: run})
        training.learning(None)
    assert len(shown) == (2 if place == "baseline" else 1)
    must_be_plain(SimpleNamespace(get=lambda kind: [], metric=[]), *shown)

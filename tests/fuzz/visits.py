"""Pages run in this process by raw query strings and raw values of widgets, as the protocol has them; no worker
answers, and no picture is drawn: what is tried is all that reads what a stranger says."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import SimpleNamespace
from urllib import parse

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest, local_script_runner

from lessons.catalog import HOME, LESSONS, REFERENCE
from lessons.jobs import ask, pool
from lessons.serving import widget_values
from lessons.ui.layout import headline
from tests.pages.reader import link

PAGES = [page.path for page in (HOME, *LESSONS, *REFERENCE)]
EVENTS = "$$STREAMLIT_INTERNAL_KEY_{id}__events"  # the id of what a component tells besides its value


class Visit:
    """One browser on a page."""

    def __init__(self, path: str, raw: str) -> None:
        self.page: AppTest = link(path, raw="1")  # Streamlit asks for the query only where there is one
        self.raw = raw
        self.run()

    def run(self, *values: WidgetState) -> None:
        """Run the page with these values of widgets. Raises AssertionError where it shows an error of its program."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(local_script_runner, "parse", SimpleNamespace(urlencode=lambda *_, **__: self.raw))
            patch.setattr(local_script_runner, "parse_tree_from_messages", _Messages)
            patch.setattr(AppTest, "_register_uploaded_files", lambda *_: None)  # there are none
            self.page._run(WidgetStates(widgets=values))
        assert not self.errors, self.errors

    @property
    def messages(self) -> Sequence[ForwardMsg]:
        """All that the browser was sent in the last run."""
        return self.page._tree.messages

    @property
    def elements(self) -> Iterator[tuple[str, object]]:
        """The kind and the message of each element on the page, of blocks too."""
        for each in self.messages:
            if each.WhichOneof("type") == "delta":
                kind = each.delta.WhichOneof("type")
                held = each.delta.new_element if kind == "new_element" else each.delta.add_block
                if inner := held.WhichOneof("type"):
                    yield inner, getattr(held, inner)

    @property
    def errors(self) -> list[str]:
        """What is said of errors in the page's program."""
        return [element.message for kind, element in self.elements if kind == "exception"]

    @property
    def widgets(self) -> list[str]:
        """The ids of all widgets on the page, and of what components tell."""
        ids = [(kind, getattr(element, "id", "")) for kind, element in self.elements]
        events = [EVENTS.format(id=each) for kind, each in ids if kind == "bidi_component"]
        return [each for _, each in ids if each.startswith("$$ID")] + events


class _Messages(SimpleNamespace):
    """In place of the tree of elements, which takes as long as a page."""

    def __init__(self, messages: Sequence[ForwardMsg]) -> None:
        super().__init__(messages=list(messages))


@contextmanager
def no_workers() -> Iterator[None]:
    """Meanwhile pages ask, and nobody answers."""
    real = pool.Pool
    with pytest.MonkeyPatch.context() as patch:
        scan = lru_cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        patch.setattr(pool, "Pool", lambda *_, **__: real(0))
        patch.setattr(ask, "PATIENCE", 0)
        patch.setattr(headline, "_sent", lambda *_, **__: {})
        for remembered in (pool.pool, pool.resident):
            remembered.cache_clear()
        widget_values.drop_foreign()
        yield
        pool.pool().close()
    for remembered in (pool.pool, pool.resident):
        remembered.cache_clear()


def quoted(text: str) -> str:
    """A text as an address may have it."""
    return parse.quote(text.encode(errors="surrogatepass"))

"""A reader without a browser: speaks the server's protocol (Streamlit 1.67), so that many of them take little."""

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 180  # seconds, beside other work
LONGEST = 3  # seconds until a page that was asked to run says so; a part that is gone never does
AS_IT_COMES = {"max_size": 2**28, "compression": None}  # messages
Result = TypeVar("Result")


@dataclass
class Shown:
    """An element of the page or a block of them, and the fragment that drew it; "" is the page itself."""

    kind: str
    element: object
    fragment: str


@dataclass
class Visitor:
    """One session. What it shows is kept as a browser keeps it: a run takes away what it has not drawn again."""

    socket: ClientConnection
    page: str
    query: str
    tasks: asyncio.TaskGroup
    shown: dict[tuple[int, ...], Shown] = field(default_factory=dict)  # by its place
    states: dict[str, WidgetState] = field(default_factory=dict)  # by the widget's id; only what was moved
    runs: int = 0
    whole_runs: int = 0  # of all of the page
    messages: int = 0  # so far, and their
    bytes: int = 0
    session: str = ""  # its name
    heard: list[bytes] | None = None  # all messages so far, where they are to be kept
    _page_hash: str = ""
    _asked: float = -math.inf  # when, if it is not answered yet
    _drawn: set[tuple[int, ...]] = field(default_factory=set)  # in the run under way
    _called: set[float] = field(default_factory=set)  # what asked for labs to be drawn, by when it did
    _clocks: dict[str, asyncio.Task] = field(default_factory=dict)  # by fragment
    _cached: dict[str, ForwardMsg] = field(default_factory=dict)  # a message that came before comes as its hash
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def move(self, knob: str, value: str) -> None:
        """Set the slider of a knob, named as in the address; only its part of the page runs."""
        for shown in self.shown.values():
            if shown.kind == "slider" and shown.element.query_param_key == knob:
                state = WidgetState(id=shown.element.id)
                state.string_array_value.data.append(value)
                self.states[state.id] = state
                return await self._ask(shown.fragment)
        raise LookupError(f"no slider of {knob} on the page")

    async def moved(self, knob: str, value: str) -> None:
        """Set a slider, and wait for the end of the run that answers."""
        runs = self.runs
        await self.move(knob, value)
        await self.until(lambda self: self.runs > runs)

    async def set(self, kind: str, label: str | None = None, **value: Any) -> None:
        """Give the first widget of a kind, with this label, a value by the name that the protocol has for it; wait
        until the page has run with it."""
        alike = (self.shown[place] for place in sorted(self.shown) if self.shown[place].kind == kind)
        shown = next(each for each in alike if label in (None, each.element.label))
        self.states[shown.element.id] = WidgetState(id=shown.element.id, **value)
        runs = self.runs
        await self._ask(shown.fragment)
        await self.until(lambda self: self.runs > runs)

    async def press(self, label: str) -> None:
        """Press a button."""
        for shown in self.shown.values():
            if shown.kind == "button" and shown.element.label == label:
                return await self._ask(shown.fragment, WidgetState(id=shown.element.id, trigger_value=True))
        raise LookupError(f"no button {label} on the page")

    async def look_again(self, component: str) -> None:
        """Have the part of the page that shows a component drawn again, as the component's script does."""
        shown = next(shown for shown in self.shown.values() if _is(component, shown))
        await self._trigger(shown, "again")

    @property
    def tiles(self) -> list[str]:
        """The numbers in the tiles: those of a headline where its sliders stand, and the others."""
        inside = [self.shown[place] for place in sorted(self.shown)]
        found = [shown.element.body for shown in inside if shown.kind == "metric"]
        if said := self.headline:
            at = 0
            for knob, positions in said["knobs"].items():
                at = at * len(positions) + positions.index(self._stands(knob))
            found = [tile["value"] for tile in (said["frames"][at] or {"tiles": ()})["tiles"]] + found
        return found

    @property
    def headline(self) -> dict[str, Any] | None:
        """What the browser is told of the page's headline, if there is one."""
        shown = (each.element for each in self.shown.values() if each.kind == "bidi_component")
        element = next((each for each in shown if each.component_name == "headline"), None)
        return element and json.loads(element.mixed.json or element.json)

    def _stands(self, knob: str) -> str:
        sliders = (shown.element for shown in self.shown.values() if shown.kind == "slider")
        element = next(each for each in sliders if each.query_param_key == knob)
        moved = self.states.get(element.id)
        return moved.string_array_value.data[0] if moved else element.options[int(element.default[0])]

    @property
    def waits(self) -> bool:
        """Whether a part of the page looks every now and then whether there is more to show."""
        return bool(self._clocks)

    @property
    def exceptions(self) -> list[str]:
        return [shown.element.message for shown in self.shown.values() if shown.kind == "exception"]

    @property
    def texts(self) -> list[str]:
        return [shown.element.body for shown in self.shown.values() if shown.kind in ("markdown", "alert")]

    async def until(self, holds: Callable[[Self], object], seconds: float = PATIENCE) -> None:
        """Wait until something holds at the end of a run."""
        async with asyncio.timeout(seconds):
            while not holds(self):
                self._heard.clear()
                await self._heard.wait()

    async def _ask(self, fragment: str = "", *pressed: WidgetState, tick: bool = False) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.fragment_id, asked.is_auto_rerun = self.query, fragment, tick
        asked.page_script_hash, asked.page_name = self._page_hash, "" if self._page_hash else self.page
        asked.context_info.url = f"http://{self.socket.request.headers['Host']}/{self.page}"
        asked.widget_states.widgets.extend((*self.states.values(), *pressed))
        self._asked = time.monotonic()
        await self.socket.send(message.SerializeToString())

    def _idle(self) -> bool:
        return time.monotonic() - self._asked > LONGEST

    async def _call(self) -> None:
        """Have the labs that ask for it drawn again, as call.js does."""
        calls = [shown for shown in self.shown.values() if _is("call", shown)]
        said = [json.loads(shown.element.mixed.json or shown.element.json) for shown in calls]
        new = {each["now"]: each["lab"] for each in said if "now" in each and each["now"] not in self._called}
        self._called |= new.keys()
        due = set(new.values())
        for shown, each in zip(calls, said, strict=True):
            if each["lab"] in due and "now" not in each:
                await self._trigger(shown, "call")

    async def _trigger(self, shown: Shown, event: str) -> None:
        called = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{shown.element.id}__events")
        called.json_trigger_value = json.dumps([{"event": event, "value": True}])
        await self._ask(shown.fragment, called)

    async def _listen(self) -> None:
        async for data in self.socket:
            message = ForwardMsg.FromString(data)
            self.messages, self.bytes = self.messages + 1, self.bytes + len(data)
            if self.heard is not None:
                self.heard.append(data)
            if message.WhichOneof("type") == "ref_hash":
                cached = ForwardMsg()
                cached.CopyFrom(self._cached[message.ref_hash])
                cached.metadata.CopyFrom(message.metadata)
                message = cached
            elif message.metadata.cacheable:
                self._cached[message.hash] = message
            self._hear(message)
            if self._idle():
                await self._call()

    def _hear(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id
                self._asked = math.inf
                self._drawn = set()
                if not message.metadata.run.fragment_ids:  # the whole page runs
                    self.whole_runs += 1
                    for fragment in list(self._clocks):
                        self._stop(fragment)
            case "navigation":
                self._page_hash = message.navigation.page_script_hash
            case "delta":
                self._draw(tuple(message.metadata.delta_path), message.delta)
            case "auto_rerun":
                self._tick(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                ended = set(message.stop_auto_rerun.fragment_ids)
                for fragment in ended:
                    self._stop(fragment)
                self.shown = {place: shown for place, shown in self.shown.items() if shown.fragment not in ended}
            case "script_finished":
                self._end(message.script_finished)

    def _draw(self, place: tuple[int, ...], delta: Delta) -> None:
        *around, index = place
        before = (*around, index - 1) if index else tuple(around)
        if len(before) > 1 and before not in self.shown:
            raise LookupError(f"{self.page}: nothing at {before}, after which to draw: a browser shows a white page")
        self._drawn.add(place)
        if delta.WhichOneof("type") == "add_block":
            self.shown[place] = Shown("block", delta.add_block, delta.fragment_id)
        elif delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type")
            self.shown[place] = Shown(kind, getattr(delta.new_element, kind), delta.fragment_id)

    def _end(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        self.runs += 1
        self._asked = -math.inf
        again = {self.shown[place].fragment for place in self._drawn if place in self.shown}
        whole = status != ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
        gone = {
            place
            for place, shown in self.shown.items()
            if place not in self._drawn and (whole or shown.fragment in again)
        }
        self.shown = {
            place: shown
            for place, shown in self.shown.items()
            if not any(place[:depth] in gone for depth in range(1, len(place) + 1))
        }
        self._heard.set()

    def _tick(self, fragment: str, seconds: float) -> None:
        async def clock() -> None:
            while True:
                await asyncio.sleep(seconds)
                if self._idle():  # as frame.js does
                    await self._ask(fragment, tick=True)

        self._stop(fragment)
        self._clocks[fragment] = self.tasks.create_task(clock())

    def _stop(self, fragment: str) -> None:
        if fragment in self._clocks:
            self._clocks.pop(fragment).cancel()


def _is(component: str, shown: Shown) -> bool:
    return shown.kind == "bidi_component" and shown.element.component_name == component


def visit(visits: Coroutine[Any, Any, Result]) -> Result:
    """Run what visitors do; in a thread of its own, as the browser's loop runs in that of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visits).result()


@asynccontextmanager
async def visiting(
    address: str, path: str, cookie: str = "", host: str | None = None, keeps: bool = False, **headers: str
) -> AsyncIterator[Visitor]:
    """Open a page of the server at this address, and leave it at the end. `host`: the machine to connect to, where the
    address says another; `keeps`: all messages, in `heard`."""
    page, _, query = path.partition("?")
    stream, headers = (
        f"ws://{urlsplit(address).netloc}/_stcore/stream",
        headers | ({"Cookie": cookie} if cookie else {}),
    )
    async with (
        connect(stream, subprotocols=["streamlit"], additional_headers=headers, host=host, **AS_IT_COMES) as socket,
        asyncio.TaskGroup() as tasks,  # what fails while listening ends the visit
    ):
        visitor = Visitor(socket, page, query, tasks, heard=[] if keeps else None)
        listening = tasks.create_task(visitor._listen())
        await visitor._ask()
        await visitor.until(lambda visitor: visitor.runs)
        yield visitor
        for fragment in list(visitor._clocks):
            visitor._stop(fragment)
        listening.cancel()

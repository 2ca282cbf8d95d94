"""How every page begins and ends: title, question and what one needs; the prediction; presets; ways to share and go
on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.catalog import HOME, LESSONS, SOURCES, Lesson
from lessons.charts.sweep import BROKEN
from lessons.data import TASKS
from lessons.experiment import Trained
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.layout import predict, presenter
from lessons.ui.layout.cite import cited
from lessons.ui.layout.predict import Found, Subject
from lessons.ui.state import model_link, presets
from lessons.ui.state.handing import forget_readers
from lessons.ui.state.knob import Knob, complaints
from lessons.ui.state.lab import lab
from lessons.ui.state.presets import PRESET, Preset
from lessons.ui.state.widgets import reset

PATH = (HOME, *LESSONS)
HEARD = "heard about the link"
COMPLAINTS_SHOWN = 5  # complaints shown


@dataclass(frozen=True)
class Page:
    """A page being written: its place in the catalog, its text, and what can be set on it."""

    lesson: Lesson
    sections: dict[str, str]
    knobs: tuple[Knob, ...]
    network: Knob | None
    task: Knob | None
    presets: tuple[Preset, ...]
    guesses: tuple[str, ...]
    bar: DeltaGenerator | None = None  # on a stage: the place for what waits behind a button

    def aside(self, label: str) -> DeltaGenerator:
        """A place for what a reader sees and a stage keeps behind a button."""
        return self.bar.popover(label) if self.bar else st.container()

    def text(self, section: str, **values: str | float) -> None:
        """Write one section of the lesson's text, unless this is a stage; `{name}` in it takes the values."""
        if not presenter.presenting():
            text = self.sections[section]
            st.markdown(cited(text.format(**values) if values else text))

    def headed(self, section: str) -> None:
        """Write one section under its name."""
        st.markdown(f"## {section.capitalize()}")
        self.text(section)

    def predict(self, answer: Callable[[], Found | None]) -> str | None:
        """Ask for a prediction, and end the page here until there is one; None if it was skipped. Whether it was right
        shows here, once the `answer` is known: to what was asked, wherever the knobs stand."""
        linked = any(
            st.query_params.get(knob.name) in knob.options
            for knob in self.knobs
            if knob not in (self.network, self.task)
        )
        question = cited(self.sections["predict"].replace("{points}", str(BROKEN)))
        guess = predict.ask(self.lesson, question, self.guesses, opens=linked or presenter.presenting())

        def prediction() -> None:
            with st.container(border=True, key="predict"):
                st.markdown(question)
                self._judge(guess, answer())

        if guess is not None and not presenter.presenting():
            lab(prediction)
        return guess

    def nearest(self, value: float | None, **said: Quantity | float | str | None) -> Found | None:
        """The answer to this page's prediction that comes nearest to what was found; None while nothing was."""
        return None if value is None else Found(predict.nearest(self.guesses, value), said)

    def asked_about(self, subject: Subject) -> Subject:
        """What the prediction of this page is about: what there was when the reader answered."""
        return predict.asked_about(self.lesson, subject)

    def _judge(self, guess: str, result: Found | None) -> None:
        if result is None:
            st.markdown(f"You predicted **{guess}**. The answer shows here as soon as it is known.")
            return
        mark, outcome = result.judged(guess)
        text = self.sections[f"you predicted: {outcome}"].format(guess=guess, measured=result.answer, **result.said)
        st.markdown(f"{mark} {cited(text)}")

    def try_presets(self) -> None:
        """A row of settings worth a look; a stage has them on its keys."""
        if presenter.presenting():
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Try", width="content")
            for preset in self.presets:
                st.button(preset.name, on_click=presets.apply, args=(preset, self.knobs), key=f"preset {preset.name}")

    def about_preset(self) -> None:
        """What to see at the preset that is on the page now; on a stage only its first sentence, which is bold."""

        @st.fragment(key=PRESET)
        def say() -> None:
            preset = presets.say_of(self.presets, self.knobs)
            text = self.sections[f"preset: {preset.name}"] if preset else ""
            if presenter.presenting():
                st.markdown(presenter.in_bold(text) or "&nbsp;")
            elif preset:
                st.info(cited(text), icon=":material/visibility:")

        say()

    def end(self) -> None:
        """The way to share, the way back, what a speaker says, and the next lesson."""
        if presenter.presenting():
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Reset the knobs", icon=":material/restart_alt:", on_click=reset, args=(self.knobs,))
            st.caption("Every setting is in this page's address: copy it to share exactly what you see.")
        for name in ("what to look for", "takeaway", "what next"):
            self.headed(name)
        at = PATH.index(self.lesson) + 1
        following = PATH[at % len(PATH)]
        st.page_link(following.script, label=f"Next: **{following.title}**", icon=":material/arrow_forward:")
        with st.expander("Speaker notes"):
            self.text("speaker notes")
        self.headed("sources")


@dataclass
class Heard:
    """What was said about the address of a page, and whether it still shows."""

    path: str
    said: dict[str, bool] = field(default_factory=dict)


def begin(
    path: str,
    *knobs: Knob,
    network: Knob | None = None,
    task: Knob | None = None,
    tries: Sequence[Preset] = (),
    guesses: Sequence[str] = (),
) -> Page:
    """Begin the page with this path. `network`, `task`: the knobs for its model and what that looks at, where it has
    them; `guesses`: the answers a reader can give before the lab opens."""
    lesson = next(lesson for lesson in (*PATH, SOURCES) if lesson.path == path)
    settable = (*knobs, *filter(None, (network, task)))
    page = Page(lesson, sections(path), settable, network, task, tuple(tries), tuple(guesses))
    st.session_state.pop(presets.SAID, None)
    forget_readers()
    _check_link(page)
    if presenter.presenting():
        stage = st.session_state[presets.STAGE] = (lesson, page.presets, page.knobs)
        place = presenter.bar(lesson.title, lesson.question, presets.go, stage)
        return replace(page, bar=place)
    st.title(lesson.title)
    st.markdown(f"**{lesson.question}**")
    if "you need" in page.sections:
        need, able, ask = st.columns(3)
        for column, name in ((need, "you need"), (able, "you will be able to"), (ask, "question for the class")):
            with column.container(border=True, height="stretch"):
                st.caption(name.capitalize())
                page.text(name)
    return page


def complaints_about(page: Page, query: Mapping[str, Sequence[str]]) -> list[str]:
    """What of an address, as its parameters and their values, is ignored by a page: a sentence each."""
    others = {presenter.PARAMETER: presenter.complaints}
    if page.network or page.task:
        asked = query.get(page.task.name, [None])[-1] if page.task else None
        others[model_link.PARAMETER] = partial(model_link.complaints, task=asked if asked in TASKS else Trained.task)
    if page.guesses:
        others[predict.PARAMETER] = partial(predict.complaints, options=page.guesses)
    found = complaints(query, page.knobs, tuple(others))
    for name, complain in others.items():
        found += complain(query.get(name, []))
    return found


def _check_link(page: Page) -> None:
    """Say what of the address is ignored. Streamlit takes bad values out of it, so what was said is kept for the
    page."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    found = complaints_about(page, query)
    heard = st.session_state.get(HEARD)
    if heard is None or heard.path != page.lesson.path:
        heard = st.session_state[HEARD] = Heard(page.lesson.path)
    heard.said.update(dict.fromkeys(found, True) | heard.said)
    if empty := [knob.name for knob in page.knobs if query.get(knob.name) == [""]]:
        for name in empty:  # Streamlit would clear the widget instead of dropping the value
            del st.query_params[name]
        st.rerun()
    # Always there: where a warning goes, the page's widgets would move up, and lose their hold on the address
    # (Streamlit 1.67).
    with st.container():
        if showing := [f"- {complaint}" for complaint, shown in heard.said.items() if shown]:
            more = [f"- … and {len(showing) - COMPLAINTS_SHOWN} more."] if len(showing) > COMPLAINTS_SHOWN else []
            st.warning("\n".join(showing[:COMPLAINTS_SHOWN] + more), title="Part of the link was ignored")
            st.button("Dismiss", on_click=lambda: heard.said.update(dict.fromkeys(heard.said, False)))

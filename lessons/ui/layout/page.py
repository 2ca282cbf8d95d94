"""How every page begins and ends: title and question; the first picture and the prediction beside it; presets; ways to
share and go on."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from lessons.catalog import HOME, LESSONS, REFERENCE, Lesson
from lessons.data import TASKS
from lessons.exercise import Exercise
from lessons.experiment import Trained
from lessons.prediction import question
from lessons.quantity import Quantity
from lessons.talk import LAB, PICTURE, State
from lessons.text import sections
from lessons.ui.layout import class_link, exercises, in_class, predict, presenter, worksheets
from lessons.ui.layout.cite import cited
from lessons.ui.layout.plain import plain
from lessons.ui.layout.predict import Found, Subject
from lessons.ui.state import assignment, model_link, presets, talk_run, together, url_write
from lessons.ui.state.handing import forget_readers
from lessons.ui.state.knob import Knob, complaints
from lessons.ui.state.presets import PRESET, Preset
from lessons.ui.state.rerun import rerun
from lessons.ui.state.widgets import reset

PATH = (HOME, *LESSONS)
HEARD = "heard about the link"
COMPLAINTS_SHOWN = 5  # complaints shown
WORDS = sections("house")


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
    once: tuple[str, ...] = ()  # guesses that old links may hold
    also: tuple[str, ...] = ()  # other parameters of its address

    def text(self, section: str, **values: str | float) -> None:
        """Write one section of the lesson's text, unless this is a stage; `{name}` in it takes the values."""
        if not presenter.presenting():
            text = self.sections[section]
            st.markdown(cited(text.format(**values) if values else text))

    def headed(self, section: str) -> None:
        """Write one section under its name."""
        st.markdown(f"## {section.capitalize()}")
        self.text(section)

    def closed(
        self, label: str, *sections: str, then: Callable[[], None] = lambda: None, **values: str | float
    ) -> None:
        """Sections that wait, behind a label, until a reader wants them; where there are several, each under its
        name. `{name}` in them takes the values; `then` draws more below."""
        if presenter.presenting():
            return
        with st.expander(label):
            for section in sections:
                if len(sections) > 1:
                    st.markdown(f"**{section.capitalize()}**")
                self.text(section, **values)
            then()

    def why(self, section: str, **values: str | float) -> None:
        """What a section explains, closed; `{name}` in it takes the values."""
        self.closed(WORDS["why"], section, **values)

    def opens(
        self, draw: Callable[[], None], answer: Callable[[], Found | None] = lambda: None, apart: str = ""
    ) -> None:
        """What a lab begins with: its first picture, which `draw` draws, and beside it this page's question, if it has
        one. Whether a prediction was right stands there once the `answer` is known: the answer to what was asked,
        wherever the knobs stand; `apart`: what to say where these show something else. A stage has both only while its
        speaker asks the room, and then nothing else; afterwards it says whether the room was right."""
        in_class.answers(self.lesson, answer)
        if self.guesses:
            in_class.listens(self.lesson)
        worksheets.note_answer(answer)
        if presenter.presenting() and not presenter.asking():
            if self.guess and (found := answer()):
                with st.container(key="judged"):
                    self._judge(found)
            return
        self.text("drag")
        left, right = st.columns([5, 3], gap="medium") if self.guesses else (st.container(), None)
        with left, st.container(key="first_picture"):
            draw()
        if right:
            with right, st.container(border=True, key="predict"):
                self._predict(answer)
                if apart and not presenter.presenting():
                    st.caption(apart)
                predict.sends_it(self.lesson)

    @property
    def guess(self) -> str | None:
        """What the reader has predicted, if anything."""
        return predict.given(self.lesson, self.guesses, self.once)

    def _predict(self, answer: Callable[[], Found | None]) -> None:
        st.markdown(cited(question(self.lesson.path)))
        if presenter.asking() and in_class.asks_on_stage(self.lesson, self.guesses):
            return
        if in_class.votes(self.lesson, self.guesses):
            return
        if self.guess is None or presenter.asking():
            predict.ask(self.lesson, self.guesses, self.guess, self.sections.get("predict: answer", "{guess}"))
            presenter.reveal(presenter.show_lab)
            return
        if found := answer():
            self._judge(found)
        else:
            st.markdown(WORDS("you predicted", guess=predict.in_words(self.guess)))
            predict.note(self.lesson, self.guess)
        predict.ask_again(self.lesson)

    def _judge(self, found: Found) -> None:
        """Say whether the prediction was right, and why; on a stage the speaker says why."""
        mark, outcome = found.judged(self.guess)
        predict.note(self.lesson, self.guess, "right" if mark == predict.RIGHT else "wrong")
        text = self.sections[f"you predicted: {outcome}"].format(
            guess=predict.in_words(self.guess), measured=predict.in_words(found.answer), **found.said
        )
        if presenter.presenting():
            text = re.split(r"(?<=[.])\s", text, maxsplit=1)[0]
        st.markdown(f"{mark} {cited(text)}")

    def nearest(self, value: float | None, **said: Quantity | float | str | None) -> Found | None:
        """The answer to this page's prediction that comes nearest to what was found; None while nothing was."""
        return None if value is None else Found(predict.nearest(self.guesses, value), said)

    def asked_about(self, subject: Subject) -> Subject:
        """What the prediction of this page is about: what there was when the reader answered."""
        return predict.asked_about(self.lesson, subject)

    def try_presets(self) -> None:
        """A row of settings worth a look; a stage has them on its keys."""
        if presenter.presenting():
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(WORDS["look for"], width="content")
            for preset in self.presets:
                st.button(preset.name, on_click=presets.choose, args=(preset, self.knobs), key=f"preset {preset.name}")

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

    def exercise(self, exercise: Exercise, about: worksheets.About) -> None:
        """An exercise of this lesson, closed until a reader wants it; `about`: what it is asked about, as its functions
        take it, None while that is not known yet."""
        exercises.draw(self.lesson, exercise, about)

    def shows(self, *choices: Exercise) -> bool:
        """Whether a speaker shows one of these exercises on the stage."""
        return exercises.shows(self.lesson, *choices)

    def end(self) -> None:
        """The way to share, the way back, what a speaker says, and the next lesson."""
        url_write.complete(self.knobs)
        if presenter.presenting():
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(WORDS["reset"], icon=":material/restart_alt:", on_click=reset, args=(self.knobs,))
            st.caption(f"{WORDS['share']} {exercises.how_many_are_solved(self.lesson)}")
        self.headed("takeaway")
        self.text("what next")
        following = PATH[(PATH.index(self.lesson) + 1) % len(PATH)]
        label = WORDS("next", title=following.title)
        st.page_link(following.script, label=label, icon=":material/arrow_forward:")
        self.closed(WORDS["findings"], "what to look for")
        build = partial(class_link.builder, self.lesson, self.knobs)
        self.closed(WORDS["for a class"], "you will be able to", "to talk about", "speaker notes", then=build)
        exercises.for_a_class(self.lesson, self.knobs, self.guesses)
        self.closed(WORDS["sources"], "sources")


def _show(state: State, page: Page) -> None:
    """Have a stage show what a state of a talk does: the question, an exercise, or the lab."""
    presenter.ask(state.shows == PICTURE and bool(page.guesses))
    exercises.show(page.lesson, "" if state.shows in (LAB, PICTURE) else state.shows)


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
    once: Sequence[str] = (),
    also: Sequence[str] = (),
) -> Page:
    """Begin the page with this path and all its knobs. `network`, `task`: those for its model and what that looks at,
    where it has them; `guesses`: the answers a reader can give before the lab opens; `once`: those of before, which
    are numbers, and are taken for the nearest of them; `also`: what else its address can say."""
    lesson = next(lesson for lesson in (*PATH, *REFERENCE) if lesson.path == path)
    page = Page(lesson, sections(path), knobs, network, task, tuple(tries), tuple(guesses), tuple(once), tuple(also))
    st.session_state.pop(presets.SAID, None)
    forget_readers()
    worksheets.begin()
    if state := talk_run.arrive(lesson, page.knobs):
        _show(state, page)
    together.arrive(lesson, page.knobs)
    _check_link(page)
    assignment.begin(path, page.knobs)
    with (
        st.container()
    ):  # one thing on a page and on a stage, so that knobs below it keep their places, and the address
        _head(page)
    return page


def _head(page: Page) -> None:
    """Draw title, question, what is needed before, and what the class is to do; on a stage its bar."""
    lesson = page.lesson
    if presenter.presenting():
        stage = st.session_state[presets.STAGE] = (lesson, page.presets, page.knobs)
        with presenter.bar(lesson.title, lesson.question, presets.go, stage, asks=bool(page.guesses)):
            exercises.menu(lesson)
        if (words := assignment.assigned()) and not talk_run.under_way():
            with st.container(key="present_assignment"):
                st.markdown(plain(words))
        return
    if page.guess and (guess := predict.opened(lesson)):
        url_write.write(predict.PARAMETER, guess)
    st.title(lesson.title)
    st.markdown(f"**{lesson.question}**")
    if "you need" in page.sections:
        st.caption(cited(WORDS("you need", need=page.sections["you need"])))
    if words := assignment.assigned():
        st.info(plain(words), icon=":material/assignment:", title=WORDS["assignment"])


def complaints_about(page: Page, query: Mapping[str, Sequence[str]]) -> list[str]:
    """What of an address, as its parameters and their values, is ignored by a page: a sentence each."""
    others = {presenter.PARAMETER: presenter.complaints}
    for name in assignment.PARAMETERS:
        others[name] = partial(assignment.complaints, name, knobs=page.knobs)
    if exercises.exercises(page.lesson.path):
        others[exercises.PARAMETER] = partial(exercises.complaints, lesson=page.lesson)
    if page.network or page.task:
        asked = query.get(page.task.name, [None])[-1] if page.task else None
        others[model_link.PARAMETER] = partial(model_link.complaints, task=asked if asked in TASKS else Trained.task)
    if page.guesses:
        others[predict.PARAMETER] = partial(predict.complaints, options=(*page.guesses, *page.once))
    of_talks = (talk_run.TALK, talk_run.AT) if page.lesson in PATH else ()
    found = complaints(query, page.knobs, (*others, *of_talks, *page.also))
    for name, complain in others.items():
        found += complain(query.get(name, []))
    return found + (talk_run.complaints(query) if page.lesson in PATH else [])


def _check_link(page: Page) -> None:
    """Say what of the address is ignored. Streamlit takes bad values out of it, so what was said is kept for the
    page."""
    url_write.correct(page.knobs)
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    found = complaints_about(page, query)
    heard = st.session_state.get(HEARD)
    if heard is None or heard.path != page.lesson.path:
        heard = st.session_state[HEARD] = Heard(page.lesson.path)
    heard.said.update(dict.fromkeys(found, True) | heard.said)
    empty = [knob.name for knob in page.knobs if query.get(knob.name) == [""] and not url_write.is_bound(knob.name)]
    if empty:
        for name in empty:  # Streamlit would clear the widget instead of dropping the value
            del st.query_params[name]
        rerun()
    # Always there: where a warning goes, the page's widgets would move up, and lose their hold on the address
    # (Streamlit 1.67).
    with st.container():
        if showing := [f"- {complaint}" for complaint, shown in heard.said.items() if shown]:
            more = (
                [WORDS("more ignored", count=len(showing) - COMPLAINTS_SHOWN)]
                if len(showing) > COMPLAINTS_SHOWN
                else []
            )
            st.warning("\n".join(showing[:COMPLAINTS_SHOWN] + more), title=WORDS["link ignored"])
            st.button(WORDS["dismiss"], on_click=lambda: heard.said.update(dict.fromkeys(heard.said, False)))

"""The first screen: the jar, and below it how fast it writes, what it costs, and what to change or to buy. What a hand
moves follows it."""

from collections.abc import Callable

from lessons.text import sections
from lessons.ui.layout.headline import Frame, headline, picture
from lessons.ui.llm_at_home import advice, first_picture, overview, panels
from lessons.ui.llm_at_home.knobs import MODEL, MOVED, SLIDERS, Asked
from lessons.ui.llm_at_home.places import moved, stands, within_reach
from lessons.ui.state.handing import Drawn
from lessons.ui.state.release import on_release
from lessons.ui.state.widgets import is_open

WORDS = sections("llm-at-home")
FOLLOWS = ("memory", "speed", "quality")  # parts of which a slider moves no more than what is below their headline

READ_OUT = ("memory", "speed")  # parts whose own headline is read out


def jar(asked: Asked | None, part: str) -> None:
    """Draw the jar."""
    if asked:
        knobs, places = stands(asked, part), within_reach(asked, part)
        picture(first_picture.frames(places, MOVED[part]), *knobs, folded=[*knobs][len(MOVED[part]) :])


def apart(asked: Asked | None) -> str:
    """That the question is about another model than the page shows, if it is."""
    name = asked.home.shape.name if asked else MODEL.default
    return "" if name == MODEL.default else WORDS("predict: apart", asked=MODEL.default, shown=name)


def below_the_jar(asked: Asked, part: str) -> None:
    """Draw the numbers, and the advice."""
    follow(asked, part, overview.frames(within_reach(asked, part)), "overview")

    def advised(here: Asked) -> None:
        advice.below(here)

    on_move(asked, part, advised)


def follow(asked: Asked, part: str, frames: dict[tuple[str, ...], Frame], name: str = "headline") -> None:
    """Draw a headline that follows the sliders of this part of the page."""
    knobs, quiet = stands(asked, part), name != "headline" and part in READ_OUT
    headline(frames, *knobs, tall=panels.TALL, name=name, quiet=quiet, folded=[*knobs][len(MOVED[part]) :])


def on_move(asked: Asked, part: str, draw: Callable[[Asked], Drawn | None]) -> None:
    """Draw what is given where the sliders stand; again, once one of those above is let go. While more sliders are in
    sight, all else is drawn again, too: around where they then stand."""

    def drawn(*_: str) -> Drawn | None:
        return draw(moved(asked, stands(asked, part)))

    drawn.__name__ = draw.__name__  # by which parts of the page are told apart
    if part in FOLLOWS and not is_open(SLIDERS):
        on_release({knob: knob.options for knob in MOVED[part]})(drawn)
    else:
        drawn()

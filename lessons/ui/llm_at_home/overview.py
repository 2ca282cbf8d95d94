"""A model on a machine in one line of numbers: how fast it writes, what its format costs in quality, and what its
electricity costs in a year."""

from collections.abc import Mapping
from dataclasses import replace

from lessons.estimate import home_bill, roofline
from lessons.estimate.at_home import elsewhere, fits, needed
from lessons.quantity import Quantity, about, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.tiles import Tile
from lessons.ui.llm_at_home import first_picture, panels, quality
from lessons.ui.llm_at_home.knobs import Asked
from lessons.ui.llm_at_home.sizes import in_both

WORDS = sections("llm-at-home")


def frames(places: Mapping[tuple[str, ...], Asked]) -> dict[tuple[str, ...], Frame]:
    """The numbers wherever the sliders are."""
    return {at: Frame(shown) for at, shown in _everywhere(places).items()}


def on_stage(
    places: Mapping[tuple[str, ...], Asked], shown: Mapping[tuple[str, ...], Frame]
) -> dict[tuple[str, ...], Frame]:
    """The same numbers in place of those that a stage has no room for, under what it is all about."""
    found = _everywhere(places)
    return {at: replace(frame, tiles=found[at], said=_title(places[at])) for at, frame in shown.items()}


def titled(
    places: Mapping[tuple[str, ...], Asked], shown: Mapping[tuple[str, ...], Frame]
) -> dict[tuple[str, ...], Frame]:
    """Frames under what they are all about."""
    return {at: replace(frame, said=_title(places[at])) for at, frame in shown.items()}


def quality_on_stage(places: Mapping[tuple[str, ...], Asked]) -> dict[tuple[str, ...], Frame]:
    """What formats cost, as others measured it, and the format in use."""
    charts = {asked.home.form: quality.against_bits(asked.home) for asked in places.values()}
    return {
        at: Frame(quality.tiles(asked.home), [charts[asked.home.form]], _title(asked)) for at, asked in places.items()
    }


def _title(asked: Asked) -> str:
    """What it is all about, in bold."""
    return WORDS("overview: on stage", title=first_picture.title(asked))


def _everywhere(places: Mapping[tuple[str, ...], Asked]) -> dict[tuple[str, ...], list[Tile]]:
    """The tiles by place. What a year costs does not depend on the context: it is estimated once for all of them."""
    kinds = {_kind(asked): asked for asked in places.values()}
    years = {kind: _year(asked) for kind, asked in kinds.items()}
    return {at: _tiles(asked, years[_kind(asked)]) for at, asked in places.items()}


def _kind(asked: Asked) -> tuple[str, int, str]:
    return asked.home.form, asked.home.batch, asked.card.name


def _tiles(asked: Asked, year: list[Tile]) -> list[Tile]:
    """Speed, quality and money; where it does not fit, by how much, and quality."""
    home, machine = asked.home, asked.machine
    if not fits(home, machine.memory, machine.main):
        return [_too_much(asked), *quality.tiles(home)]
    speed = [_speed(asked)] if roofline.is_known(home, machine) else []
    return [*speed, *quality.tiles(home), *year]


def _too_much(asked: Asked) -> Tile:
    """How many bytes do not fit: on the card, or if it has room, in main memory."""
    takes, machine = needed(asked.home), asked.machine
    if takes.value > machine.memory:
        has, name = machine.memory, machine.name
    else:
        outside = elsewhere(asked.home)
        takes, has, name = Quantity("main", outside, "bytes", "estimated"), machine.main, WORDS["overview: main"]
    beyond = Quantity("beyond", takes.value - has, "bytes", "estimated", source=f"{takes} − {show(has, 'bytes')}")
    said = WORDS("overview: needed", takes=takes, card=name, has=in_both(has))
    return Tile(WORDS["overview: too much"], beyond, description=said)


def _speed(asked: Asked) -> Tile:
    found, batch = panels.decoding(asked), asked.home.batch
    low, high = panels.between(found)
    full = panels.decoding(panels.at_the_end(asked))
    said = WORDS("overview: speed", low=low, high=high, times=panels.times_reading(found, batch), full=full)
    return Tile(panels.decode_label(asked), found, description=said)


def _year(asked: Asked) -> list[Tile]:
    """What a year of answers costs; none where nobody says what they take."""
    home, machine, use = asked.home, asked.machine, asked.use
    token, answer = home_bill.of_answer(home, machine, asked.board, use.prompt, use.answer)
    if not (token and answer):
        return []
    year = home_bill.of_year(answer, use.uses, use.price, use.currency)
    watts = home_bill.power(token, panels.decoding_alone(asked), machine)
    each, drawn = about(answer.value, "Wh"), about(watts.value, "W")
    said = WORDS("overview: year", uses=f"{use.uses:,}", answer=each, watts=drawn)
    return [Tile(WORDS["overview: a year"], year, description=said)]

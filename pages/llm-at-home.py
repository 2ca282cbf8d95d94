"""A large language model at home: what fits, how fast it writes, and what an answer takes."""

from lessons import ui
from lessons.ui.llm_at_home import knobs, panels, validation
from lessons.ui.llm_at_home.knobs import ASKS, BATCH, BY_HAND, CONTEXT, FORMAT, MACHINE, MODEL, Asked
from lessons.ui.work.this_machine import HERE

PART = ui.Knob("llm_part", "Look at", ("memory", "speed", "map", "check"), "memory")
PRESETS = (
    ui.Preset("Too large", {MODEL: "Llama 3.1 70B", FORMAT: "Q4_K_M"}),
    ui.Preset("A long context", {FORMAT: "Q8_0", CONTEXT: "131072"}),
    ui.Preset("The same, with windows", {MODEL: "Gemma 3 12B", FORMAT: "Q8_0", CONTEXT: "131072"}),
    ui.Preset("Experts", {MODEL: "Qwen3 30B-A3B", FORMAT: "Q4_K_M", PART: "speed"}),
    ui.Preset("Many at once", {FORMAT: "Q4_K_M", PART: "speed", BATCH: "64", CONTEXT: "1024"}),
    ui.Preset("Small against large", {FORMAT: "Q4_K_M", PART: "map", CONTEXT: "1024"}),
    ui.Preset("On a laptop", {MACHINE: BY_HAND, MODEL: "Qwen3 4B", FORMAT: "Q4_K_M", PART: "speed"}),
    ui.Preset("On this machine", {MACHINE: HERE, MODEL: "SmolLM2 1.7B", FORMAT: "Q4_K_M", PART: "speed"}),
    ui.Preset("Against reality", {PART: "check"}),
)

page = ui.begin("llm-at-home", PART, *ASKS, tries=PRESETS, guesses=("0.2", "1", "4", "16", "64"))
page.text("the idea")
kept = panels.kept(MODEL.default, CONTEXT.options[-1])
page.predict(lambda: page.nearest(kept.value / 1e9, kept=kept))
page.try_presets()


def asked(part: str) -> Asked | None:
    page.text(f"look: {part}")
    at, notes = knobs.asked(part)
    page.about_preset()
    note(notes)
    return at


def note(notes: list[knobs.Note]) -> None:
    for name, values in notes:
        page.text(f"note: {name}", **values)


def memory() -> None:
    if not (at := asked("memory")):
        return
    places = panels.wherever(at, FORMAT, CONTEXT)
    frames = panels.what_fits(places)
    ui.headline(frames, FORMAT, CONTEXT, tall=panels.TALL)

    @ui.on_release({knob: knob.options for knob in (FORMAT, CONTEXT)})
    def below(*stands: str) -> ui.Drawn:
        note(knobs.instead(at.home.shape, stands[0], int(stands[1])))
        whether, values = panels.verdict(places[stands])
        page.text(f"it {whether}", **values)
        page.text("about memory")
        return frames[stands].charts, frames[stands].quantities


def speed() -> None:
    if not (at := asked("speed")):
        return
    places = panels.wherever(at, FORMAT, BATCH)
    frames = {stands: panels.speed(here) for stands, here in places.items()}
    ui.headline(frames, FORMAT, BATCH, tall=panels.TALL)

    @ui.on_release({knob: knob.options for knob in (FORMAT, BATCH)})
    def below(*stands: str) -> ui.Drawn:
        note(knobs.instead(at.home.shape, stands[0], 0))
        whether, values = panels.verdict(places[stands])
        if whether != "fits":
            page.text(f"it {whether}", **values)
            page.text("no speed")
        page.text("about speed")
        return frames[stands].charts, frames[stands].quantities


def where() -> ui.Drawn:
    at = asked("map")
    other = at and panels.other_card(at)
    if at and not other:
        page.text("nothing to compare with", name=at.home.shape.name, other=at.use.other)
    drawn = panels.where_it_wins(at, other) if other else ([], {})
    page.text("about the map")
    return drawn


def check() -> ui.Drawn:
    page.text("look: check")
    page.about_preset()
    found = validation.run_here()
    drawn = validation.against_reality(found)
    if found:
        page.text("too noisy" if validation.noisy(found) else "the gap", **validation.explained(found))
        validation.again()
    page.text("about the check")
    return drawn


def workings() -> None:
    ui.workings(page, panels.RAN[part], lambda: ui.collected(PARTS[part]))


PARTS = {"memory": memory, "speed": speed, "map": where, "check": check}
with page.aside("Part"):
    part = ui.choice(PART)
ui.lab(PARTS[part])
if not ui.presenting():
    ui.lab(workings)
page.end()

"""A large language model at home: what fits, how fast it writes, and what an answer takes."""

from lessons import ui
from lessons.ui import at_home
from lessons.ui.at_home import BATCH, CONTEXT, FORMAT, MACHINE, MODEL

PART = ui.Knob("llm_part", "Look at", ("memory", "speed", "map"), "memory")
PRESETS = (
    ui.Preset("Too large", {MODEL: "Llama 3.1 70B"}),
    ui.Preset("A long context", {FORMAT: "Q8_0", CONTEXT: "131072"}),
    ui.Preset("The same, with windows", {MODEL: "Gemma 3 12B", FORMAT: "Q8_0", CONTEXT: "131072"}),
    ui.Preset("Experts", {MODEL: "Qwen3 30B-A3B", PART: "speed"}),
    ui.Preset("Many at once", {PART: "speed", BATCH: "64", CONTEXT: "1024"}),
    ui.Preset("Small against large", {PART: "map", CONTEXT: "1024"}),
    ui.Preset("On a laptop", {MACHINE: at_home.BY_HAND, MODEL: "Qwen3 4B", PART: "speed"}),
)

page = ui.begin("llm-at-home", PART, *at_home.ASKS, tries=PRESETS, guesses=("0.2", "1", "4", "16", "64"))
page.text("the idea")
guess = page.predict()
page.try_presets()


def asked(part: str) -> at_home.Asked | None:
    page.text(f"look: {part}")
    at, notes = at_home.asked(part)
    page.about_preset()
    for name, values in notes:
        page.text(f"note: {name}", **values)
    return at


def memory() -> ui.Drawn:
    at = asked("memory")
    kept = at_home.kept(MODEL.default, CONTEXT.options[-1])
    page.reveal(guess, ui.nearest(page.guesses, kept.value / 1e9), kept=kept)
    if not at:
        return [], {}
    whether, values = at_home.verdict(at)
    page.text(f"it {whether}", **values)
    drawn = at_home.what_fits(at)
    page.text("about memory")
    return drawn


def speed() -> ui.Drawn:
    at = asked("speed")
    if not at:
        return [], {}
    whether, values = at_home.verdict(at)
    if whether != "fits":
        page.text(f"it {whether}", **values)
    drawn = at_home.how_fast(at)
    page.text("about speed")
    return drawn


def where() -> ui.Drawn:
    at = asked("map")
    drawn = at_home.where_it_wins(at) if at else ([], {})
    page.text("about the map")
    return drawn


def workings() -> None:
    ui.workings(page, at_home.RAN[part], *ui.collected(PARTS[part]))


PARTS = {"memory": memory, "speed": speed, "map": where}
with page.aside("Part"):
    part = ui.choice(PART)
ui.lab(PARTS[part])
if not ui.presenting():
    ui.lab(workings)
page.end()

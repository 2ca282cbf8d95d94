"""Do I need a model this large? Four ways to have a task done, side by side, and the smallest that does it."""

from lessons import ui
from lessons.ui.decide import comparison, knobs
from lessons.ui.decide.knobs import ALONE, BUDGET, MACHINE, PRIVACY, STAYS, TASK, USES, WAITS, WORSE
from lessons.ui.decide.printout import printout

CARD = "NVIDIA GeForce RTX 4090"
PRESETS = (
    ui.Preset("Find an answer", {TASK: "find in a text"}),
    ui.Preset("Know facts", {TASK: "know facts"}),
    ui.Preset("Nearly as good will do", {TASK: "know facts", WORSE: "20"}),
    ui.Preset("It must stay here", {TASK: "know facts", WORSE: "10", PRIVACY: STAYS, MACHINE: "NVIDIA RTX A6000"}),
    ui.Preset("Talk, and only the best", {TASK: "chat"}),
    ui.Preset("A million a day", {TASK: "find in a text", WORSE: "10", USES: "1000000"}),
    ui.Preset("A computer for this alone", {TASK: "chat", MACHINE: CARD, WORSE: "50", USES: "10", WAITS: ALONE}),
    ui.Preset("Ten dollars a year", {TASK: "know facts", BUDGET: "10"}),
)

page = ui.begin("decide", *knobs.ASKS, tries=PRESETS, guesses=("1×", "10×", "100×", "1000×", "10000×"))
page.text("the idea")
times = comparison.cloud_against_small()
page.predict(lambda: page.nearest(times.value, times=times))
page.try_presets()


def decide() -> ui.Drawn:
    asked = knobs.asked()
    page.about_preset()
    if asked is None:
        page.text("measuring")
        return [], {}
    page.text("the smallest", verdict=comparison.verdict(asked), but=comparison.thriftier(asked))
    drawn = comparison.side_by_side(asked)
    if ui.presenting():
        return drawn
    lines = comparison.would_change(asked, knobs.others(asked.task))
    page.text("what would change it", lines="\n".join(f"- {line}" for line in lines))
    if here := comparison.measured_here(asked):
        page.text("run here", **here)
    else:
        page.text("not run here")
    printout(page.lesson.title, asked, lines)
    return drawn


ui.lab(decide)
if not ui.presenting():
    page.text("about the numbers")
    page.text("to ask")
    comparison.to_ask()
    ui.workings_of(page, comparison.RAN, decide)
page.end()

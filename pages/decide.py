"""Do I need a model this large? Four ways to have a task done, side by side, and the smallest that does it."""

from dataclasses import replace

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


def decide() -> ui.Drawn | None:
    asked = knobs.asked()
    page.about_preset()
    ui.hand_on("task", asked and asked.task)
    if asked is None:
        page.text("measuring")
        return [], {}
    needs = {uses: replace(asked, uses=int(uses)) for uses in USES.options}
    ui.headline({uses: comparison.frame(need) for uses, need in needs.items()}, USES, tall=comparison.TALL)

    @ui.on_release({USES: USES.options})
    def below(uses: str) -> ui.Drawn:
        need = needs[uses]
        drawn = comparison.side_by_side(need)
        if ui.presenting():
            return drawn
        lines = comparison.would_change(need, knobs.others(need.task))
        page.text("what would change it", lines="\n".join(f"- {line}" for line in lines))
        if here := comparison.measured_here(need):
            page.text("run here", **here)
        else:
            page.text("not run here")
        printout(page.lesson.title, need, lines)
        return drawn

    return None


def scores() -> ui.Drawn:
    return comparison.scores(ui.handed("task")) if ui.handed("task") else ([], {})


ui.lab(decide)
if not ui.presenting():
    ui.lab(scores)
    page.text("about the numbers")
    page.text("to ask")
    comparison.to_ask()
    ui.workings_of(page, comparison.RAN, decide, scores)
page.end()

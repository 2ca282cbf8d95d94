// What the frame needs of the browser: a Back that goes back, clocks that hold while a page runs, and keys on a stage.

const CLOCKS = [300, 700]  // ms: LOOK_EVERY in lab.py and baseline.py
const KEYS = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }
const AT_ONCE = 1000  // ms; seen: 60

export default function ({ setStateValue }) {
    const begun = window.modelsForAnts
    window.modelsForAnts = { steps: begun?.steps ?? 0, tell: steps => setStateValue("steps", steps) }
    if (begun) return
    mendBack()
    mendClocks()
    document.addEventListener("keydown", onKey, true)
    document.addEventListener("pointerup", giveKeysBack)
}

// On the way to another page, Streamlit 1.67 first takes the settings out of the address and pushes that as an entry of
// its own, so that Back finds the page without them. Here, an entry for the page one is on replaces the one there is; if
// another page follows at once, the settings are put back first.
function mendBack() {
    const push = history.pushState.bind(history), replace = history.replaceState.bind(history)
    let before = null
    history.pushState = (state, title, address) => {
        if (new URL(address, location.href).pathname === location.pathname) {
            before ??= location.href
            setTimeout(() => { before = null }, AT_ONCE)
            replace(state, title, address)
        } else {
            if (before) replace(history.state, "", before)
            before = null
            push(state, title, address)
        }
    }
}

// What Streamlit is at: "notRunning", "rerunRequested" until the server has begun with what was asked, "running".
function state() {
    return document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState ?? "notRunning"
}

// Streamlit 1.67 takes a clock's tick and a click that reach the server together for one request, with the page of the later
// one: a click on another page is lost. A tick that comes while the next page runs clears that page, and leaves it white. So a
// tick is left out while anything runs; another comes soon.
function mendClocks() {
    const every = window.setInterval.bind(window)
    window.setInterval = (act, wait, ...given) =>
        every(CLOCKS.includes(wait) ? () => { if (state() === "notRunning") act(...given) } : act, wait, ...given)
}

// Left and right belong to a slider or a field that has the focus; the keys of a presenter's remote never do. What is told is how
// many steps were taken in all: of two presses of a button that reach the server together, one would be lost.
function onKey(event) {
    const way = KEYS[event.key]
    if (!way || !document.querySelector(".st-key-present_next") || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key.startsWith("Arrow") && event.target.closest("input, textarea, select, [role=radiogroup], [role=tablist]")) return
    event.preventDefault()
    event.stopPropagation()
    window.modelsForAnts.steps += way
    window.modelsForAnts.tell(window.modelsForAnts.steps)
}

// After a slider was dragged on a stage, the keys turn pages again.
function giveKeysBack() {
    if (document.querySelector(".st-key-present_next") && document.activeElement?.type === "range") document.activeElement.blur()
}

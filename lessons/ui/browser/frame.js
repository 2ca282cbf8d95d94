// What the frame needs of the browser: a Back that goes back, clocks that hold while a page runs, and keys on a stage.

const CLOCKS = [300, 700]  // ms: LOOK_EVERY in lab.py and baseline.py
const SOON = 40  // ms
const KEYS = { ArrowLeft: "previous", PageUp: "previous", ArrowRight: "next", PageDown: "next" }
const AT_ONCE = 1000  // ms; seen: 60

export default function () {
    if (window.modelsForAnts) return
    window.modelsForAnts = true
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

// Two presses of one button that reach the server together count as one: the next waits until the last has arrived.
const pressed = []
function pressNext() {
    if (!pressed.length) return
    const button = document.querySelector(`.st-key-present_${pressed[0]} button`)
    if (button && !button.disabled && state() !== "rerunRequested") {
        pressed.shift()
        button.click()
    }
    if (pressed.length) setTimeout(pressNext, SOON)
}

// Left and right belong to a slider or a field that has the focus; the keys of a presenter's remote never do.
function onKey(event) {
    const way = KEYS[event.key]
    const button = way && document.querySelector(`.st-key-present_${way} button`)
    if (!button || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key.startsWith("Arrow") && event.target.closest("input, textarea, select, [role=radiogroup], [role=tablist]")) return
    event.preventDefault()
    event.stopPropagation()
    if (button.disabled) return
    pressed.push(way)
    if (pressed.length === 1) pressNext()
}

// After a slider was dragged on a stage, the keys turn pages again.
function giveKeysBack() {
    if (document.querySelector(".st-key-present_next") && document.activeElement?.type === "range") document.activeElement.blur()
}

// What the frame needs of the browser: a Back that goes back, and keys on a stage.

const KEYS = { ArrowLeft: "previous", PageUp: "previous", ArrowRight: "next", PageDown: "next" }
const AT_ONCE = 1000  // ms; seen: 60

export default function () {
    if (window.modelsForAnts) return
    window.modelsForAnts = true
    mendBack()
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

// Left and right belong to a slider or a field that has the focus; the keys of a presenter's remote never do.
function onKey(event) {
    const way = KEYS[event.key]
    const button = way && document.querySelector(`.st-key-present_${way} button`)
    if (!button || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key.startsWith("Arrow") && event.target.closest("input, textarea, select, [role=radiogroup], [role=tablist]")) return
    event.preventDefault()
    event.stopPropagation()
    if (!button.disabled) button.click()
}

// After a slider was dragged on a stage, the keys turn pages again.
function giveKeysBack() {
    if (document.querySelector(".st-key-present_next") && document.activeElement?.type === "range") document.activeElement.blur()
}

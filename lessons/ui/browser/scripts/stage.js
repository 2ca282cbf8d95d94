// A stage: its keys and buttons, and what they do. What a key lays over the page is a module of its own in stage/,
// which exports toggle().

import * as blank from "./stage/blank.js"
import * as help from "./stage/help.js"
import { onKey } from "./stage/keys.js"
import * as knobs from "./stage/knobs.js"
import { words } from "./stage/overlay.js"
import * as overview from "./stage/overview.js"
import { begin, changed, go, move, shows, talk } from "./stage/position.js"
import * as qr from "./stage/qr.js"
import { failure, stands } from "./stage/stands.js"
import { lastTold, listens, step, tellPosition } from "./stage/tell.js"
import * as timer from "./stage/timer.js"

// This table is the only place that names keys. `about`: the label in stage.md that says what a key does, and the name
// of what it lays over the page; `talk`: only where there is one; `both`: in the speaker's window, too.
export const KEYS = [
    { keys: ["ArrowRight", "PageDown"], shown: "→ PageDown", does: () => turn(1), about: "next", both: true },
    { keys: ["ArrowLeft", "PageUp"], shown: "← PageUp", does: () => turn(-1), about: "previous", both: true },
    { keys: ["0"], does: () => go(talk.at), about: "again", talk: true, both: true },
    { keys: ["o"], does: overview.toggle, about: "overview", talk: true, both: true },
    { keys: ["b"], does: blank.toggle, about: "blank", both: true },
    { keys: ["t"], does: timer.toggle, about: "timer" },
    { keys: ["k"], does: knobs.toggle, about: "knobs" },
    { keys: ["a"], does: room, about: "room" },
    { keys: ["q"], does: qr.toggle, about: "qr" },
    { keys: ["?"], does: help.toggle, about: "help", both: true },
]
const MODIFIERS = ["Shift", "Control", "Alt", "Meta"]
let begun = false, shown = 0  // shown: the state that the server has drawn, or is drawing

export default function ({ data, setStateValue }) {
    words(data.words)
    listens(setStateValue)
    begin(data.talk ?? {})
    if (data.talk && data.talk.heard === lastTold()) shows(shown = data.talk.at)
    if (begun) return
    begun = true
    blank.begin()
    changed(what => { if (what.at && !what.isThere) tellPosition() })
    document.addEventListener("keydown", onStageKey, true)
    document.addEventListener("click", onClick, true)
    document.addEventListener("pointerup", giveKeysBack)
    window.stageForAnts = { talk, go, stands: standsAt, failure }
}

// The bar is gone for a moment while the next page comes.
function onStage() {
    return document.querySelector(".st-key-present_next") || new URLSearchParams(location.search).get("present") === "1"
}

// Whether all of a state is there, and the address says so.
function standsAt(at) {
    return shown === at && new URLSearchParams(location.search).get("at") === String(at) && stands()
}

const has = key => talk.name || !key.talk

function onStageKey(event) {
    if (!onStage()) return
    if (talk.blank && !MODIFIERS.includes(event.key)) take(event, blank.toggle)  // any key brings the stage back
    else onKey(event, KEYS.filter(has), take)
}

function onClick(event) {
    for (const { about, does } of KEYS)
        if (event.target.closest(`.st-key-present_${about} button`)) take(event, does)
}

// Ask the room; once it is asked, reveal; once that is revealed, go on to the lab.
function room() {
    document.querySelector(".st-key-present_reveal button, .st-key-present_ask button")?.click()
}

export function take(event, act) {
    event.preventDefault()
    event.stopPropagation()
    act()
}

export function turn(way) {
    timer.start()
    if (talk.name) move(way)
    else step(way)
}

// After a slider was dragged on a stage, the keys turn pages again.
function giveKeysBack() {
    if (!onStage()) return
    setTimeout(() => {  // the slider takes the focus once more when its handle is let go
        if (document.activeElement?.type === "range") document.activeElement.blur()
    })
}

// What a reader's browser keeps, in its local storage: entries by name, each with the time it was made. Of two with one name the
// later counts, so that tabs add to what others have kept; what is older than `cleared` is gone. One component in the frame tells the
// server what there is; others, wherever something new was made, have it kept.

import { anew } from "./anew.js"
import { whenIdle } from "./idle.js"

const PLACE = "models-for-ants", NOTHING = { cleared: 0, entries: {} }
let trouble = null  // what keeps the browser from keeping anything
let told = null, toldTrouble = null  // what the server has heard of; of nothing nothing is told, which would run the page twice
let tell = () => {}  // that there is something new

export default function ({ data, parentElement, setStateValue }) {
    return anew(parentElement, () => begin(data, setStateValue))
}

function begin(data, setStateValue) {
    if (!data.listens) return keep(data), () => {}
    let leave = () => {}
    const tellNow = () => {
        if (stored() !== told) setStateValue("found", told = stored())
        if (trouble !== toldTrouble) setStateValue("trouble", toldTrouble = trouble)
    }
    const look = tell = () => {
        leave()
        if (document.visibilityState !== "hidden") leave = whenIdle(tellNow)
    }
    keep(data)
    tell()
    addEventListener("focus", look)  // another tab may have kept something meanwhile
    document.addEventListener("visibilitychange", look)
    return () => {
        leave()
        removeEventListener("focus", look)
        document.removeEventListener("visibilitychange", look)
    }
}

function stored() {
    try {
        return localStorage.getItem(PLACE)
    } catch {
        return null
    }
}

function keep(data) {
    try {
        const text = localStorage.getItem(PLACE), before = read(text), after = merged(before, data)
        const wanted = JSON.stringify(after)
        if (wanted === JSON.stringify(before)) return localStorage.setItem(`${PLACE} probe`, "")
        if (text && before === NOTHING) localStorage.setItem(`${PLACE} unreadable`, text)
        localStorage.setItem(PLACE, wanted)
        if (text === told) told = wanted  // else there is something that the server has not heard of
    } catch (error) {
        trouble = error.name === "QuotaExceededError" ? "full" : "off"
        tell()
    }
}

function read(text) {
    try {
        const found = JSON.parse(text)
        return found && typeof found.entries === "object" ? found : NOTHING
    } catch {
        return NOTHING
    }
}

function merged(one, other) {
    const cleared = Math.max(one.cleared ?? 0, other.cleared ?? 0), entries = {}
    for (const [name, entry] of [...Object.entries(one.entries), ...Object.entries(other.entries)])
        if (entry.at > cleared && !(entries[name]?.at >= entry.at)) entries[name] = entry
    return { cleared, entries }
}

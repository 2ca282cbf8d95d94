// The browser has a lab drawn again: one component stands in the lab, and asks for it; the other, which stands in what looks
// after the lab, calls that one with every new `now`, once nothing runs.

import { anew } from "./anew.js"
import { whenIdle } from "./idle.js"

const APART = 60  // ms: of two calls in one tick Streamlit 1.67 sends both and runs one part alone; after one, something runs
let last = -Infinity  // when a lab was called

export default function ({ data, parentElement, setTriggerValue }) {
    return anew(parentElement, () => begin(data, setTriggerValue))
}

function begin(data, setTriggerValue) {
    const labs = window.labsForAnts ??= {}
    if (!data.now) {
        const draw = labs[data.lab] = () => setTriggerValue("call", true)
        return () => { if (labs[data.lab] === draw) delete labs[data.lab] }
    }
    const call = () => {
        last = performance.now()
        labs[data.lab]?.()
    }
    return whenIdle(call, () => performance.now() - last >= APART)
}

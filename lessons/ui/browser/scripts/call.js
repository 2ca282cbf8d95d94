// The browser has a lab drawn again: one component stands in the lab, and asks for it; the other, which stands in what looks
// after the lab, calls that one with every new `now`, once nothing runs: then no click takes its place, nor it that of a click.
// Either may be there before the frame.

import { anew } from "./anew.js"

const LOOK = 20  // ms

export default function ({ data, parentElement, setTriggerValue }) {
    return anew(parentElement, () => begin(data, setTriggerValue))
}

function begin(data, setTriggerValue) {
    const labs = window.labsForAnts ??= {}
    if (!data.now) {
        const draw = labs[data.lab] = () => setTriggerValue("call", true)
        return () => { if (labs[data.lab] === draw) delete labs[data.lab] }
    }
    let waiting
    const call = () => {
        if (window.modelsForAnts?.idle()) labs[data.lab]?.()
        else waiting = setTimeout(call, LOOK)
    }
    call()
    return () => clearTimeout(waiting)
}

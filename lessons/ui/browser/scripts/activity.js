// What a member has of an activity is drawn by the server: again when the class does something else than the server has `known`,
// and every now and then while something of it is under way (it `waits`), as long as somebody looks.

import { anew } from "./anew.js"
import { listen } from "./classroom/now.js"
import { whenIdle } from "./idle.js"

const EVERY = 1500  // ms

export default function ({ data, parentElement, setTriggerValue }) {
    return anew(parentElement, () => begin(data, setTriggerValue))
}

function begin({ known, waits }, setTriggerValue) {
    let leave = () => {}
    const drawAgain = () => {
        leave()
        leave = whenIdle(() => setTriggerValue("again", true))
    }
    const stop = listen(now => {
        if (version(now) !== known) drawAgain()
    })
    const clock = waits && setInterval(() => {
        if (document.visibilityState !== "hidden") drawAgain()
    }, EVERY)
    return () => {
        leave()
        stop()
        clearInterval(clock)
    }
}

// As lessons/ui/classroom/own_run.py has it.
function version({ state, activity }) {
    if (!activity) return "null"
    const posted = activity.runs.filter(run => run.member === state.member).length
    return JSON.stringify([activity.number, activity.begun, activity.open && !activity.frozen, posted])
}

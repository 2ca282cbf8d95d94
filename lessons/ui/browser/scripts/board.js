// Has a lesson offer the board of a class when it opens, or no longer when it is closed or frozen.

import { anew } from "./anew.js"
import { listen } from "./bar/shared.js"
import { whenIdle } from "./idle.js"

export default function ({ data, parentElement, setTriggerValue }) {
    return anew(parentElement, () => begin(data, setTriggerValue))
}

function begin({ code, drawn }, setTriggerValue) {
    let leave = () => {}
    const line = listen(code, {
        state: ({ board }) => {
            leave()
            if (board !== drawn) leave = whenIdle(() => setTriggerValue("news", true))
        },
    })
    return () => {
        leave()
        line.leave()
    }
}

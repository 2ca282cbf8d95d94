// Has a lab drawn again when the class is asked the question of its lesson, has voted in another place, or is told the answer.

import { anew } from "./anew.js"
import { listen } from "./bar/shared.js"
import { whenIdle } from "./idle.js"

export default function ({ data, parentElement, setTriggerValue }) {
    return anew(parentElement, () => begin(data, setTriggerValue))
}

function begin({ code, lesson, drawn }, setTriggerValue) {
    let leave = () => {}
    const line = listen(code, {
        state: ({ question, vote }) => {
            const now = question?.lesson === lesson ? [question.number, question.revealed, vote ?? null] : null
            leave()
            if (JSON.stringify(now) !== JSON.stringify(drawn)) leave = whenIdle(() => setTriggerValue("news", true))
        },
    })
    return () => {
        leave()
        line.leave()
    }
}

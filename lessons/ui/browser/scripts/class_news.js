// Has a part of a page drawn again when what it shows of the class is no longer so: the question of its lesson, when that is asked,
// voted on in another place or answered; or the board, when that opens, closes or is frozen.

import { anew } from "./anew.js"
import { listen } from "./bar/shared.js"
import { whenIdle } from "./idle.js"

const SHOWN = {
    question: ({ question, vote }, lesson) => question?.lesson === lesson ? [question.number, question.revealed, vote ?? null] : null,
    board: ({ board }) => board,
}

export default function ({ data, parentElement, setTriggerValue }) {
    return anew(parentElement, () => begin(data, setTriggerValue))
}

function begin({ code, shows, lesson, drawn }, setTriggerValue) {
    let leave = () => {}
    const line = listen(code, {
        state: state => {
            leave()
            if (JSON.stringify(SHOWN[shows](state, lesson)) === JSON.stringify(drawn)) return
            leave = whenIdle(() => setTriggerValue("news", true))
        },
    })
    return () => {
        leave()
        line.leave()
    }
}

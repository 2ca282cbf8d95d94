// A stage whose speaker asks a class: how to join, how many have answered, and what, once that is revealed.

import { anew } from "./anew.js"
import { listen } from "./bar/shared.js"
import { bars, filled, spaced } from "./classroom/pieces.js"
import { element } from "./elements.js"
import { bare, shortened } from "./short_link.js"

const PATIENCE = 10000  // ms until a class that does not answer cannot be reached

export default function ({ data, parentElement, setTriggerValue }) {
    const fail = () => setTriggerValue("trouble", true)
    return anew(parentElement, () => begin(data, parentElement.querySelector(".audience"), fail))
}

function begin({ code, words, lesson }, place, fail) {
    const answered = element("p", "", "answered"), chosen = element("div"), join = element("p", "", "join")
    let asked = false, waits = false  // waits: it has been asked, and the class does not say so yet
    answered.role = "status"
    place.replaceChildren(join, element("p", spaced(code), "code"), answered, chosen)
    shortened(`/class?code=${code}`).then(({ link = location.host }) => {
        join.textContent = filled(words.join, { link: bare(link) })
    })

    // Asked once, and not where it was asked already: its votes would go.
    function ask(question) {
        waits = question?.lesson !== lesson.path && (waits || !asked)
        if (waits && !asked) line.tell("ask", { lesson: lesson.path, options: lesson.options })
        asked = true
    }

    function show({ question, members }) {
        if (question?.lesson !== lesson.path) return
        answered.textContent = filled(words.answered, { count: question.answered, all: members })
        join.hidden = place.querySelector(".code").hidden = question.revealed
        chosen.replaceChildren(...question.revealed ? [bars(lesson, question, words)] : [])
    }

    const late = window.parent === window && setTimeout(fail, PATIENCE)
    const line = listen(code, {
        state: state => {
            clearTimeout(late)
            ask(state.question)
            show(state)
        },
        error: () => { if (waits) fail() },
        gone: fail,
    })
    return () => {
        clearTimeout(late)
        line.leave()
    }
}

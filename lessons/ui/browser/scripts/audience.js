// A stage whose speaker asks a class: how to join, how many have answered, and what, once that is revealed.

import { anew } from "./anew.js"
import { listen } from "./bar/shared.js"
import { answers, bars, button, filled, part, spaced } from "./classroom/pieces.js"
import { element } from "./elements.js"
import { bare, picture, shortened } from "./short_link.js"

const PATIENCE = 10000  // ms until a class that does not answer cannot be reached

export default function ({ data, parentElement, setTriggerValue }) {
    const fail = () => setTriggerValue("trouble", true)
    return anew(parentElement, () => begin(data, parentElement.querySelector(".audience"), fail))
}

function begin({ code, words, lesson, again: label }, place, fail) {
    const answered = element("p", "", "answered"), chosen = element("div"), join = element("p", "", "join")
    const image = element("img", "", "qr"), entry = part("", part("entry", join, image), element("p", spaced(code), "code"))
    const again = button(label, () => line.tell("again"))
    let asked = false, waits = false  // waits: it has been asked, and the class does not say so yet
    answered.role = "status"
    image.hidden = true
    place.replaceChildren(entry, answered, chosen)
    shortened(`/class?code=${code}`).then(({ code, link = location.host }) => {
        join.textContent = filled(words.join, { link: bare(link) })
        if (code) Object.assign(image, { src: picture(code), alt: link, hidden: false })
    })

    // Asked once, and not where it was asked already: its votes would go.
    function ask(question) {
        waits = question?.lesson !== lesson.path && (waits || !asked)
        if (waits && !asked) line.tell("ask", { lesson: lesson.path, options: lesson.options })
        asked = true
    }

    function show({ question, members }) {
        if (question?.lesson !== lesson.path) return
        answered.textContent = answers(words, question, members)
        entry.hidden = question.revealed
        chosen.replaceChildren(...question.revealed ? [bars(lesson, question, words), again] : [])
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

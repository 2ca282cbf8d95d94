// The class at the foot of a page. Who this browser is in it, the server knows by a cookie; here it shows in what the server sends.

import { anew } from "./anew.js"
import { retell, stop } from "./bar/leading.js"
import { go, leadsBy } from "./bar/places.js"
import { isGone, listen } from "./bar/shared.js"
import { student } from "./bar/student.js"
import { teacher } from "./bar/teacher.js"
import { button } from "./classroom/pieces.js"

const SAID = 10000  // ms that something is said which passes

export default function ({ data, parentElement, setTriggerValue }) {
    leadsBy(setTriggerValue)
    return anew(parentElement, () => begin(data, parentElement.querySelector(".bar")))
}

function begin(data, bar) {
    const { code, words } = data, view = bar.querySelector(".view"), trouble = bar.querySelector(".trouble")
    let shown = null, quiet, state = null, activity = null
    const say = (why = "", passes = false) => {
        clearTimeout(quiet)
        trouble.textContent = why
        trouble.hidden = !why
        if (passes) quiet = setTimeout(say, SAID)
    }
    bar.setAttribute("aria-label", words["name of the bar"])
    view.replaceChildren()
    bar.hidden = code !== null && isGone(code)
    if (!code) {
        view.replaceChildren(button(words.choose, () => go(() => "class")))
        return () => {}
    }
    const show = () => {
        shown ??= (state.there ? teacher : student)(data, line, view)
        shown(state, activity)
    }
    const line = listen(code, {
        state: told => {
            say()
            state = told
            show()
        },
        activity: told => {
            activity = told
            show()
        },
        error: why => say(why, true),
        gone: why => {
            stop()
            view.replaceChildren()
            say(why)
            quiet = setTimeout(() => { bar.hidden = true }, SAID)
        },
        lost: () => {
            retell()
            say(words.lost)
        },
    })
    return () => {
        clearTimeout(quiet)
        stop()
        line.leave()
    }
}

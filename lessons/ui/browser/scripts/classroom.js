// A class in the browser: the ways in, what a student sees, and what its teacher has. Who this browser is in the class, the
// server knows by a cookie; here it shows in what the server sends.

import { anew } from "./anew.js"
import { doors, named, taught } from "./classroom/doors.js"
import { connect } from "./classroom/line.js"
import { tell } from "./classroom/now.js"
import { student } from "./classroom/student.js"
import { teacher } from "./classroom/teacher.js"

export default function ({ data, parentElement }) {
    return anew(parentElement, () => begin(data, parentElement.querySelector(".classroom")))
}

function begin(data, place) {
    const code = data.code ?? named(), view = place.querySelector(".view")
    const say = why => {
        place.querySelector(".trouble").textContent = why ?? ""
        place.querySelector(".trouble").hidden = !why
    }
    if (taught(code, say)) return () => {}
    if (!code) {
        doors(data, code, view, say)
        return () => {}
    }
    let shown = null
    const now = { state: null, activity: null }
    const show = () => {
        shown ??= (now.state.there ? teacher : student)(data, line, view)
        shown(now.state, now.activity)
        tell(now)
    }
    const line = connect(code, {
        state: state => {
            say()
            now.state = state
            show()
        },
        activity: told => {
            now.activity = told
            show()
        },
        error: say,
        gone: (why, { deleted, stays }) => {
            shown = null
            const classes = data.classes.filter(each => each !== code)
            doors({ ...data, classes }, deleted ? "" : code, view, say)
            if (data.classes.includes(code)) say(why)
            if (!stays) tell(Object.assign(now, { state: null, activity: null }))
        },
        lost: () => say(data.words.lost),
    })
    return line.close
}

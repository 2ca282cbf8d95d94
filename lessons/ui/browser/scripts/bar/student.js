// What a student's bar says: the class, what is asked and what all do, and whether this tab follows the teacher.

import { button, filled, part } from "../classroom/pieces.js"
import { element } from "../elements.js"
import { follow, follows, toggle } from "./following.js"
import { go, way } from "./places.js"
import { seek } from "./question.js"

export function student({ code, words, titles, here }, line, view) {
    const page = `class?code=${code}`, name = way(page, "name"), does = button("", () => go(() => page), "does")
    const asks = button("", ask, "asks"), follower = part("follower")
    const says = element("span", words.following, "says"), turns = button("", () => { toggle(); draw(now, activity) })
    let now = null, activity = null
    follower.append(says, turns)
    view.replaceChildren(name, asks, does, follower)

    function ask() {
        const { lesson, revealed } = now.question
        if (revealed) return go(() => page)  // where the chart is
        if (lesson !== here.path) go(() => lesson)
        seek(lesson)
    }

    function draw(state, told) {
        [now, activity] = [state, told]
        const { question, vote, leads } = state
        name.textContent = state.class
        asks.hidden = !question
        if (question) {
            const title = titles[question.lesson] ?? question.lesson
            const said = question.revealed ? "answers" : vote ? "voted" : "question"
            const wide = element("span", filled(words[`${said} of`], { title }), "wide")
            asks.replaceChildren(wide, element("span", words[said], "narrow"))
            asks.classList.toggle("waits", said === "question")
        }
        does.hidden = !waits(activity, state.member)
        does.textContent = words[state.board ? "to the board" : "train mine"]
        follower.hidden = leads === null
        says.hidden = !follows()
        turns.textContent = follows() ? words.stop : words.follow
    }

    return (state, told) => {
        draw(state, told)
        follow(state.leads)
    }
}

// Whether an activity waits for a member: it takes runs, and has none of theirs.
const waits = (activity, member) => !!activity?.open && !activity.frozen && !activity.runs.some(run => run.member === member)

// What a student's bar says: the class, what is asked, and whether this tab follows the teacher.

import { button, filled, part } from "../classroom/pieces.js"
import { element } from "../elements.js"
import { follow, follows, toggle } from "./following.js"
import { go } from "./places.js"
import { seek } from "./question.js"

export function student({ words, titles, here }, line, view) {
    const name = element("bdi", "", "name"), asks = button("", ask, "asks"), follower = part("follower")
    const says = element("span", "", "says"), turns = button("", () => { toggle(); draw(now) })
    let now = null
    follower.append(says, turns)
    view.replaceChildren(name, asks, follower)

    function ask() {
        if (now.question.lesson !== here.path) go(() => now.question.lesson)
        seek(now.question.lesson)
    }

    function draw(state) {
        now = state
        const { question, vote, leads } = state
        name.textContent = state.class
        asks.hidden = !question
        if (question) {
            const title = titles[question.lesson] ?? question.lesson, said = question.revealed ? "answers" : "question"
            asks.replaceChildren(element("span", filled(words[`${said} of`], { title }), "wide"), element("span", words[said], "narrow"))
            asks.append(vote && !question.revealed ? element("span", ` ✓ ${words.voted}`, "wide") : "")
        }
        follower.hidden = leads === null
        says.textContent = follows() ? words.following : ""
        turns.textContent = follows() ? words.stop : words.follow
    }

    return state => {
        draw(state)
        follow(state.leads)
    }
}

// What a teacher's bar has: how many joined, its lesson's question, how many have answered, and the switch that leads the class.

import { answers as counted, button, filled } from "../classroom/pieces.js"
import { element } from "../elements.js"
import { begin, end, isLeading, lead } from "./leading.js"
import { way } from "./places.js"

export function teacher({ code, words, here }, line, view) {
    const page = `class?code=${code}`, name = way(page, "name")
    const joined = element("span", "", "joined"), answered = element("span", "", "answered")
    const ask = button(words.ask, () => line.tell("ask", { lesson: here.path, options: here.options }), "first")
    const reveal = button(words.reveal, () => line.tell("reveal", { answer: null }), "first")
    const answers = way(page, "first")
    answers.textContent = words.answers
    const leads = button(words.lead, turn, "switch"), release = button(words["let go"], end, "release")
    leads.setAttribute("role", "switch")
    answered.role = "status"
    view.replaceChildren(name, answered, joined, ask, reveal, answers, release, leads)
    let now = null

    function turn() {
        if (isLeading(code)) end()
        else begin(code)
        draw(now)
    }

    function draw(state) {
        now = state
        const asked = state.question && (state.question.lesson === here.path || !here.options.length) ? state.question : null
        name.textContent = state.class
        joined.textContent = filled(words.joined, { count: state.members })
        answered.textContent = asked ? counted(words, asked, state.members) : ""
        ask.hidden = asked !== null || !here.options.length
        reveal.hidden = !asked || asked.revealed
        answers.hidden = !asked?.revealed
        release.hidden = state.leads === null || isLeading(code)
        leads.hidden = !release.hidden
        leads.setAttribute("aria-checked", isLeading(code))
    }

    return state => {
        lead(code, line, state)
        draw(state)
    }
}

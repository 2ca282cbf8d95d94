// What a student sees: the question, their own vote, and once it is revealed what all have chosen.

import { element } from "../elements.js"
import { another } from "./doors.js"
import { bars, button, filled, link, of, part, question, shown } from "./pieces.js"
import { together } from "./together.js"

export function student(data, line, view) {
    const { words, lessons } = data, all = together(data, false)
    const who = element("p"), leads = part("row"), asked = part("card asked"), answered = element("p", "", "quiet")
    const leave = button(words.leave, () => line.tell("leave")), mine = link(words.mine, `class/${data.code}/mine.html`)
    const title = element("h2")
    answered.role = "status"
    view.classList.remove("wall")
    view.replaceChildren(part("part", title, who, leads), asked, all.card, part("row", mine, another(words), leave))
    let drawn = ""  // what is drawn is left alone, and keeps its focus, while only others answer

    return (state, activity) => {
        all.show(activity, state.member)
        asked.hidden = !state.question && !!activity
        const now = state.question, lesson = of(lessons, now?.lesson)
        title.textContent = state.class
        who.textContent = filled(state.nickname ? words["you are"] : words["no nickname"], state)
        leads.replaceChildren(...state.leads === null ? [] : [link(words.leads, state.leads)])
        answered.textContent = now ? filled(words.answered, { count: now.answered, all: state.members }) : ""
        const wanted = JSON.stringify([now?.number, now?.revealed, now?.counts, now?.answer, state.vote])
        if (wanted === drawn) return
        drawn = wanted
        if (!now) return asked.replaceChildren(element("p", words.waiting))
        const place = now.revealed ? bars(lesson, now, words, state.vote) : options(lesson, now, state.vote, line)
        const more = now.revealed && link(words.lesson, lesson.path)
        asked.replaceChildren(...part("", element("h3", lesson.title), question(lesson), place, answered, more).childNodes)
    }
}

function options(lesson, { number, options }, vote, line) {
    return part("options", ...options.map(option => {
        const choose = button(shown(lesson, option), () => line.tell("vote", { question: number, option }))
        choose.setAttribute("aria-pressed", option === vote)
        return choose
    }))
}

// What a student sees: the question, their own vote, and once it is revealed what all have chosen.

import { element } from "../elements.js"
import { another } from "./doors.js"
import { answers, bars, button, filled, here, link, of, part, question, shown, woven } from "./pieces.js"
import { together } from "./together.js"

export function student(data, line, view) {
    const { words, lessons } = data, all = together(data, false)
    const who = element("p"), leads = part("row"), asked = part("card asked"), answered = element("p", "", "quiet")
    const leave = button(words.leave, () => line.tell("leave")), mine = link(words.mine, `class/${data.code}/mine.html`)
    const title = element("h2")
    const posts = part("part")
    answered.role = "status"
    view.classList.remove("wall")
    view.replaceChildren(part("part", title, who, leads), asked, posts, all.card, part("row", mine, another(words), leave))
    let drawn = "", told = ""  // what is drawn is left alone, and keeps its focus, while only others answer

    return (state, activity) => {
        all.show(activity, state.member)
        const open = state.board !== null && activity?.number === state.board, { threshold } = activity?.settings ?? {}
        const task = JSON.stringify([open, threshold])
        if (task !== told) posts.replaceChildren(...open ? [howToPost(threshold, lessons, words)] : [])
        told = task
        asked.hidden = !state.question && !!activity
        const now = state.question, lesson = of(lessons, now?.lesson)
        title.textContent = state.class
        who.textContent = filled(state.nickname ? words["you are"] : words["no nickname"], state)
        leads.replaceChildren(...state.leads === null ? [] : [here(words.leads, state.leads)])
        answered.textContent = now ? answers(words, now, state.members) : ""
        const wanted = JSON.stringify([now?.number, now?.revealed, now?.counts, now?.answer, state.vote])
        if (wanted === drawn) return
        drawn = wanted
        if (!now) return asked.replaceChildren(element("p", words.waiting))
        const place = now.revealed ? bars(lesson, now, words, state.vote) : options(lesson, now, state.vote, line)
        const more = now.revealed && link(words.lesson, lesson.path)
        asked.replaceChildren(...part("", element("h3", lesson.title), question(lesson), place, answered, more).childNodes)
    }
}

// What to do for the board, which takes runs from the pages of lessons alone.
function howToPost(threshold, lessons, words) {
    const lesson = path => here(of(lessons, path).title, path)
    return woven(words["how to post"], { quantization: lesson("quantization"), pruning: lesson("pruning"), threshold })
}

function options(lesson, { number, options }, vote, line) {
    return part("options", ...options.map(option => {
        const choose = button(shown(lesson, option), () => line.tell("vote", { question: number, option }))
        choose.setAttribute("aria-pressed", option === vote)
        return choose
    }))
}

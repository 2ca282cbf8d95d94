// What a teacher has: the way in for students, who is there, and what is asked of them. Nothing here shows which answers were
// chosen before they are revealed: this screen hangs on the wall.

import { element } from "../elements.js"
import { picture, shortened } from "../short_link.js"
import { conduct } from "./conduct.js"
import { address, another, teachers } from "./doors.js"
import { answers, bars, button, filled, link, of, part, question, spaced } from "./pieces.js"
import { together } from "./together.js"

export function teacher(data, line, view) {
    const { words, lessons } = data, all = together(data, true), begins = conduct(data, line)
    const asked = part("card asked"), answered = element("p", "", "quiet"), there = element("ul", "", "there"), count = element("h3")
    const release = button(words["let go"], () => line.tell("lead", { address: null }))
    const title = element("h2"), choice = choose(words, lessons), entry = part("card part")
    answered.role = "status"
    const ask = button(words.ask, () => {
        const { path, options } = lessons[choice.select.selectedIndex]
        line.tell("ask", { lesson: path, options })
    }, "first")
    const right = part("part", part("card part", choice.label, part("row", ask, release)), asked, begins.card)
    view.classList.add("wall")
    view.replaceChildren(title, all.card, part("desk", entry, right),
        part("card part", count, there), after(data, line))
    let drawn = "", code = ""

    return (state, activity) => {
        all.show(activity, null)
        begins.show(activity)
        const now = state.question
        if (state.code !== code) enter(entry, words, code = state.code)
        title.textContent = state.class
        release.hidden = state.leads === null
        count.textContent = filled(words.there, { count: state.members })
        people(there, state.there, words, line)
        answered.textContent = now ? answers(words, now, state.members) : ""
        const wanted = JSON.stringify([now?.number, now?.revealed, now?.counts, now?.answer])
        if (wanted === drawn) return
        drawn = wanted
        asked.replaceChildren(...now ? about(now, lessons, words, line, answered) : [element("p", words["nothing asked yet"])])
    }
}

// The code, and the short link with its QR code.
function enter(place, words, code) {
    place.replaceChildren(element("p", words["join with"]), element("p", spaced(code), "code"))
    shortened(`/${address(code)}`).then(({ code, link, said }) => {
        if (!code) return place.append(element("p", said))
        const image = element("img", "", "qr")
        image.src = picture(code)
        image.alt = words.qr
        place.append(image, element("p", link, "link"), element("p", said, "quiet"))
    })
}

function choose(words, lessons) {
    const label = element("label", words["ask about"]), select = element("select")
    select.append(...lessons.map(lesson => element("option", lesson.title)))
    label.append(select)
    return { label, select }
}

function about(now, lessons, words, line, answered) {
    const lesson = of(lessons, now.lesson)
    const acts = [button(words["ask again"], () => line.tell("again"))]
    if (!now.revealed) acts.unshift(button(words.reveal, () => line.tell("reveal", { answer: null }), "first"))
    else if (now.answer === null) acts.unshift(link(words.measure, lesson.path))
    const chosen = now.revealed ? bars(lesson, now, words) : ""
    return [element("h3", lesson.title), question(lesson), chosen, answered, part("row", ...acts)].filter(Boolean)
}

function people(list, there, words, line) {
    const wanted = JSON.stringify(there)
    if (list.dataset.drawn === wanted) return
    list.dataset.drawn = wanted
    list.replaceChildren(...there.map(({ member, nickname }) => {
        const name = nickname || filled(words.nameless, { member }), row = element("li")
        const remove = button("×", () => line.tell("remove", { member }))
        remove.ariaLabel = filled(words.remove, { name })
        row.append(element("bdi", name), remove)
        return row
    }))
}

// What is done at the end: the table of votes, another device, and wiping.
function after({ words, code }, line) {
    const device = element("p", "", "link")
    const show = button(words["another device"], async () => {
        const { token, error } = await (await fetch(new URL(`class/${code}/token`, document.baseURI))).json()
        device.textContent = error ?? teachers(code, token)
    })
    const wipe = button(words.wipe, () => {
        if (confirm(words["wipe: sure"])) line.tell("wipe")
    })
    return part("part", part("row", link(words.votes, `class/${code}/votes.csv`), link(words.runs, `class/${code}/runs.csv`), another(words), show, wipe), device)
}

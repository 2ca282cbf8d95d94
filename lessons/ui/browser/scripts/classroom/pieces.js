// What several views of a class are put together from. Whatever people typed is text, never markup.

import { element } from "../elements.js"

// A text of the page with values in the place of their {names}.
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

// A code as people read it aloud.
export const spaced = code => `${code.slice(0, 4)} ${code.slice(4)}`

export function part(name, ...children) {
    const made = element("div", "", name)
    made.append(...children.filter(Boolean))
    return made
}

export function button(text, act, name = "") {
    const made = element("button", text, name)
    made.type = "button"
    made.onclick = act
    return made
}

export function link(text, address, name = "") {
    const made = element("a", text, name)
    made.href = new URL(address || ".", document.baseURI)
    made.target = "_blank"
    return made
}

// A link that goes on in this tab.
export function here(text, address) {
    const made = link(text, address)
    made.target = "_self"
    return made
}

// A text of the page with elements in the place of its {names}.
export function woven(text, parts) {
    const made = element("p")
    made.append(...text.split(/\{(\w+)\}/).map((piece, n) => n % 2 ? parts[piece] : piece))
    return made
}

export function field(label, name, settings = {}) {
    const made = element("label", label), input = element("input")
    Object.assign(input, { name, autocomplete: "off", ...settings })
    made.append(input)
    return made
}

// The question of a lesson, with what stands between two ** in bold.
export function question(lesson) {
    const made = element("p")
    made.append(...lesson.question.split("**").map((text, n) => element(n % 2 ? "b" : "span", text)))
    return made
}

// What a class has chosen, with the measured answer marked.
export function bars(lesson, asked, words, own) {
    const most = Math.max(1, ...asked.counts), list = element("ul", "", "bars")
    list.append(...asked.options.map((option, n) => {
        const row = element("li", "", option === asked.answer ? "right" : ""), bar = element("span", "", "bar")
        bar.style.setProperty("--share", asked.counts[n] / most)
        const marks = [option === asked.answer && words.measured, option === own && words.own].filter(Boolean)
        const track = part("track", bar, marks.length && element("span", marks.join(" · "), "quiet"))
        row.append(element("span", shown(lesson, option), "option"), track, element("span", String(asked.counts[n]), "count"))
        return row
    }))
    return list
}

// How many have answered: of all, until it is revealed, for others may join later.
export function answers(words, { answered, revealed }, all) {
    if (!revealed) return filled(words.answered, { count: answered, all })
    return filled(answered === 1 ? words.one : words.several, { count: answered })
}

// An answer with its unit.
export const shown = (lesson, option) => filled(lesson.answer, { guess: option })

// The lesson with a path; of one that is no more, what an older server has left.
export const of = (lessons, path) => lessons.find(each => each.path === path) ?? { path, title: path, question: "", answer: "{guess}" }

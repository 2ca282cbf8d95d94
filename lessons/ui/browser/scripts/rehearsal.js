// Rehearsal: a stage within the page goes through a talk, so that all is measured and drawn once before it is given.

import { element } from "./elements.js"

const LOOK = 100  // ms
const STILL = 3  // looks in which a stage must stand
const LATE = 3  // seconds from which on a state is named
const PATIENCE = 600  // seconds until a state is given up
const running = new WeakMap()  // by place: the name of the talk, and how to end it

export default function ({ data, parentElement }) {
    const place = parentElement.querySelector(".rehearsal"), part = name => place.querySelector(name)
    if (running.get(place)?.name !== data.name) running.get(place)?.end()
    for (const each of place.querySelectorAll("[data-word]")) each.textContent = data.words[each.dataset.word]
    part(".begin").onclick = () => begin(place, part, data)
    part(".stop").onclick = () => running.get(place)?.end()
    return () => running.get(place)?.end()
}

async function begin(place, part, { name, states, words }) {
    const view = element("iframe"), found = part(".found"), said = part(".said")
    const rehearsal = { name, goes: true, end: () => { rehearsal.goes = false } }
    running.set(place, rehearsal)
    Object.assign(view, { src: new URL(states[0].link, document.baseURI), title: words.view, tabIndex: -1 })
    part(".view").replaceChildren(view)
    found.replaceChildren()
    show(part, true)
    await standing(view, 1, rehearsal, words)
    let ready = 0
    for (let at = 1; at <= states.length && rehearsal.goes; at++) {
        said.textContent = filled(words.progress, at, states.length)
        const { took, failed } = await standing(view, at, rehearsal, words)
        const why = failed || (took > LATE ? filled(words.took, Math.round(took)) : "")
        if (!rehearsal.goes) break
        if (!failed) ready++
        if (why) found.append(line(at, states[at - 1], why))
    }
    said.textContent = filled(rehearsal.goes ? words.ready : words.stopped, ready, states.length)
    part(".view").replaceChildren()
    show(part, false)
    running.delete(place)
}

// Go to a state; how long it took until it stood, in seconds, and what went wrong.
async function standing(view, at, rehearsal, words) {
    const began = performance.now(), seconds = () => (performance.now() - began) / 1000
    let still = 0, took, stage
    while (rehearsal.goes && still < STILL && seconds() < PATIENCE) {
        await new Promise(resolve => setTimeout(resolve, LOOK))
        const there = view.contentWindow?.stageForAnts
        if (there && stage !== there) (stage = there).go(at)  // also after a reload
        if (!stage?.stands(at)) still = 0
        else if (!still++) took = seconds()
    }
    const failed = stage?.failure() || (still < STILL ? filled(words.late, PATIENCE) : "")
    return { took, failed }
}

function line(at, { sees, link }, why) {
    const item = element("li"), way = element("a", sees)
    Object.assign(way, { href: new URL(link, document.baseURI), target: "_blank" })
    Object.assign(item, { value: at })
    item.append(way, `: ${why}`)
    return item
}

function show(part, goes) {
    part(".begin").hidden = goes
    part(".stop").hidden = part(".view").hidden = !goes
}

// A sentence with its numbers, in the order of its gaps.
const filled = (text, ...numbers) => text.replaceAll("#", () => numbers.shift())

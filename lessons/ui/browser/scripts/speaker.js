// The speaker's window: it has the words of all states, and goes where the stage goes, and the stage where it goes.

import { anew } from "./anew.js"
import { KEYS, take, turn } from "./stage.js"
import * as blank from "./stage/blank.js"
import { onKey } from "./stage/keys.js"
import { words } from "./stage/overlay.js"
import * as overview from "./stage/overview.js"
import { begin, changed, talk } from "./stage/position.js"
import * as timer from "./stage/timer.js"

const EVERY = 250  // ms
const OF_SPEAKER = KEYS.filter(key => key.both)
let draw = () => {}
changed(() => draw())

export default function ({ data, parentElement }) {
    return anew(parentElement, () => speaker(data, parentElement.querySelector(".speaker")))
}

function speaker(data, place) {
    const part = name => place.querySelector(name)
    words(data.words)
    for (const each of place.querySelectorAll("[data-word]")) each.textContent = data.words[each.dataset.word]
    begin(data.talk, true)
    draw = () => {
        show(part)
        history.replaceState(history.state, "", withPlace())
    }
    const press = event => onKey(event, OF_SPEAKER, take)
    const acts = { back: () => turn(-1), forth: () => turn(1), blank: blank.toggle, overview: overview.toggle, reset: timer.reset }
    for (const [name, act] of Object.entries(acts)) part(`button.${name}`).onclick = act
    document.addEventListener("keydown", press, true)
    const ticks = setInterval(() => time(part, data.words), EVERY)
    draw()
    time(part, data.words)
    return () => {
        clearInterval(ticks)
        document.removeEventListener("keydown", press, true)
    }
}

// A reload comes back to where the talk is, also where there is no stage to ask.
function withPlace() {
    const address = new URL(location)
    address.searchParams.set("at", talk.at)
    return address
}

function show(part) {
    const now = talk.states[talk.at - 1], next = talk.states[talk.at]
    part(".place").textContent = `${talk.at} / ${talk.states.length}`
    part(".of").textContent = `${words().now}: ${now.lesson}`
    part(".now .sees").textContent = now.sees
    part(".says").textContent = now.says
    part(".says").scrollTop = 0
    part(".following .sees").textContent = next ? next.sees : words().last
    part(".following img")?.remove()
    if (next?.picture) part(".following").append(overview.shot(next.picture))
    part(".stage").href = new URL(now.link, document.baseURI)
    part(".black").hidden = !talk.blank
    part("button.blank").setAttribute("aria-pressed", talk.blank)
}

function time(part, words) {
    const left = timer.planned() - timer.elapsed(), late = left < 0
    part(".elapsed").textContent = timer.clock(timer.elapsed())
    part(".left").textContent = timer.clock(Math.abs(left))
    part(".due").textContent = late ? words.over : words.left
    part(".due").parentElement.classList.toggle("late", late)
    part(".pace").textContent = timer.elapsed() ? pace(words) : ""
}

// How far the talk is behind or ahead: before what is planned for the state it is at, or after.
function pace(words) {
    const before = talk.states.slice(0, talk.at - 1).reduce((sum, { seconds }) => sum + seconds, 0)
    const behind = timer.elapsed() - before - talk.states[talk.at - 1].seconds, ahead = before - timer.elapsed()
    if (behind >= 1) return `${timer.clock(behind)} ${words.behind}`
    return ahead >= 1 ? `${timer.clock(ahead)} ${words.ahead}` : ""
}

// How long a talk has run: from the first step on, in all windows of this browser.

import { element } from "../elements.js"
import { place, words } from "./overlay.js"
import { talk } from "./position.js"

const EVERY = 250  // ms
let shown = null

const key = () => `models-for-ants timer ${talk.name}`

export function start() {
    localStorage[key()] ??= Date.now()
}

export function reset() {
    delete localStorage[key()]
}

// Seconds since the first step; 0 before it.
export const elapsed = () => localStorage[key()] ? (Date.now() - localStorage[key()]) / 1000 : 0

// Seconds that the talk is planned to take.
export const planned = () => talk.states.reduce((sum, { seconds }) => sum + seconds, 0)

// Minutes and seconds: 12:05, −0:30.
export function clock(seconds) {
    const whole = Math.abs(Math.trunc(seconds)), rest = String(whole % 60).padStart(2, "0")
    return `${seconds <= -1 ? "−" : ""}${Math.floor(whole / 60)}:${rest}`
}

export function toggle() {
    if (shown) return hide()
    const time = element("span"), again = element("button", words().reset)
    again.addEventListener("click", reset)
    shown = place().appendChild(element("div", "", "timer"))
    shown.setAttribute("role", "timer")
    shown.append(time, again)
    const draw = () => {
        const of = planned() ? ` / ${clock(planned())}` : ""
        time.textContent = `${clock(elapsed())}${of}`
        shown.classList.toggle("over", planned() > 0 && elapsed() > planned())
    }
    draw()
    shown.drawing = setInterval(draw, EVERY)
}

function hide() {
    clearInterval(shown.drawing)
    shown.remove()
    shown = null
}

// A teacher's tab leads the class to where it is: it tells the server whenever its address has changed.

import { here } from "./places.js"

const EVERY = 500  // ms
const LEADS = "models-for-ants leads"  // in this tab: the code of the class
let looking, line, told = null
let heard = sessionStorage.getItem(LEADS) !== null  // whether the class has been seen to be led

export const isLeading = code => sessionStorage.getItem(LEADS) === code

export function begin(code) {
    sessionStorage.setItem(LEADS, code);
    [told, heard] = [null, false]
    look()
}

export function end() {
    sessionStorage.removeItem(LEADS)
    line?.tell("lead", { address: null })
}

// Lead for as long as this tab is to; `leads`: where the class is led now. If it was let go elsewhere, this tab ends it, too.
export function lead(code, to, { leads }) {
    line = to
    if (!isLeading(code)) return stop()
    if (leads === null && heard) return sessionStorage.removeItem(LEADS), stop()
    heard ||= leads !== null
    looking ??= setInterval(look, EVERY)
}

export function stop() {
    clearInterval(looking)
    looking = undefined
}

// The connection was lost: what was told last may have been, too.
export function retell() {
    told = null
}

function look() {
    if (here() !== told) line?.tell("lead", { address: told = here() })
}

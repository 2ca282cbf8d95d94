// What keys on a stage ask of the server. What comes while the next page loads still names the page before, and brings
// that back: so the server is told when nothing runs. Without a talk each step is told, and how many they were in all,
// so that none is lost on the way; in a talk only where it is now, however many keys led there.

import { talk } from "./position.js"

const LOOK = 20  // ms
let steps = 0, told = 0, moved = false, telling = false, time = null, tell

export function listens(setStateValue) {
    tell = setStateValue
}

// When the server was told last where the talk is; nothing while it is yet to be told.
export const lastTold = () => moved ? undefined : time

export function step(way) {
    steps += way
    if (!telling) tellWhenIdle()
}

export function tellPosition() {
    moved = true
    if (!telling) tellWhenIdle()
}

function tellWhenIdle() {
    telling = moved || told !== steps
    if (!telling) return
    if (window.modelsForAnts?.idle()) tellNext()
    setTimeout(tellWhenIdle, LOOK)
}

function tellNext() {
    if (!moved) return tell("steps", told += Math.sign(steps - told))
    moved = false
    time = Date.now()  // so that the same state, too, is asked for anew
    tell("to", { at: talk.at, time })
}

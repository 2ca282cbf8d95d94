// Where a talk is, and whether its stage is blank: this window's share of what the stage and the speaker's window of
// one browser know together. A page within another page, as one that rehearses, tells nobody.

const ALONE = window.parent !== window
const acts = []
let channel = null

export const talk = { name: "", states: [], at: 0, blank: false }  // at: counts from 1

// Have something done with every change, wherever it was made.
export const changed = act => acts.push(act)

export function change(what) {
    take(what)
    channel?.postMessage(what)
}

export const go = at => change({ at: Math.min(Math.max(at, 1), talk.states.length) })
export const move = way => go(talk.at + way)

// The stage shows this state, whatever led there: as when the browser went back.
export function shows(at) {
    if (at !== talk.at) change({ at, isThere: true })
}

// The talk of this window, none without a name: the stage says where it is, the speaker's window asks.
export function begin({ name = "", states = [], at = 0 }, asks = false) {
    if (name === talk.name) return
    channel?.close()
    Object.assign(talk, { name, states, at })
    channel = name && !ALONE ? new BroadcastChannel(`models-for-ants talk ${name}`) : null
    if (!channel) return
    channel.onmessage = ({ data }) => data.asks ? say() : take(data)
    channel.postMessage(asks ? { asks } : { at })
}

const say = () => channel.postMessage({ at: talk.at, blank: talk.blank })

function take(what) {
    Object.assign(talk, what)
    acts.forEach(act => act(what))
}

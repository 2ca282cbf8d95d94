// The one connection of this tab with its class: what is on the page listens to it, and it ends soon after nothing does. A page
// within another page, as one that rehearses, has none.

import { connect } from "../classroom/line.js"

const LINGERS = 1000  // ms: on the way to another page, what listened is drawn anew
const listeners = new Set(), gone = new Map()  // gone: why, by code
let line = null, code = "", state = null, activity = null, isLost = false, ending

// Listen to a class; gives what tells it something, and the way to leave.
export function listen(wanted, listener) {
    const alone = { tell: () => {}, leave: () => {} }
    if (window.parent !== window || gone.has(wanted)) return alone
    clearTimeout(ending)
    if (code !== wanted) end()
    code = wanted
    line ??= connect(code, { state: heard, activity: begun, error: why => all("error", why), gone: lose, lost })
    listeners.add(listener)
    queueMicrotask(() => {  // once it has this line
        if (state && listeners.has(listener)) listener.state?.(state)
        if (activity && listeners.has(listener)) listener.activity?.(activity)
        if (isLost && listeners.has(listener)) listener.lost?.()
    })
    return { tell: (...what) => line?.tell(...what), leave: () => leave(listener) }
}

// Whether this class is known to be gone, or its member removed.
export const isGone = code => gone.has(code)

function all(what, told) {
    for (const listener of [...listeners]) listener[what]?.(told)
}

function heard(told) {
    [state, isLost] = [told, false]
    all("state", state)
}

function begun(told) {
    activity = told
    all("activity", activity)
}

function lost() {
    isLost = true
    all("lost")
}

function lose(why) {
    gone.set(code, why)
    const left = [...listeners]
    end()
    for (const listener of left) listener.gone?.(why)
}

function leave(listener) {
    listeners.delete(listener)
    clearTimeout(ending)
    if (!listeners.size) ending = setTimeout(end, LINGERS)
}

function end() {
    line?.close();
    [line, state, activity, isLost] = [null, null, null, false]
    listeners.clear()
}

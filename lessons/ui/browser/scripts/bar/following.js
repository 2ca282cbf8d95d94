// A student's tab follows the teacher, until its reader stops that.

import { go } from "./places.js"

const STOPPED = "models-for-ants does not follow"  // in this tab
let leads = null, followed = null  // where the teacher leads, and where this tab went last

export const follows = () => sessionStorage.getItem(STOPPED) === null

// Where the teacher leads now: null lets all stay where they are.
export function follow(place) {
    leads = place
    if (place === null) {
        followed = null
        sessionStorage.removeItem(STOPPED)
    } else if (follows() && place !== followed) go(latest, true)
}

// Stop following, or take it up again.
export function toggle() {
    if (follows()) return sessionStorage.setItem(STOPPED, "1")
    sessionStorage.removeItem(STOPPED)
    followed = null
    follow(leads)
}

function latest() {
    if (!follows()) return null
    followed = leads
    return leads
}

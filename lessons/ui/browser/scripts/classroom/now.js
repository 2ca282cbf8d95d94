// The class as it stands now, for all scripts of the page that look at it.

let latest = null
const listeners = new Set()

export function tell(now) {
    latest = now
    for (const hear of listeners) hear(now)
}

// Hear how it stands, and whenever that changes; gives the way to leave it.
export function listen(hear) {
    listeners.add(hear)
    if (latest) hear(latest)
    return () => listeners.delete(hear)
}

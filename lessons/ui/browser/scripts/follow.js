// Where the sliders of some knobs stand, and word of it whenever that changes, while they are dragged too.

export function position(knob, positions) {
    const slider = document.querySelector(`.st-key-${knob} input[type=range]`)
    return positions.indexOf(slider?.getAttribute("aria-valuetext"))
}

// The place of what belongs to where several stand: each position of one with each of the next; -1 while one is not there yet.
export function place(knobs) {
    const stand = Object.entries(knobs).map(([knob, positions]) => [position(knob, positions), positions.length])
    return stand.some(([at]) => at < 0) ? -1 : stand.reduce((place, [at, count]) => place * count + at, 0)
}

export function follow(knobs, moved) {
    let waiting
    const watch = new MutationObserver(moved), missing = new Set(knobs)
    const begin = () => {
        for (const knob of missing) {
            const box = document.querySelector(`.st-key-${knob}`)
            if (!box) continue
            watch.observe(box, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuetext"] })
            missing.delete(knob)
        }
        if (missing.size) waiting = requestAnimationFrame(begin)
        moved()
    }
    begin()
    return () => {
        watch.disconnect()
        cancelAnimationFrame(waiting)
    }
}

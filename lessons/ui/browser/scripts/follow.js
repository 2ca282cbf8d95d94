// Where the sliders of some knobs stand, and word of it whenever that changes, while they are dragged too.

// `folded`: where one stands that is not on the page, as the server has it.
export function position(knob, positions, folded) {
    const slider = document.querySelector(`.st-key-${knob} input[type=range]`)
    return positions.indexOf(slider ? slider.getAttribute("aria-valuetext") : folded)
}

// The place of what belongs to where several stand: each position of one with each of the next, or those of them that are `known`;
// -1 where it is none of these, and while a slider is not there yet.
export function place({ knobs, folded = {}, known }) {
    const stand = Object.entries(knobs).map(([knob, positions]) => [position(knob, positions, folded[knob]), positions.length])
    if (stand.some(([at]) => at < 0)) return -1
    const among = stand.reduce((place, [at, count]) => place * count + at, 0)
    return known ? known.indexOf(among) : among
}

// Those that are `folded` come and go: where one has the focus, it is there.
export function follow({ knobs, folded = {} }, moved) {
    let waiting
    const names = Object.keys(knobs), watch = new MutationObserver(moved), watched = new Map()
    const look = () => {
        for (const knob of names) {
            const box = document.querySelector(`.st-key-${knob}`)
            if (!box || watched.get(knob) === box) continue
            watch.observe(box, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuetext"] })
            watched.set(knob, box)
        }
        moved()
    }
    const begin = () => {
        look()
        if (names.some(knob => !watched.has(knob) && !(knob in folded))) waiting = requestAnimationFrame(begin)
    }
    begin()
    if (Object.keys(folded).length) document.addEventListener("focusin", look)
    return () => {
        watch.disconnect()
        cancelAnimationFrame(waiting)
        document.removeEventListener("focusin", look)
    }
}

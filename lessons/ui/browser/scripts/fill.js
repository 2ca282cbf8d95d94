// On a stage, the figure takes the height that nothing else on the page needs.

const PAD = 10  // pixels that stay free at the bottom
const CLOSE = 4  // pixels by which a height need not be right
const filling = new Set()  // all that fill the page now

// The lowest place on the screen that a figure in this component can reach.
export function lowest(host) {
    const page = document.querySelector('[data-testid="stMainBlockContainer"] > *')
    const below = page ? page.getBoundingClientRect().bottom - host.getBoundingClientRect().bottom : 0
    const goal = document.querySelector(".st-key-exercise_goal")?.offsetHeight ?? 0
    return innerHeight - PAD - goal - Math.max(0, below)
}

// How much taller, in pixels, a place can be, above what stands below it; 0 where that hardly matters. Those that stand
// one above the other share it.
export function spare(place) {
    const { top, bottom } = place.getBoundingClientRect(), more = lowest(place.getRootNode().host) - under(place)
    const apart = [...filling].map(other => other.getBoundingClientRect()).filter(at => at.height)
    const shared = apart.filter(at => at.top >= bottom - 1 || at.bottom <= top + 1).length + 1
    return Math.abs(more) < CLOSE ? 0 : more / shared
}

// Where that ends in the component of a place which begins below it.
function under(place) {
    const edge = place.getBoundingClientRect().bottom
    let lowest = edge
    for (let at = place; at.parentElement; at = at.parentElement)
        for (const other of at.parentElement.children) {
            const { top, bottom } = other.getBoundingClientRect()
            if (top >= edge - 1) lowest = Math.max(lowest, bottom)
        }
    return lowest
}

// Call whenever the screen or anything on the page has got another height, for places that fill it; gives the way to
// end that.
export function whenever(look, ...places) {
    for (const place of places) filling.add(place)
    const watch = new ResizeObserver(look), page = document.querySelector('[data-testid="stMainBlockContainer"] > *')
    if (page) watch.observe(page)
    addEventListener("resize", look)
    return () => {
        for (const place of places) filling.delete(place)
        watch.disconnect()
        removeEventListener("resize", look)
    }
}

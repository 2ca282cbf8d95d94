// The way to the question of a lesson: into view, once its page is there, and again while that still grows.

const LOOK = 150, STANDS = 2000, LONGEST = 15000  // ms
const MOVES = ["wheel", "touchstart", "keydown", "pointerdown"]  // by which a reader goes on
let waiting

const leave = () => clearTimeout(waiting)
for (const move of MOVES) addEventListener(move, leave, { capture: true, passive: true })

export function seek(lesson) {
    const begun = performance.now()
    let since = begun, top = null, focused = false
    leave()
    const look = () => {
        const place = document.querySelector(".st-key-predict"), there = location.pathname.split("/").pop() === lesson
        const now = performance.now(), box = there && place?.getBoundingClientRect()
        if (!box || !window.modelsForAnts?.idle()) since = now
        else if (box.top !== top) [since, top] = [now, box.top]  // it moves, perhaps as it was told to
        else if (!focused || !isSeen(box)) [since, focused] = [now, show(place)]
        if (now - since < STANDS && now - begun < LONGEST) waiting = setTimeout(look, LOOK)
    }
    look()
}

// Above the bar; of one that is higher than the window, its middle.
const isSeen = ({ top, bottom, height }) => height > innerHeight - 100 || (top >= 0 && bottom <= innerHeight - 44)

function show(place) {
    place.scrollIntoView({ block: "center", behavior: "smooth" })
    place.querySelector("button:not(:disabled)")?.focus({ preventScroll: true })
    return true
}

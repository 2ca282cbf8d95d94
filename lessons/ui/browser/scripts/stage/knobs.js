// The knobs but the main slider, over the figure: box below box, in columns from the right edge, under the bar.

const BOX = '[data-testid="stLayoutWrapper"]:has(> [class*="st-key-waiting_knobs_"])'

export function toggle() {
    if (document.documentElement.classList.toggle("knobs-shown")) requestAnimationFrame(arrange)
}

// For as long as they are shown: a knob that moves can bring others, and a new page has others.
function arrange() {
    if (!document.documentElement.classList.contains("knobs-shown")) return
    const first = Math.max(0, document.querySelector(".st-key-present_bar")?.getBoundingClientRect().bottom ?? 0)
    let column = 0, top = first
    for (const box of document.querySelectorAll(BOX)) {
        if (box.parentElement.closest(BOX)) continue
        const height = box.offsetHeight
        if (top > first && top + height > innerHeight) [column, top] = [column + 1, first]
        set(box, "--column", column)
        set(box, "--top", `${top}px`)
        top += height
    }
    requestAnimationFrame(arrange)
}

function set(box, name, value) {
    if (box.style.getPropertyValue(name) !== String(value)) box.style.setProperty(name, value)
}

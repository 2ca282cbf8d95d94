// Where the slider of a knob stands, and word of it whenever that changes, while it is dragged too.

function position(knob, positions) {
    const slider = document.querySelector(`.st-key-${knob} input[type=range]`)
    return Math.max(0, positions.indexOf(slider?.getAttribute("aria-valuetext")))
}

function follow(knob, moved) {
    let waiting
    const watch = new MutationObserver(moved)
    const begin = () => {
        const box = document.querySelector(`.st-key-${knob}`)
        if (box) watch.observe(box, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuetext"] })
        else waiting = requestAnimationFrame(begin)
        moved()
    }
    begin()
    return () => {
        watch.disconnect()
        cancelAnimationFrame(waiting)
    }
}

// The picture a lesson opens with, where its sliders stand. All positions are known beforehand.

import { anew } from "./anew.js"
import { chart } from "./chart.js"
import { sentence } from "./elements.js"
import { follow, place } from "./follow.js"

export default function ({ data, parentElement }) {
    return anew(parentElement, () => picture(data, parentElement.querySelector(".picture")))
}

function picture(data, root) {
    root.classList.toggle("stage", data.stage)
    const parts = [sentence(root.querySelector(".sentence"), data), chart(root.querySelector(".figures"), data)]
    let drawn

    function here() {
        const at = place(data)
        if (at < 0 || at === drawn) return
        for (const part of parts) part.show(at)
        drawn = at
    }

    const leave = follow(data, here)
    return () => {
        leave()
        for (const part of parts) part.leave()
    }
}

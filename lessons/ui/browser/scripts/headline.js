// A lab's headline: its tiles, and the figure that belongs to them, where the sliders stand that they follow. All positions are
// known beforehand: while a slider is dragged nothing is asked of the server.

import { anew } from "./anew.js"
import { chart } from "./chart.js"
import { sentence } from "./elements.js"
import { follow, place } from "./follow.js"
import { sweep } from "./sweep.js"
import { tiles } from "./tiles.js"

const SILENCE = 600  // ms: what a slider passes on the way is not read out

export default function ({ data, parentElement }) {
    return anew(parentElement, () => headline(data, parentElement))
}

function headline(data, root) {
    const lab = root.querySelector(".lab"), said = lab.querySelector(".said")
    lab.classList.toggle("stage", data.stage)
    lab.querySelector(".sweep").hidden = !data.sweep
    const parts = [
        sentence(lab.querySelector(".sentence"), data),
        tiles(lab.querySelector(".tiles"), data),
        chart(lab.querySelector(".figures"), data),
        ...(data.sweep ? [sweep(lab.querySelector(".sweep"), data)] : []),
    ]
    let drawn

    function here() {
        const at = place(data)
        if (at < 0 || at === drawn) return
        for (const part of parts) part.show(at)
        said.next = inWords(data, at)  // kept there: where the lab is drawn again meanwhile, its new words are read
        if (drawn !== undefined && !data.quiet) {
            clearTimeout(said.reading)
            said.reading = setTimeout(() => said.textContent = said.next, SILENCE)
        }
        drawn = at
    }

    const leave = follow(data, here)
    return () => {
        leave()
        for (const part of parts) part.leave()
    }
}

function inWords({ frames, texts, missing }, at) {
    if (!frames[at]) return missing[at]
    const said = texts[frames[at].said].replaceAll("**", ""), tiles = frames[at].tiles.map(tile => `${tile.label}: ${tile.value}`)
    return [said, tiles.join(", ")].filter(part => part).join(" ")
}

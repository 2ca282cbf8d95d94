// A black screen, until a key or a click.

import { element } from "../elements.js"
import { place } from "./overlay.js"
import { change, changed, talk } from "./position.js"

export function toggle() {
    change({ blank: !talk.blank })
}

// Have this window turn black; the speaker's does not.
export function begin() {
    const black = place().appendChild(element("div", "", "black"))
    black.hidden = true
    black.addEventListener("click", toggle)
    changed(() => { black.hidden = !talk.blank })
}

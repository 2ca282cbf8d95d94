// All states of a talk at a glance, and the way to each.

import { element } from "../elements.js"
import { toggleDialog } from "./overlay.js"
import { go, talk } from "./position.js"

const LEFT = ["ArrowLeft", "PageUp"], RIGHT = ["ArrowRight", "PageDown"]

export function toggle() {
    toggleDialog("overview", dialog => {
        const grid = dialog.appendChild(element("div", "", "grid"))
        grid.append(...talk.states.map((state, n) => card(state, n + 1, dialog)))
        grid.addEventListener("keydown", event => walk(event, [...grid.children]))
        const here = grid.children[talk.at - 1]
        here.setAttribute("aria-current", "step")
        here.autofocus = true
    })
}

function card({ sees, picture }, at, dialog) {
    const button = element("button")
    if (picture) button.append(shot(picture))
    button.append(element("span", `${at} · ${sees}`))
    button.addEventListener("click", () => {
        dialog.close()
        go(at)
    })
    return button
}

// A picture of a state, which words beside it tell, too.
export function shot(picture) {
    return Object.assign(element("img"), { src: new URL(picture, document.baseURI), alt: "", loading: "lazy" })
}

// Arrows lead from card to card, up and down to the one above and below.
function walk(event, cards) {
    const at = cards.indexOf(event.target), across = cards.filter(card => card.offsetTop === cards[0].offsetTop).length
    const ways = [[LEFT, -1], [RIGHT, 1], [["ArrowUp"], -across], [["ArrowDown"], across]]
    const way = ways.find(([keys]) => keys.includes(event.key))?.[1]
    if (!way) return
    event.preventDefault()
    cards[at + way]?.focus()
}

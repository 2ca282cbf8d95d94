// Numbers as tiles, as Streamlit draws its metrics: a label with its badge, the number, what it was before, and behind the
// question mark where it comes from.

import { badge, element } from "./elements.js"

export function tiles(place, { frames, texts, missing, asks }) {
    function show(at) {
        const frame = frames[at], drawn = [...place.children]
        place.classList.toggle("missing", !frame)
        place.dataset.missing = missing[at]
        if (!frame) return drawn.forEach(nothing)
        if (drawn.length !== frame.tiles.length) place.replaceChildren(...frame.tiles.map(made))
        place.style.setProperty("--across", frame.across)
        frame.tiles.forEach((tile, n) => write(place.children[n], tile, texts[tile.help], asks))
    }

    return { show, leave: () => {} }
}

function made() {
    const tile = element("div", "", "tile"), head = element("p", "", "label"), ask = element("button", "?", "ask")
    const note = element("div", "", "note")
    ask.type = "button"
    note.popover = "auto"
    ask.popoverTargetElement = note
    ask.addEventListener("pointerenter", event => event.pointerType === "mouse" && note.showPopover())
    ask.addEventListener("pointerleave", () => note.matches(":popover-open") && !ask.matches(":focus") && note.hidePopover())
    note.addEventListener("toggle", () => {
        const { left, bottom } = ask.getBoundingClientRect(), { width, height } = note.getBoundingClientRect()
        note.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`
        note.style.top = `${bottom + height + 12 < innerHeight ? bottom + 6 : Math.max(8, bottom - height - 30)}px`
    })
    head.append(element("span", "", "called"), element("span", "", "badge"), ask)
    tile.append(head, element("p", "", "number"), element("p", "", "delta"), element("p", "", "beside"), note)
    return tile
}

// No number of another position stands where one is missing.
function nothing(place) {
    place.querySelector(".number").textContent = "…"
    place.querySelector(".delta").hidden = true
    place.querySelector(".beside").textContent = ""
}

function write(place, { label, badge: kind, value, delta, better, description }, help, asks) {
    const part = name => place.querySelector(`.${name}`)
    part("called").textContent = label
    badge(part("badge"), kind)
    part("number").textContent = value
    part("delta").textContent = delta ? `${delta.startsWith("-") ? "↓" : "↑"} ${delta}` : ""
    part("delta").dataset.mood = (better === "normal") === delta?.startsWith("-") ? "worse" : "better"
    part("delta").hidden = !delta
    part("beside").textContent = description ?? ""
    part("ask").setAttribute("aria-label", asks.replace("{label}", label))
    part("note").textContent = help
}

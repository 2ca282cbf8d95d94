// What lies over a page, whichever page it is and however often that is drawn: beside the app, in a place of its own.

import { element } from "../elements.js"

let root, open = "", said = {}

// The words of what lies over a page, by name.
export function words(all) {
    if (all) said = all
    return said
}

// Where it goes: light where the app is light, dark where it is dark.
export function place() {
    root ??= beside()
    root.host.style.colorScheme = getComputedStyle(document.querySelector(".stApp")).colorScheme
    return root
}

function beside() {
    const root = document.body.appendChild(element("div")).attachShadow({ mode: "open" })
    const sheet = root.appendChild(element("link"))
    Object.assign(sheet, { rel: "stylesheet", href: new URL("./overlays.css", import.meta.url) })
    return root
}

// The name of the dialog that is open.
export const isOpen = () => open

// Open a dialog that `fill` puts together, or close it. Escape closes it, and a click beside it.
export function toggleDialog(name, fill) {
    const before = place().querySelector("dialog")
    if (before) return before.close()
    const dialog = place().appendChild(element("dialog", "", name))
    dialog.setAttribute("aria-label", said[name])
    dialog.addEventListener("close", () => { dialog.remove(); open = "" })
    dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close() })
    open = name
    fill(dialog)
    dialog.showModal()
}

// Places of this app: where this tab is, and the way to another one. The server leads there, when nothing runs, so that all that
// this visit has trained and answered stays.

import { element } from "../elements.js"
import { whenIdle } from "../idle.js"

// What is a reader's own, and no part of the place: the stage, an answer, a model.
const OWN = ["present", "talk", "at", "speaker", "guess", "trained"]
let tell = () => {}, leave = () => {}

export function leadsBy(setTriggerValue) {
    tell = setTriggerValue
}

// Go to the place that `where` names once nothing runs; only the latest counts. `sets`: with all its knobs as it says.
export function go(where, sets = false) {
    leave()
    leave = whenIdle(() => {
        const address = where()
        if (address !== null && !(sets && isHere(address))) tell("go", { address, sets })
    })
}

// A link to a page of this app, which the server leads to.
export function way(address, name = "") {
    const made = element("a", "", name)
    made.href = new URL(address, document.baseURI)
    made.onclick = event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return  // in a tab of its own
        event.preventDefault()
        go(() => address)
    }
    return made
}

// Where this tab is, as teachers lead there.
export const here = () => location.pathname.split("/").pop() + location.search

const isHere = address => plain(address) === plain(here())

// A place without what is a reader's own, its settings in one order.
function plain(address) {
    const [path, query = ""] = address.split("?"), settings = new URLSearchParams(query)
    for (const name of OWN) settings.delete(name)
    settings.sort()
    return `${path}?${settings}`
}

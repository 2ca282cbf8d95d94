// Which key of a table was pressed. What it does is given the table.

import { isOpen } from "./overlay.js"

const WRITES = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"
const TURNS = "input, textarea, select, [role=radiogroup], [role=tablist]"

// Keys belong to a field while somebody writes in it, left and right to a slider or a choice that has the focus; those
// of a presenter's remote never do. What lies over the page has the keys but the one that closes it.
export function onKey(event, table, take) {
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const found = table.find(each => each.keys.includes(pressed))
    if (!found || event.ctrlKey || event.altKey || event.metaKey || (isOpen() && isOpen() !== found.about)) return
    const target = event.composedPath()[0]
    if (!pressed.startsWith("Page") && target.closest(pressed.startsWith("Arrow") ? TURNS : WRITES)) return
    take(event, () => found.does(table))
}

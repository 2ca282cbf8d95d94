// Which classes a teacher takes for which, at the temperature that its slider says. While that is dragged nothing is asked of the server.

import { anew } from "./anew.js"
import { follow, position } from "./follow.js"

const SATURATED = 20  // %: from here on a cell is as dark as it gets
const DARKEST = 55  // %: a number can still be read on it

export default function ({ data, parentElement }) {
    return anew(parentElement, () => dark(data, parentElement))
}

function dark(data, place) {
    const figure = place.querySelector(".dark")
    const part = name => figure.querySelector(`.${name}`)
    figure.style.setProperty("--first", getComputedStyle(figure).getPropertyValue("--st-chart-categorical-colors").split(",")[0])
    const cells = table(part("alike"), data.names)
    let drawn

    function here() {
        const at = position(data.knob, data.positions)
        if (at < 0 || at === drawn) return
        drawn = at
        cells.forEach((row, from) => row.forEach((cell, to) => {
            const share = data.alike[at][from][to]
            if (from === to) return
            cell.textContent = share >= 1 ? share.toFixed(0) : ""
            cell.style.setProperty("--share", `${DARKEST * Math.min(1, share / SATURATED)}%`)
        }))
        part("words").textContent = data.words[at]
    }

    return follow({ knobs: { [data.knob]: data.positions } }, here)
}

function table(place, names) {
    const columns = made("colgroup"), head = made("thead"), body = made("tbody"), top = made("tr")
    columns.append(made("col"), ...names.map(() => made("col")))
    top.append(made("th"), ...names.map(name => {
        const cell = made("th")
        cell.append(made("span", name))
        return cell
    }))
    head.append(top)
    const rows = names.map(name => {
        const row = made("tr"), cells = names.map(() => made("td"))
        row.append(made("th", name), ...cells)
        body.append(row)
        return cells
    })
    place.replaceChildren(columns, head, body)
    return rows
}

function made(tag, text) {
    const element = document.createElement(tag)
    if (text !== undefined) element.textContent = text
    return element
}

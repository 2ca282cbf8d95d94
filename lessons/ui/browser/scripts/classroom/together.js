// What a class does together: the runs of all in one chart, which grows as they are posted.

import { chart } from "../chart.js"
import { element } from "../elements.js"
import { board, overlay } from "./tables.js"
import { filled, part } from "./pieces.js"

export function together({ words, activities, charts, wall }, onWall) {
    const card = part("card together drawn"), head = element("p", "", "quiet"), place = part("figures"), places = element("ol", "", "podium")
    const title = element("h3")  // until there is a chart, which has its own
    head.role = "status"
    card.append(title, place, head, places)
    let drawn = null, kind = ""

    function show(activity, member) {
        card.hidden = !activity
        if (!activity) return
        title.textContent = activities[activity.kind]
        head.textContent = standing(activity)
        const empty = !activity.runs.length
        title.hidden = !empty
        place.hidden = places.hidden = empty
        if (!empty) draw(activity, member)
    }

    function draw(activity, member) {
        if (kind !== activity.kind) drawn = begin(activity)
        const { tables, said, winners } = (charts[activity.kind].board ? board : overlay)(activity, member, words)
        drawn.data.texts[0] = `${activities[activity.kind]}: ${said}`
        Object.assign(drawn.data.frames[0].charts[0], { note: said, ...columns(tables, drawn.data) })
        drawn.show(0)
        places.replaceChildren(...winners.map(text => element("li", text)))
        places.hidden = !winners.length
    }

    function begin(activity) {
        drawn?.leave()
        kind = activity.kind
        const { spec } = charts[kind], figure = { title: activities[kind], badges: ["measured"], alt: 0, spec: 0, tall: null, data: {} }
        const data = { texts: [""], specs: [onWall ? { ...spec, ...wall } : spec], columns: [], frames: [{ charts: [figure] }] }
        return { data, ...chart(place, data) }
    }

    function standing({ open, frozen, dealt, started, runs, kind }) {
        const counts = { started, dealt, posted: new Set(runs.map(run => run.member)).size }
        const said = [filled(charts[kind].board ? words["posted by"] : words["trained by"], counts)]
        if (!runs.length && open) said.push(words["no run yet"])
        if (!open) said.push(words.ended)
        else if (frozen) said.push(words.frozen)
        return said.join(" ")
    }

    return { card, show }
}

// Rows as columns, which is how charts take them.
function columns(tables, data) {
    data.columns.length = 0
    const named = Object.entries(tables).map(([name, { columns, rows }]) => {
        const places = columns.map((column, at) => [column, data.columns.push(rows.map(row => row[at])) - 1])
        return [name, Object.fromEntries(places)]
    })
    return { data: Object.fromEntries(named) }
}

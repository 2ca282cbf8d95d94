// The charts of a headline, drawn by Vega-Lite: a specification that stays, and at each position of the slider other data.

import { badges, element, unbroken } from "./elements.js"
import { spare, whenever } from "./fill.js"

const library = () => import("./vendor/vega-embed.js")  // 0.9 MB, once a visit, for those who see such a chart
const LEAST = 0.6, MOST = 0.9  // how low a chart gets on a stage, of what it was made for; how high, of its width
const known = new WeakMap()  // by place: what is drawn there; a lab that runs again finds it

export function chart(place, data) {
    const count = Math.max(0, ...data.frames.map(frame => frame?.charts.length ?? 0))
    if (place.childElementCount !== count) place.replaceChildren(...Array.from({ length: count }, made))
    const places = [...place.children]
    const size = new ResizeObserver(() => places.forEach(draw))
    size.observe(place)
    for (const figure of places) size.observe(figure.querySelector(".canvas"))
    const onStage = data.frames.some(frame => frame?.charts.some(chart => chart.tall))
    const leave = onStage ? whenever(() => places.forEach(fit), ...places) : () => {}
    place.classList.toggle("fills", onStage)

    function show(at) {
        const frame = data.frames[at]
        place.classList.toggle("missing", !frame)
        if (frame) places.forEach((figure, n) => figure.hidden = n >= frame.charts.length)
        frame?.charts.forEach((chart, n) => {
            const { title, alt, note, spec } = chart
            const part = name => places[n].querySelector(`.${name}`)
            part("title").textContent = title
            badges(part("badges"), chart.badges)
            part("caption").textContent = unbroken(note.replace(/[*`]/g, ""))  // without Markdown's marks
            part("canvas").setAttribute("aria-label", data.texts[alt])
            const tables = Object.entries(chart.data).map(([name, columns]) => [name, rows(columns, data)])
            wanted(places[n], data.specs[spec], Object.fromEntries(tables), chart.tall)
        })
    }

    return { show, leave: () => { size.disconnect(); leave() } }
}

function rows(places, { columns, texts }) {
    const named = Object.entries(places).map(([name, place]) => [name, columns[place]])
    const count = named.length ? (named[0][1].texts ?? named[0][1]).length : 0
    const value = (column, at) => column.texts ? texts[column.texts[at]] : column[at]
    return Array.from({ length: count }, (_, at) => Object.fromEntries(named.map(([name, column]) => [name, value(column, at)])))
}

function made() {
    const figure = element("figure"), head = element("figcaption"), canvas = element("div", "", "canvas")
    canvas.setAttribute("role", "img")
    canvas.append(element("div"))  // Vega takes the label of what it draws in
    head.append(element("b", "", "title"), " ", element("span", "", "badges"))
    figure.append(head, canvas, element("p", "", "caption"))
    return figure
}

function wanted(figure, spec, tables, tall) {
    if (!known.has(figure)) known.set(figure, {})
    const state = known.get(figure)
    if (state.tall !== tall) Object.assign(state, { tall, height: tall })
    Object.assign(state, { spec, text: JSON.stringify(spec), tables })
    draw(figure)
}

// On a stage a chart is drawn in the pixels of a large one, which the style sheet enlarges or reduces to what there is.
function fit(figure) {
    const state = known.get(figure), canvas = figure.querySelector(".canvas")
    if (!state?.tall || !canvas.clientWidth) return
    const scale = canvas.getBoundingClientRect().width / canvas.clientWidth, most = Math.max(MOST * canvas.clientWidth, state.tall)
    const height = Math.round(Math.min(Math.max(state.height + spare(figure) / scale, LEAST * state.tall), most))
    if (height === state.height) return
    state.height = height
    draw(figure)
}

// Where the specification is the one that is drawn, those of its data that are others change in place: 2 to 6 ms. Else all is
// drawn anew, which what is wanted meanwhile waits for.
async function draw(figure) {
    const state = known.get(figure), canvas = figure.querySelector(".canvas"), width = canvas.clientWidth
    if (!state || !width) return
    const { tables } = state, text = `${state.height} ${state.text}`
    if (state.drawn !== text || state.width !== width) {
        Object.assign(state, { drawn: text, width, view: null })
        const { default: embed } = await library()
        const spec = { ...state.spec, width, datasets: tables, config: themed(canvas, state.spec.config ?? {}) }
        if (state.height) spec.height = state.height
        const { view } = await embed(canvas.firstChild, spec, { actions: false, renderer: "svg", ast: true })  // no eval
        if (state.drawn !== text || state.width !== width) return  // another was begun
        Object.assign(state, { view, shown: tables })
    }
    if (!state.view || state.shown === state.tables) return
    const others = Object.entries(state.tables).filter(([name, rows]) => JSON.stringify(rows) !== JSON.stringify(state.shown[name]))
    state.shown = state.tables
    if (!others.length) return
    for (const [name, rows] of others) state.view.data(name, rows)
    state.view.run()
}

function themed(place, own) {
    const all = theme(place)
    for (const [part, said] of Object.entries(own)) all[part] = { ...all[part], ...said }
    return all
}

// Streamlit's theme for Vega-Lite, from its variables.
function theme(place) {
    const style = getComputedStyle(place), said = name => style.getPropertyValue(`--st-${name}`).trim()
    const colours = said("chart-categorical-colors").split(","), text = said("text-color"), font = said("font")
    const faint = `color-mix(in srgb, ${text} 20%, transparent)`, words = { labelFontSize: 12, labelColor: text, titleFontSize: 12, titleColor: text, titleFontWeight: "normal" }
    return {
        font,
        background: "transparent",
        autosize: { type: "fit", contains: "padding" },
        axis: { ...words, ticks: false, domain: false, gridColor: faint, labelFlush: true, labelFlushOffset: 1, labelLimit: 100, titlePadding: 16, labelPadding: 16, labelOverlap: true },
        legend: { ...words, titlePadding: 5, labelPadding: 16, columnPadding: 8, rowPadding: 4, padding: 7, symbolStrokeWidth: 4 },
        range: { category: colours },
        view: { strokeWidth: 0, stroke: "transparent" },
        mark: { tooltip: true, color: colours[0] },
        bar: { discreteBandSize: { band: 0.85 } },
        axisDiscrete: { grid: false },
        axisXBand: { grid: false },
        axisXPoint: { grid: false },
        text: { color: text },
    }
}

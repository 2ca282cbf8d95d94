// Draws a sweep: its curves, where its slider stands on them, and the pictures lost there.

import { badges, element } from "./elements.js"
import { lowest, spare, whenever } from "./fill.js"

const SVG = "http://www.w3.org/2000/svg"
const NEAR = 4, STEPS = 12  // pixels that a name keeps from a curve; points looked at between two of one
const LEAST = 0.4, MOST = 1.2  // how low and how high the chart gets on a stage, of its width
const EDGE = { left: 48, right: 16, top: 14, bottom: 46 }

export function sweep(figure, { knobs, missing, stage, sweep: data }) {
    const [positions] = Object.values(knobs)
    const part = name => figure.querySelector(`.${name}`)
    let place, drawn

    function everything() {
        const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
        const width = part("chart").clientWidth / scale, height = part("chart").clientHeight / scale
        if (!width) return
        const colours = getComputedStyle(figure).getPropertyValue("--st-chart-categorical-colors").split(",")
        figure.style.setProperty("--first", colours[0])
        figure.style.setProperty("--second", colours[1])
        const inner = width - EDGE.left - EDGE.right
        place = {
            x: at => EDGE.left + inner * (at + 0.5) / positions.length,
            y: value => EDGE.top + (height - EDGE.top - EDGE.bottom) * (1 - value / 100),
        }
        const size = parseFloat(getComputedStyle(figure).getPropertyValue("--sweep-text")) || 12
        part("chart").replaceChildren(chart(data, positions, place, width, height, size))
        if (data.strip) pictured(part("strip"), data.strip)
        part("names").replaceChildren(...data.curves.map((curve, at) => name(curve, at)))
        part("heading").firstChild.textContent = data.title
        badges(part("heading").lastChild, data.badges)
        if (drawn !== undefined) show(drawn)
    }

    function show(at) {
        drawn = at
        if (!place) return
        const value = data.curves[0].values[at]
        const shown = value === null ? missing[at] : `${value.toFixed(1)} %`
        part("value").textContent = shown
        part("at").textContent = `${data.axis}: ${positions[at]}`
        part("words").textContent = data.words[at]
        part("chart").firstChild.setAttribute("aria-label", data.said[at])
        const point = part("now")
        point.setAttribute("cx", place.x(at))
        point.setAttribute("cy", place.y(value ?? 0))
        point.style.visibility = value === null ? "hidden" : "visible"
        part("here").setAttribute("d", `M${place.x(at)} ${place.y(100)}V${place.y(0)}`)
        part("pictures").replaceChildren(...data.pictures[at].map(picture))
        if (stage) fitPictures()
    }

    function picture({ place, right, change }) {
        const box = element("figure"), image = element("div"), text = element("figcaption"), what = element("b", right)
        image.setAttribute("role", "img")
        image.setAttribute("aria-label", right)
        image.style.backgroundPosition = `calc(${-place} * var(--side)) 0`
        text.append(what, element("br"), change)
        box.append(image, text)
        return box
    }

    function fit() {
        const chart = part("chart"), most = MOST * chart.clientWidth
        const height = Math.min(Math.max(chart.clientHeight + spare(part("pane")), LEAST * chart.clientWidth), most)
        if (Math.round(height) !== chart.clientHeight) chart.style.height = `${Math.round(height)}px`
        fitPictures()
    }

    // A row of pictures that the screen would cut is left out.
    function fitPictures() {
        const pictures = [...part("pictures").children], bottom = lowest(figure.getRootNode().host)
        for (const each of pictures) each.hidden = false
        const cut = pictures.map(each => each.getBoundingClientRect().bottom > bottom)
        pictures.forEach((each, n) => each.hidden = cut[n])
    }

    const size = new ResizeObserver(everything)
    everything()
    size.observe(part("chart"))
    const leave = stage ? whenever(fit, part("pane")) : () => {}
    return { show, leave: () => { size.disconnect(); leave() } }
}

// All pictures are one image, which is there before it takes another's place, and is read once, not once a picture.
async function pictured(style, address) {
    const image = new Image()
    style.dataset.wanted = image.src = new URL(address, document.baseURI).href
    await image.decode()
    if (style.dataset.wanted === image.src) style.textContent = `.pictures figure div { background-image: url(${image.src}) }`
}

function chart(data, positions, { x, y }, width, height, size) {
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" })
    for (const value of [0, 25, 50, 75, 100]) {
        svg.append(shape("path", { class: "grid", d: `M${EDGE.left} ${y(value)}H${width - EDGE.right}` }),
            text(value, EDGE.left - 8, y(value) + 4, "end"))
    }
    const wide = 22 * size / 12  // a label
    const swept = position => !data.swept || data.swept.includes(position)
    const apart = (at, named) => !named.length || x(at) - x(named.at(-1)) >= wide
    const last = positions.findLastIndex(swept)
    const named = positions.reduce((named, position, at) => swept(position) && apart(at, named) ? [...named, at] : named, [])
    while (!apart(last, named)) named.pop()  // the last one always has its number
    if (last >= 0) named.push(last)
    named.forEach(at => svg.append(text(positions[at], x(at), height - EDGE.bottom + 18, "middle")))
    svg.append(text(data.axis, (EDGE.left + width - EDGE.right) / 2, height - 6, "middle"))
    const unit = text(data.unit, 0, 0, "middle")
    unit.setAttribute("transform", `translate(13 ${(height - EDGE.bottom + EDGE.top) / 2}) rotate(-90)`)
    svg.append(unit, shape("path", { class: "here" }))
    for (const { name, value } of data.lines) {
        svg.append(shape("path", { class: "line", d: `M${EDGE.left} ${y(value)}H${width - EDGE.right}` }),
            text(name, ...beside(name, y(value), data.curves, { x, y }, width, size)))
    }
    const guess = positions.indexOf(data.guess)
    if (guess >= 0) {
        svg.append(shape("path", { class: "line", d: `M${x(guess)} ${EDGE.top}V${height - EDGE.bottom}` }),
            text(data.guessed, x(guess) + 5, y(97), "start"))
    }
    data.curves.map(({ values }, at) => {
        const group = shape("g", { class: `curve curve${at}` })
        const known = values.flatMap((value, n) => value === null ? [] : [n])
        const gap = (from, to) => positions.slice(from + 1, to).some(swept)  // something there is still to be measured
        const steps = known.map((n, nth) => `${nth && !gap(known[nth - 1], n) ? "L" : "M"}${x(n)} ${y(values[n])}`)
        group.append(shape("path", { d: steps.join("") }), ...known.map(n => shape("circle", { cx: x(n), cy: y(values[n]), r: 3 })))
        return group
    }).reverse().forEach(group => svg.append(group))
    svg.append(shape("circle", { class: "now", r: 8 }))
    return svg
}

// Where the name of a line across stands: the first of these places that no curve goes through.
function beside(name, line, curves, { x, y }, width, size) {
    const long = name.length * size * 0.55, points = curves.flatMap(({ values }) => between(values, { x, y }))
    const free = ([at, baseline, anchor]) => {
        const left = anchor === "end" ? at - long : at
        return !points.some(([a, b]) => a > left - NEAR && a < left + long + NEAR && b > baseline - size - NEAR && b < baseline + NEAR)
    }
    const ends = [[width - EDGE.right, "end"], [EDGE.left + 4, "start"], [(EDGE.left + width - EDGE.right - long) / 2, "start"]]
    const places = ends.flatMap(([at, anchor]) => [[at, line - 11, anchor], [at, line + size + 9, anchor]])
    return places.find(free) ?? places[0]
}

// Points along a curve, pixels, close enough that no name fits between two.
function between(values, { x, y }) {
    const known = values.flatMap((value, at) => value === null ? [] : [[x(at), y(value)]])
    return known.flatMap(([a, b], at) => {
        const [c, d] = known[at + 1] ?? [a, b]
        return Array.from({ length: STEPS }, (_, step) => [a + (c - a) * step / STEPS, b + (d - b) * step / STEPS])
    })
}

function name({ name }, at) {
    return element("span", name, `name curve${at}`)
}

function shape(tag, attributes) {
    const made = document.createElementNS(SVG, tag)
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
    return made
}

function text(content, x, y, anchor) {
    const made = shape("text", { x, y, "text-anchor": anchor })
    made.textContent = content
    return made
}

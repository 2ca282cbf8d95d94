// Draws a sweep: its curves, where its slider stands on them, and the pictures lost there.

import { badges, element } from "./elements.js"

const SVG = "http://www.w3.org/2000/svg"
const EDGE = { left: 48, right: 16, top: 14, bottom: 46 }

export function sweep(figure, { knobs, missing, sweep: data }) {
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
        part("chart").firstChild.setAttribute("aria-label",
            `Line chart of ${data.unit.replace(" (%)", "")} against ${data.axis}. At ${positions[at]}: ${shown}.`)
        const point = part("now")
        point.setAttribute("cx", place.x(at))
        point.setAttribute("cy", place.y(value ?? 0))
        point.style.visibility = value === null ? "hidden" : "visible"
        part("here").setAttribute("d", `M${place.x(at)} ${place.y(100)}V${place.y(0)}`)
        part("pictures").replaceChildren(...data.pictures[at].map(picture))
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

    const size = new ResizeObserver(everything)
    everything()
    size.observe(part("chart"))
    return { show, leave: () => size.disconnect() }
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
    const every = Math.ceil((data.swept ?? positions).length * wide / (width - EDGE.left - EDGE.right))
    let nth = 0
    positions.forEach((position, at) => {
        if (!swept(position)) return
        if (nth++ % every === 0 || at === positions.length - 1) svg.append(text(position, x(at), height - EDGE.bottom + 18, "middle"))
    })
    svg.append(text(data.axis, (EDGE.left + width - EDGE.right) / 2, height - 6, "middle"))
    const unit = text(data.unit, 0, 0, "middle")
    unit.setAttribute("transform", `translate(13 ${(height - EDGE.bottom + EDGE.top) / 2}) rotate(-90)`)
    svg.append(unit, shape("path", { class: "here" }))
    for (const { name, value } of data.lines) {
        svg.append(shape("path", { class: "line", d: `M${EDGE.left} ${y(value)}H${width - EDGE.right}` }),
            text(name, width - EDGE.right, y(value) - 7, "end"))
    }
    const guess = positions.indexOf(data.guess)
    if (guess >= 0) {
        svg.append(shape("path", { class: "line", d: `M${x(guess)} ${EDGE.top}V${height - EDGE.bottom}` }),
            text("your guess", x(guess) + 5, y(97), "start"))
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

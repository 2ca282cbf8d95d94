// Small pieces that several scripts put together.

export function element(tag, text = "", name = "") {
    const made = document.createElement(tag)
    if (text) made.textContent = text
    if (name) made.className = name
    return made
}

const UNIT = /(\d) (?=%|[kMGTPmµn]?(?:Wh|J|B|W|MACs?|FLOP|nats|bits?|tokens|USD)\b)/g

// Text in which no line ends between a number and its unit.
export const unbroken = text => text.replace(UNIT, "$1\u00a0")

// How a number is known: one of Streamlit's badges.
export function badge(place, kind) {
    place.textContent = kind
    place.className = `badge ${kind}`
    place.hidden = !kind
}

// How several are.
export function badges(place, kinds) {
    place.replaceChildren(...kinds.flatMap(kind => [element("span", kind, `badge ${kind}`), " "]))
}

// What stands between two ** is bold.
export function sentence(place, { frames, texts }) {
    function show(at) {
        const parts = frames[at] ? texts[frames[at].said].split("**") : []
        place.replaceChildren(...parts.map((part, n) => element(n % 2 ? "b" : "span", part)).filter(made => made.textContent))
    }

    return { show, leave: () => {} }
}

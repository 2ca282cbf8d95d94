// Small pieces that several scripts put together.

export function element(tag, text = "", name = "") {
    const made = document.createElement(tag)
    if (text) made.textContent = text
    if (name) made.className = name
    return made
}

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

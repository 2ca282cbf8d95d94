// Passages of text beside each other, where the slider stands: what is like the first passage is plain, what differs is marked.

import { anew } from "./anew.js"
import { badges, element, unbroken } from "./elements.js"
import { follow, place } from "./follow.js"

export default function ({ data, parentElement }) {
    return anew(parentElement, () => sentences(data, parentElement.querySelector(".sentences")))
}

function sentences(data, root) {
    const passages = root.querySelector(".passages"), known = data.frames.filter(frame => frame)
    const columns = (known[0]?.passages ?? []).map((_, n) => column(data.frames.map(frame => frame?.passages[n])))
    const note = each(data.frames.map(frame => element("span", unbroken(frame?.note ?? ""))))
    passages.replaceChildren(...columns.map(column => column.box))
    root.querySelector(".caption").replaceChildren(...(known.some(frame => frame.note) ? [note.box] : []))
    let drawn

    function here() {
        const at = place(data)
        if (at < 0 || at === drawn) return
        passages.classList.toggle("missing", !data.frames[at])
        if (data.frames[at]) for (const part of [...columns, note]) part.show(at)
        drawn = at
    }

    return follow(data, here)
}

function column(passages) {
    const box = element("section"), head = element("div", "", "heading"), kinds = element("span", "", "badges")
    const title = each(passages.map(passage => element("b", passage?.title ?? "")))
    const text = each(passages.map(written))
    badges(kinds, passages.find(passage => passage)?.badges ?? [])
    head.append(title.box, kinds)
    box.append(head, text.box)
    return { box, show: at => [title, text].forEach(part => part.show(at)) }
}

function written(passage) {
    const text = element("p", "", "passage")
    text.append(element("span", passage?.given ?? "", "given"))
    text.append(...(passage?.pieces ?? []).map(([piece, differs]) => element(differs ? "mark" : "span", piece)), element("span", " …", "given"))
    return text
}

// All in one place, of which one is seen.
function each(all) {
    const box = element("div", "", "each")
    box.append(...all)
    return { box, show: at => all.forEach((one, n) => one.toggleAttribute("data-away", n !== at)) }
}

// A field for pasted text, in which a text of a megabyte would stop the browser for seconds.

const most = new Map()  // characters that a field takes, by its label

export default function ({ data }) {
    if (!most.size) document.addEventListener("paste", cut, true)
    for (const [label, count] of Object.entries(data)) most.set(label, count)
}

// Of a longer text so much comes in that the server says that it is too long.
function cut(event) {
    const text = event.clipboardData?.getData("text/plain") ?? ""
    const limit = event.target instanceof HTMLTextAreaElement && most.get(event.target.getAttribute("aria-label"))
    if (!limit || text.length <= limit) return
    event.preventDefault()
    document.execCommand("insertText", false, text.slice(0, limit + 1))
}

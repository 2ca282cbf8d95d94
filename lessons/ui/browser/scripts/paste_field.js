// A field for pasted text, in which a text of a megabyte would stop the browser for seconds, and in a part that Escape
// closes.

const SENT = 50  // milliseconds until it was
const most = new Map()  // characters that a field takes, by its label

export default function ({ data }) {
    if (!most.size) {
        document.addEventListener("paste", cut, true)
        window.addEventListener("keydown", send, true)
    }
    for (const [label, count] of Object.entries(data)) most.set(label, count)
}

// Of a longer text so much comes in that the server says that it is too long.
function cut(event) {
    const text = event.clipboardData?.getData("text/plain") ?? ""
    const limit = limitOf(event.target)
    if (!limit || text.length <= limit) return
    event.preventDefault()
    document.execCommand("insertText", false, text.slice(0, limit + 1))
}

// What is in a field is sent after it was left, and lost where what it is in is closed before. So Escape leaves it first.
function send(event) {
    if (!event.isTrusted || event.key !== "Escape" || !limitOf(event.target)) return
    event.stopImmediatePropagation()
    event.target.blur()
    setTimeout(() => event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })), SENT)
}

function limitOf(field) {
    return field instanceof HTMLTextAreaElement && most.get(field.getAttribute("aria-label"))
}

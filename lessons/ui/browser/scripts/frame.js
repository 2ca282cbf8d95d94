// What the frame needs of the browser: a Back that goes back, clocks that hold while a page runs, and whether one does.

import { sayWhenLost } from "./lost.js"

// The numbers of fields of Streamlit's messages: of BackMsg and its ClientState,
const RERUN = 11, OF_PAGE = 3, OF_PART = 5, TICK = 6
// and of ForwardMsg, its NewSession, its metadata and what these say of a run; of what ends, FINISHED_EARLY_FOR_RERUN.
const BEGINS = 4, BEGINS_PAGE = 9, METADATA = 2, RUN = 6, PARTS = 2, ENDS = 6, INTERRUPTED = 2
const AT_ONCE = 1000  // ms; seen: 60
const LONGEST = 3000  // ms until a page that was asked to run says so, at the latest

export default function ({ data }) {
    if (window.modelsForAnts) return
    window.modelsForAnts = { idle }
    sayWhenLost(data.lost)
    mendBack()
    holdTicks()
}

// On the way to another page, Streamlit 1.67 first takes the settings out of the address and pushes that as an entry of
// its own, so that Back finds the page without them. Here, an entry for the page one is on replaces the one there is; if
// another page follows at once, the settings are put back first.
function mendBack() {
    const push = history.pushState.bind(history), replace = history.replaceState.bind(history)
    let before = null
    history.pushState = (state, title, address) => {
        if (new URL(address, location.href).pathname === location.pathname) {
            before ??= location.href
            setTimeout(() => { before = null }, AT_ONCE)
            replace(state, title, address)
        } else {
            if (before) replace(history.state, "", before)
            before = null
            push(state, title, address)
        }
    }
}

// What Streamlit is at: "notRunning", "rerunRequested", "running". It knows only once it has drawn what the server said, and a
// short run not at all; so it is heard, too: whether one `runs`, and when one was `asked` for that has not begun.
function state() {
    return document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState ?? "notRunning"
}

let runs = false
const asked = new Map()  // what was asked for and has not begun, by part of the page ("": all of it): of which page, and when
const heard = new WeakSet()

function idle() {
    for (const [part, { at }] of asked) if (performance.now() - at > LONGEST) asked.delete(part)
    return state() === "notRunning" && !runs && !asked.size
}

function hear({ data }) {
    if (!(data instanceof ArrayBuffer)) return
    const message = new Uint8Array(data), run = field(message, BEGINS), ended = field(message, ENDS)
    if (run) begins(words(field(run, BEGINS_PAGE)), fields(field(field(message, METADATA), RUN), PARTS).map(words))
    if (ended !== undefined && ended !== INTERRUPTED) runs = false
}

// A run of some parts of a page, or of all of it, answers what has asked for these. A click on a link to another page, or on a
// button that sets knobs, is not answered by the run of a tick that was sent before it: another tick, sent now, would undo it.
function begins(page, parts) {
    runs = true
    for (const [part, { of }] of asked)
        if (parts.length ? parts.includes(part) : part || !of || of === page) asked.delete(part)
}

// A tick of a page's clock that reaches the server together with a click on another page takes its place; one that comes later
// is answered for the page before, which leaves the next one white (Streamlit 1.67). So a tick is left out while anything runs;
// another comes soon.
function holdTicks() {
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (message) {
        const rerun = message instanceof Uint8Array ? field(message, RERUN) : undefined
        if (field(rerun, TICK) === 1 && !idle()) return
        if (!heard.has(this)) {  // a connection that was lost takes along what ran
            heard.add(this)
            runs = false
            this.addEventListener("message", hear)
        }
        if (rerun) asked.set(words(field(rerun, OF_PART)), { of: words(field(rerun, OF_PAGE)), at: performance.now() })
        send.call(this, message)
    }
}

// The values of a field of a message in protobuf's wire format: numbers, or the bytes of what is longer.
function fields(message = new Uint8Array(), number) {
    let at = 0
    const found = []
    const varint = () => {
        let value = 0, unit = 1, byte
        do {
            byte = message[at++]
            value += (byte & 127) * unit
            unit *= 128
        } while (byte & 128)
        return value
    }
    while (at < message.length) {
        const key = varint(), kind = key % 8
        let value = kind === 0 || kind === 2 ? varint() : { 1: 8, 5: 4 }[kind]
        if (kind !== 0) value = message.subarray(at, at += value)
        if (key >> 3 === number) found.push(value)
    }
    return found
}

const field = (message, number) => fields(message, number).at(-1)
const words = bytes => new TextDecoder().decode(bytes)

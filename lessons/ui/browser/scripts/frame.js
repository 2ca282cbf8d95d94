// What the frame needs of the browser: a Back that goes back, clocks that hold while a page runs, and whether one does.

const RERUN = 11, TICK = 6  // the numbers of BackMsg.rerun_script and ClientState.is_auto_rerun,
const BEGINS = 4, ENDS = 6, INTERRUPTED = 2  // of ForwardMsg.new_session and script_finished, and of its FINISHED_EARLY_FOR_RERUN
const AT_ONCE = 1000  // ms; seen: 60
const LONGEST = 3000  // ms until a page that was asked to run says so, at the latest

export default function () {
    if (window.modelsForAnts) return
    window.modelsForAnts = { idle }
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

let asked = 0, runs = false
const heard = new WeakSet()

function idle() {
    return state() === "notRunning" && !runs && (!asked || performance.now() - asked > LONGEST)
}

function hear({ data }) {
    if (!(data instanceof ArrayBuffer)) return
    const message = new Uint8Array(data)
    if (field(message, BEGINS)) [asked, runs] = [0, true]
    const ended = field(message, ENDS)
    if (ended !== undefined && ended !== INTERRUPTED) runs = false
}

// A tick of a page's clock that reaches the server together with a click on another page takes its place; one that comes later
// is answered for the page before, which leaves the next one white (Streamlit 1.67). So a tick is left out while anything runs;
// another comes soon.
function holdTicks() {
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (message) {
        if (isTick(message) && !idle()) return
        if (!heard.has(this)) {  // a connection that was lost takes along what ran
            heard.add(this)
            runs = false
            this.addEventListener("message", hear)
        }
        asked = performance.now()
        send.call(this, message)
    }
}

function isTick(message) {
    return message instanceof Uint8Array && field(field(message, RERUN) ?? [], TICK) === 1
}

// A field of a message in protobuf's wire format: a number, or the bytes of what is longer.
function field(message, number) {
    let at = 0, found
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
        if (key >> 3 === number) found = value
    }
    return found
}

// The connection with a class. One that is lost is made again, after ever longer times with some chance in them, so that a hundred
// phones do not all come back in the same moment.

const FIRST = 500, LONGEST = 10000  // ms
const GONE = 4004  // the class or its member is no longer there: lessons/live/hub.py

// A key to a class that lets nobody in any more is kept no longer: the server says whether that is so.
function forget(code) {
    fetch(new URL("class/forget", document.baseURI), { method: "POST", body: new URLSearchParams({ code }) }).catch(() => {})
}

// An activity with all of its runs: those that are `known` are not told again.
const whole = (told, before) => ({ ...told, runs: [...before?.runs.slice(0, told.known) ?? [], ...told.runs] })

export function connect(code, { state, activity, error, gone, lost }) {
    let socket, wait = FIRST, again, ended = false, latest

    const place = new URL(`class/${code}/live`, document.baseURI)
    place.protocol = place.protocol.replace("http", "ws")

    function open() {
        socket = new WebSocket(place)
        socket.onmessage = ({ data }) => {
            const told = JSON.parse(data)
            if (told.state) [wait] = [FIRST, state(told.state)]
            if (told.activity) activity?.(latest = whole(told.activity, latest))
            if (told.error) error(told.error)
            if (told.gone) [ended] = [true, gone(told.gone, told), forget(code)]
        }
        socket.onclose = ({ code }) => {
            if (ended || code === GONE) return
            lost()
            again = setTimeout(open, wait * (0.5 + Math.random()))
            wait = Math.min(2 * wait, LONGEST)
        }
    }

    // A phone that was asleep does not wait for the next try.
    function awake() {
        if (document.visibilityState !== "visible" || ended || socket.readyState !== WebSocket.CLOSED) return
        clearTimeout(again)
        open()
    }

    open()
    document.addEventListener("visibilitychange", awake)
    return {
        tell: (what, fields = {}) => {
            if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ do: what, ...fields }))
            else lost()
        },
        close: () => {
            ended = true
            clearTimeout(again)
            document.removeEventListener("visibilitychange", awake)
            socket.close()
        },
    }
}

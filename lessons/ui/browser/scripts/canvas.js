// A canvas to draw on, white on black: tells what is drawn as 28 × 28 bytes, while it is drawn and when the pen is lifted.

const SIDE = 28, PIXEL = 10  // a pixel of the 28 × 28 is so many of the canvas, each way
const PEN = 24  // wide, as MNIST's strokes are: a little over two pixels
const EVERY = 125  // ms between two tellings while drawing

export default function ({ data, parentElement, setStateValue }) {
    const box = parentElement.querySelector(".drawing")
    box.pen ??= pen(box)
    box.pen.tell = pixels => setStateValue("drawing", { of: data.of, pixels })
    if (box.pen.of !== data.of) box.pen.wipe()  // another picture was chosen: the drawing makes way
    box.pen.of = data.of
}

function pen(box) {
    const canvas = box.querySelector("canvas"), paper = canvas.getContext("2d", { willReadFrequently: true })
    const self = { wipe }
    let told = 0, later = 0
    paper.lineWidth = PEN
    paper.lineCap = paper.lineJoin = "round"
    paper.strokeStyle = "#fff"

    function place(event) {
        const seen = canvas.getBoundingClientRect()
        return [(event.clientX - seen.left) * canvas.width / seen.width, (event.clientY - seen.top) * canvas.height / seen.height]
    }

    function tell(wait) {
        clearTimeout(later)
        later = setTimeout(() => { told = performance.now(); self.tell(pixels(paper)) }, wait)
    }

    function wipe() {
        clearTimeout(later)
        paper.clearRect(0, 0, canvas.width, canvas.height)
    }

    canvas.addEventListener("pointerdown", event => {
        if (event.button !== 0) return
        event.preventDefault()
        canvas.setPointerCapture(event.pointerId)
        self.pointer = event.pointerId
        self.at = place(event)
        move(event)
    })
    canvas.addEventListener("pointermove", move)
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, event => {
        if (event.pointerId !== self.pointer) return
        self.pointer = null
        tell(0)
    })
    box.querySelector("button").addEventListener("click", () => { wipe(); self.tell("") })

    function move(event) {
        if (event.pointerId !== self.pointer) return
        const points = event.getCoalescedEvents?.() ?? []
        for (const point of points.length ? points : [event]) {
            const next = place(point)
            paper.beginPath()
            paper.moveTo(...self.at)
            paper.lineTo(...next)
            paper.stroke()
            self.at = next
        }
        const waited = performance.now() - told
        if (waited >= EVERY) {
            told = performance.now()
            tell(0)
        }
    }
    return self
}

// Each pixel is the mean of its part of the canvas; base64, since a state is JSON.
function pixels(paper) {
    const alpha = paper.getImageData(0, 0, SIDE * PIXEL, SIDE * PIXEL).data
    const sums = new Float32Array(SIDE * SIDE)
    for (let y = 0; y < SIDE * PIXEL; y++) {
        for (let x = 0; x < SIDE * PIXEL; x++) {
            sums[Math.floor(y / PIXEL) * SIDE + Math.floor(x / PIXEL)] += alpha[4 * (y * SIDE * PIXEL + x) + 3]
        }
    }
    return btoa(String.fromCharCode(...sums.map(sum => Math.round(sum / PIXEL / PIXEL))))
}

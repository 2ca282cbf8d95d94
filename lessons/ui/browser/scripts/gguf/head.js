// The head of a GGUF file: all its settings but those of the tokenizer and very long ones, and its list of tensors. What is wrong
// with a file is said by the server: it is sent as far as it could be read.

const SLICE = 2 ** 20  // bytes that are read at once
const MOST_READ = 2 ** 28, MOST_SENT = 2 ** 20, LONGEST = 2 ** 16  // bytes; of a value that is sent
const MAGIC = 0x46554747, MOST_LISTED = 100_000  // settings, and tensors
const COUNTS = 24  // bytes of magic, version, tensors and settings
const TOKENIZER = "tokenizer.", STRING = 8, ARRAY = 9
const SIZES = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 }

class Cut extends Error {}

// Its bytes, and where in the file its weights begin.
export async function head(file) {
    const walk = new Walk(file), kept = []
    let settings = null
    try {
        settings = await through(walk, kept)
    } catch (error) {
        if (!(error instanceof Cut)) throw error
        if (!kept.length) keep(kept, 0, Math.min(COUNTS, file.size))
    }
    const bytes = await gathered(file, kept)
    if (settings !== null) new DataView(bytes.buffer).setBigUint64(16, BigInt(settings), true)
    return { bytes, begin: Math.min(Math.max(walk.at, bytes.length), file.size) }
}

// Walks to the end of the list of tensors; gives how many settings are kept.
async function through(walk, kept) {
    await walk.load(COUNTS)
    const magic = walk.u32(), version = walk.u32(), tensors = walk.u64(), settings = walk.u64()
    keep(kept, 0, COUNTS)
    if (magic !== MAGIC || version < 2 || version > 3 || tensors > MOST_LISTED || settings > MOST_LISTED) throw new Cut()
    let count = 0
    for (let at = 0; at < settings; at++) {
        const begin = walk.at, name = await walk.text()
        await walk.load(4)
        await value(walk, walk.u32())
        if (name.startsWith(TOKENIZER) || walk.at - begin > LONGEST) continue
        keep(kept, begin, walk.at)
        count++
    }
    const begin = walk.at
    for (let at = 0; at < tensors; at++) {
        await walk.skipText()
        await walk.load(4)
        walk.skip(8 * walk.u32() + 4 + 8)
    }
    keep(kept, begin, walk.at)
    return count
}

async function value(walk, type) {
    if (type === STRING) return walk.skipText()
    if (type !== ARRAY) return walk.skip(size(type))
    await walk.load(12)
    const of = walk.u32(), length = walk.u64()
    if (of !== STRING) return walk.skip(length * size(of))
    for (let at = 0; at < length; at++) if (!walk.skipTextHere()) await walk.skipText()
}

function size(type) {
    if (!(type in SIZES)) throw new Cut()
    return SIZES[type]
}

function keep(kept, begin, end) {
    const last = kept.at(-1), before = kept.reduce((sum, [from, to]) => sum + to - from, 0)
    if (before + end - begin > MOST_SENT) throw new Cut()
    if (last && last[1] === begin) last[1] = end
    else kept.push([begin, end])
}

async function gathered(file, kept) {
    const parts = await Promise.all(kept.map(([begin, end]) => file.slice(begin, end).arrayBuffer()))
    return new Uint8Array(await new Blob(parts).arrayBuffer())
}

// A place in a file, and the slice of it that was read last.
class Walk {
    constructor(file) {
        Object.assign(this, { file, at: 0, from: 0, view: new DataView(new ArrayBuffer(0)) })
    }

    has(count) {
        return this.at >= this.from && this.at + count <= this.from + this.view.byteLength
    }

    async load(count) {
        if (this.has(count)) return
        if (!(this.at + count <= Math.min(this.file.size, MOST_READ))) throw new Cut()
        this.from = this.at
        this.view = new DataView(await this.file.slice(this.at, this.at + Math.max(count, SLICE)).arrayBuffer())
        if (!this.has(count)) throw new Cut()
    }

    u32() {
        return this.view.getUint32(this.move(4), true)
    }

    u64() {
        return Number(this.view.getBigUint64(this.move(8), true))
    }

    move(count) {
        const at = this.at - this.from
        this.at += count
        return at
    }

    skip(count) {
        if (!(this.at + count <= Math.min(this.file.size, MOST_READ))) throw new Cut()
        this.at += count
    }

    async skipText() {
        await this.load(8)
        this.skip(this.u64())
    }

    // The same at once, if all of it is in the slice at hand.
    skipTextHere() {
        if (!this.has(8)) return false
        const length = Number(this.view.getBigUint64(this.at - this.from, true))
        if (!this.has(8 + length)) return false
        this.at += 8 + length
        return true
    }

    async text() {
        await this.load(8)
        const length = this.u64()
        if (length > LONGEST) throw new Cut()
        await this.load(length)
        return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.move(length), length))
    }
}

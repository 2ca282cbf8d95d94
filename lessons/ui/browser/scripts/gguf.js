// A field for GGUF files on the reader's own disk. A file is walked through slice by slice, here: only its head is sent, without
// the words of its tokenizer. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

import { element } from "./elements.js"
import { head } from "./gguf/head.js"
import { whenIdle } from "./idle.js"

const MOST_FILES = 64

export default function ({ data, parentElement, setTriggerValue }) {
    const box = parentElement.querySelector(".gguf")
    box.field ??= field(box)
    box.field.show(data, files => setTriggerValue("files", { at: Date.now(), files }))
}

function field(box) {
    const input = box.querySelector("input"), remove = box.querySelector("button"), said = box.querySelector(".said")
    const self = { show }
    let reading = 0  // which reading is the last one

    function show(data, tell) {
        Object.assign(self, { words: data.words, tell })
        for (const name of ["label", "choose", "hint"]) box.querySelector(`.${name}`).textContent = data.words[name]
        input.setAttribute("aria-label", `${data.words.label}: ${data.words.choose}`)
        remove.textContent = data.words.remove
        remove.hidden = !data.held.length
        if (!box.classList.contains("busy")) said.replaceChildren(...data.held.map(each => element("div", each)))
    }

    async function take(files) {
        const mine = ++reading
        if (!files.length) return
        box.classList.add("busy")
        said.textContent = self.words.reading
        const found = []
        for (const file of files.slice(0, MOST_FILES)) found.push(await sent(file))
        if (mine !== reading) return  // others were dropped meanwhile
        input.value = ""  // the same file can be chosen again
        whenIdle(() => {
            box.classList.remove("busy")
            self.tell(found)
        })
    }

    input.addEventListener("change", () => take([...input.files]))
    remove.addEventListener("click", () => { reading++; box.classList.remove("busy"); self.tell([]) })
    box.addEventListener("dragover", event => { event.preventDefault(); box.classList.add("over") })
    box.addEventListener("dragleave", () => box.classList.remove("over"))
    box.addEventListener("drop", event => {
        event.preventDefault()
        box.classList.remove("over")
        take([...event.dataTransfer.files])
    })
    if (input.files.length) queueMicrotask(() => take([...input.files]))  // chosen before this script was here
    return self
}

async function sent(file) {
    const { bytes, begin } = await head(file)
    return { name: file.name.slice(0, 200), size: file.size, begin, head: base64(bytes) }
}

function base64(bytes) {
    let text = ""
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
    return btoa(text)
}

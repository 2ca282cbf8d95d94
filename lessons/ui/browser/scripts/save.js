// Saves a file that the server has just made, once.

import { element } from "./elements.js"

const LATER = 60_000  // ms: until then the browser has read it
let saved = ""

export default function ({ data }) {
    if (data.made === saved) return
    saved = data.made
    const link = element("a"), address = URL.createObjectURL(new Blob([data.text], { type: data.type }))
    Object.assign(link, { href: address, download: data.name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), LATER)
}

// A QR code and a short link to what is on the stage, large enough for the last row.

import { element } from "../elements.js"
import { toggleDialog } from "./overlay.js"

export function toggle() {
    toggleDialog("qr", async dialog => {
        const said = dialog.appendChild(element("p", "…"))
        const { code, link, said: words } = await made()
        said.textContent = words
        if (!link) return
        const picture = element("img")
        Object.assign(picture, { src: new URL(`qr.svg?code=${code}`, document.baseURI), alt: link })
        dialog.prepend(picture, element("p", link.replace(/^https?:\/\//, ""), "link"))
    })
}

// Where the page stands now, asked for each time: its knobs may have moved.
async function made() {
    const link = `/${location.pathname.split("/").pop()}${location.search}`
    const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ link }) }
    try {
        return await (await fetch(new URL("s", document.baseURI), asked)).json()
    } catch (error) {
        return { said: String(error) }
    }
}

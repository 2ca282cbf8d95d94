// A QR code and a short link to what is on the stage, large enough for the last row.

import { element } from "../elements.js"
import { bare, picture, shortened } from "../short_link.js"
import { toggleDialog } from "./overlay.js"

export function toggle() {
    toggleDialog("qr", async dialog => {
        const said = dialog.appendChild(element("p", "…"))
        // where the page stands now, asked for each time: its knobs may have moved
        const { code, link, said: words } = await shortened(`/${location.pathname.split("/").pop()}${location.search}`)
        said.textContent = words
        if (!link) return
        const image = element("img")
        Object.assign(image, { src: picture(code), alt: link })
        dialog.prepend(image, element("p", bare(link), "link"))
    })
}

// The keys, and what they do.

import { element } from "../elements.js"
import { toggleDialog, words } from "./overlay.js"

export function toggle(table) {
    toggleDialog("help", dialog => {
        const list = dialog.appendChild(element("dl"))
        for (const { keys, shown, about } of table)
            list.append(element("dt", shown ?? keys[0]), element("dd", words()[about]))
    })
}

// Charts beside each other.

import { anew } from "./anew.js"
import { chart } from "./chart.js"

export default function ({ data, parentElement }) {
    return anew(parentElement, () => {
        const drawn = chart(parentElement.querySelector(".figures"), data)
        drawn.show(0)
        return drawn.leave
    })
}

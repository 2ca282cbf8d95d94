// Charts beside each other.

import { chart } from "./chart.js"

export default function ({ data, parentElement }) {
    const drawn = chart(parentElement.querySelector(".figures"), data)
    drawn.show(0)
    return drawn.leave
}

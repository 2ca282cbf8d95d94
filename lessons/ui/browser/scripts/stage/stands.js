// Whether a stage shows all it is going to: nothing runs, no lab waits for its jobs, and every chart is drawn.

const CHARTS = "[data-testid=stPlotlyChart], .canvas"

export function stands() {
    const waits = document.querySelector('[class*="st-key-look_listens_"] *, [data-stale=true]')
    return Boolean(window.modelsForAnts?.idle()) && !waits && charts().every(isDrawn)
}

// What went wrong on it, if anything did.
export const failure = () => document.querySelector("[data-testid=stException]")?.innerText.split("\n")[0] ?? ""

function charts() {
    const places = [...document.querySelectorAll("*")].map(each => each.shadowRoot).filter(Boolean)
    return [document, ...places].flatMap(place => [...place.querySelectorAll(CHARTS)])
}

const isDrawn = chart => !chart.checkVisibility() || chart.querySelector("canvas, svg")

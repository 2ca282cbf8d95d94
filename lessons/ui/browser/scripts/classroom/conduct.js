// How a teacher has a class do something together: what is begun, ended, frozen and begun again, and whose posts go.

import { element } from "../elements.js"
import { button, field, filled, part } from "./pieces.js"
import { name } from "./tables.js"

export function conduct({ words, activities, charts, threshold }, line) {
    const kinds = Object.keys(activities), label = element("label", words["do together"]), select = element("select")
    select.append(...kinds.map(kind => element("option", activities[kind])))
    label.append(select)
    const limit = field(words.threshold, "threshold", { type: "number", min: 0, max: 100, step: 0.5, value: threshold })
    const input = limit.querySelector("input"), chosen = () => kinds[select.selectedIndex]
    const needs = kind => kind && charts[kind].board
    const begin = button(words.begin, () => {
        line.tell("begin", { kind: chosen(), threshold: needs(chosen()) ? Number(input.value) : null })
    }, "first")
    const acts = part("row"), posted = element("ul", "", "there"), card = part("card part", label, limit, part("row", begin), acts, posted)
    let now = null, drawn = ""
    const fit = () => { limit.hidden = !needs(chosen()) && !(now?.open && needs(now.kind)) }
    select.onchange = fit
    fit()

    function show(activity) {
        now = activity
        fit()
        const wanted = JSON.stringify(activity && [activity.number, activity.open, activity.frozen, activity.runs.map(run => run.post)])
        if (wanted === drawn) return
        drawn = wanted
        acts.replaceChildren(...activity?.open ? open(activity) : [])
        posted.replaceChildren(...activity?.open && needs(activity.kind) ? people(activity) : [])
    }

    function open({ kind, frozen }) {
        const all = [button(words.end, () => line.tell("end")), button(words["begin again"], again)]
        if (!needs(kind)) return all
        const set = button(words["set threshold"], () => line.tell("threshold", { threshold: Number(input.value) }))
        return [button(frozen ? words.thaw : words.freeze, () => line.tell("freeze", { frozen: !frozen }), frozen ? "" : "first"), set, ...all]
    }

    function again() {
        if (confirm(words["begin again: sure"])) line.tell("restart")
    }

    function people({ runs }) {
        const members = new Map(runs.map(run => [run.member, name(run, words)]))
        return [...members].map(([member, name]) => {
            const row = element("li"), remove = button("×", () => line.tell("clear", { member }))
            remove.ariaLabel = filled(words["remove posts"], { name })
            row.append(element("bdi", name), remove)
            return row
        })
    }

    return { card, show }
}

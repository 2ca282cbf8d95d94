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
    const running = kind => Boolean(now?.open) && (!kind || now.kind === kind)
    const begin = button(words.begin, () => {
        if (running() && !confirm(filled(words["begin: sure"], { title: activities[now.kind] }))) return
        line.tell("begin", { kind: chosen(), threshold: needs(chosen()) ? Number(input.value) : null })
    }, "first")
    const acts = part("row"), posted = part("part"), card = part("card part", label, limit, part("row", begin), acts, posted)
    let now = null, drawn = "", settled = ""
    const fit = () => {
        limit.hidden = !needs(chosen()) && !(running() && needs(now.kind))
        begin.hidden = running(chosen())
    }
    select.onchange = fit
    fit()

    // The controls hold what runs: a page that is loaded anew, and a second device, have it from the server.
    function settle({ number, kind, settings }) {
        const wanted = JSON.stringify([number, settings])
        if (wanted === settled) return
        settled = wanted
        select.selectedIndex = kinds.indexOf(kind)
        if (needs(kind)) input.value = settings.threshold
    }

    function show(activity) {
        now = activity
        if (running()) settle(activity)
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
        const members = new Map(runs.map(run => [run.member, name(run, words)])), list = element("ul", "", "there")
        list.append(...[...members].map(([member, name]) => {
            const row = element("li"), remove = button("×", () => line.tell("clear", { member }))
            remove.ariaLabel = filled(words["remove posts"], { name })
            row.append(element("bdi", name), remove)
            return row
        }))
        return members.size ? [element("p", words["remove the runs of"]), list] : []
    }

    return { card, show }
}

// The runs of a class as the tables of its charts (lessons/ui/classroom/charts.py), and what they say in words.

import { filled } from "./pieces.js"

const RUN = ["run", "at", "x", "y", "name", "label"], SPREAD = ["x", "mean", "low", "high", "deviation", "runs"], FILE = ["x", "y", "name", "place"]
const FEW = 8  // places whose means are written out; of more the last alone

// Of an overlay: curves, and their mean and deviation at each x.
export function overlay({ runs, spread, gain }, member, words) {
    const label = (run, at) => at === run.points.length - 1 ? words.yours : ""
    const rows = runs.flatMap(run => run.points.map(([x, y], at) => {
        return [run.post, at, x, y, name(run, words), label(run, at), run.member === member]
    }))
    const several = spread.some(([, , , count]) => count > 1)
    const means = spread.map(([x, mean, deviation, count]) => {  // of one run alone there is neither mean nor band
        return count > 1 ? [x, mean, mean - deviation, mean + deviation, deviation, count] : [x, null, null, null, null, count]
    })
    const at = runs.some(run => run.points.length > 2) || spread.length > FEW ? spread.slice(-1) : spread
    const said = at.map(([x, mean, deviation, runs]) => {
        return filled(runs > 1 ? words.spread : words["one run"], { x, mean: mean.toFixed(1), deviation: deviation.toFixed(1), runs })
    })
    return {
        tables: { ...parted(RUN, rows), spread: { columns: SPREAD, rows: means } },
        said: [several && words["mean and band"], said.join("; ") + ".", gained(gain, words)].filter(Boolean).join(" "),
        winners: [],
    }
}

// What a pair of networks differs by, where an activity trains pairs.
function gained([, mean, deviation, runs], words) {
    if (!runs) return ""
    const number = `${mean < 0 ? "−" : "+"}${Math.abs(mean).toFixed(1)}`
    return filled(runs > 1 ? words.gain : words["one gain"], { mean: number, deviation: deviation.toFixed(1), runs })
}

// Of the board: files by bytes and accuracy, the Pareto front, the threshold, and once it is frozen the podium.
export function board({ runs, front, podium, settings, open, frozen }, member, words) {
    const by = Object.fromEntries(runs.map(run => [run.post, run])), over = frozen || !open
    const place = run => over && podium.includes(run.post) ? String(podium.indexOf(run.post) + 1) : ""
    const several = new Set(front.map(post => by[post].numbers.bytes)).size > 1  // else there is no line
    const rows = runs.map(run => [...numbers(run), name(run, words), place(run), run.member === member])
    return {
        tables: {
            ...parted(FILE, rows),
            spread: { columns: ["x", "y"], rows: front.map(post => numbers(by[post])) },
            threshold: { columns: ["y"], rows: [[settings.threshold]] },
        },
        said: [several && words.front, filled(words.dashed, settings)].filter(Boolean).join(" "),
        winners: over ? podium.map(post => winner(by[post], words)) : [],
    }
}

const numbers = run => [run.numbers.bytes, run.numbers.accuracy]

function winner(run, words) {
    const [bytes, accuracy] = numbers(run)
    return filled(words.winner, { name: name(run, words), bytes: bytes.toLocaleString("en"), accuracy: accuracy.toFixed(1) })
}

// Others' rows, and one's own; whose a row is, its last entry says.
function parted(columns, rows) {
    const of = own => ({ columns, rows: rows.filter(row => row.at(-1) === own) })
    return { others: of(false), own: of(true) }
}

export const name = ({ nickname, member }, words) => nickname || filled(words.nameless, { member })

// The ways into a class: open one, join one, or come back to one. The server answers with a cookie; then the page is loaded anew,
// so that all of it knows the class.

import { element } from "../elements.js"
import { button, field, filled, here, part, spaced } from "./pieces.js"

const LINK = "#teacher="  // what a teacher's link ends with: servers and their logs see nothing of it

export function doors({ words, classes }, code, view, say) {
    const open = form("open", words.open, [field(words.name, "name", { required: true, maxLength: 60 })], say)
    const join = form("join", words.join, [
        field(words.code, "code", { required: true, value: code, maxLength: 12, autocapitalize: "characters", spellcheck: false }),
        field(words.nickname, "nickname", { maxLength: 24 }),
    ], say)
    join.append(element("p", words["what is stored"], "quiet"))
    const back = classes.filter(each => each !== code).map(each => here(filled(words["back to"], { code: spaced(each) }), address(each)))
    const all = part("doors", join, code ? null : open)
    view.replaceChildren(all, back.length ? part("row", ...back) : "")
}

// From a class to the ways into another one.
export const another = words => here(words["another class"], "class?another=1")

// A teacher's link on another device: the key in it becomes a cookie.
export function taught(code, say) {
    if (!location.hash.startsWith(LINK)) return false
    post("teach", { code, token: location.hash.slice(LINK.length) }, say)
    history.replaceState(history.state, "", location.pathname + location.search)
    return true
}

// The code in the address, as the server writes it.
export const named = () => (new URLSearchParams(location.search).get("code") ?? "").replace(/[\s-]/g, "").toUpperCase()
export const address = code => `class?code=${code}`
export const teachers = (code, token) => new URL(`${address(code)}${LINK}${token}`, document.baseURI).href

function form(place, title, fields, say) {
    const made = element("form", "", "card door"), send = button(title, null, "first")
    send.type = "submit"
    made.append(element("h2", title), ...fields, part("row", send))
    made.onsubmit = event => {
        event.preventDefault()
        send.disabled = true
        post(place, Object.fromEntries(new FormData(made)), say).finally(() => { send.disabled = false })
    }
    return made
}

async function post(place, fields, say) {
    const answer = await fetch(new URL(`class/${place}`, document.baseURI), { method: "POST", body: new URLSearchParams(fields) })
    const { code, error } = await answer.json()
    if (error) return say(error)
    if (named() === code) return location.reload()
    return location.assign(new URL(address(code), document.baseURI))
}

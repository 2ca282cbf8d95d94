// The short link of a page with its settings, made by the server: its code, the link as others type it, and what to say of it.

export async function shortened(link) {
    const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ link }) }
    try {
        return await (await fetch(new URL("s", document.baseURI), asked)).json()
    } catch (error) {
        return { said: String(error) }
    }
}

// A link as people read it aloud.
export const bare = link => link.replace(/^https?:\/\//, "")

// The picture of its QR code.
export const picture = code => new URL(`qr.svg?code=${code}`, document.baseURI)

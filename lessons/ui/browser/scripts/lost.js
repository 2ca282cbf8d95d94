// Where the server is gone, Streamlit 1.67 asks a reader whether they are connected to the internet. Here its dialog says what
// is known, and what to do.

const ASKS = "Connection error"  // its title
const COMMAND = '[data-testid="stErrorCodeBlock"]'  // where it says how a developer starts the server

// Say these `words` in that dialog: a title and a sentence. It is drawn anew each time the server is gone.
export function sayWhenLost(words) {
    new MutationObserver(() => {
        const dialog = document.querySelector('[role="dialog"]')
        if (!dialog?.textContent.includes(ASKS)) return
        const texts = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT)
        const found = []
        while (texts.nextNode()) if (texts.currentNode.nodeValue.trim()) found.push(texts.currentNode)
        found.forEach((each, at) => { each.nodeValue = words[at] ?? "" })
        for (const command of dialog.querySelectorAll(COMMAND)) command.style.display = "none"
    }).observe(document.body, { childList: true, subtree: true })
}

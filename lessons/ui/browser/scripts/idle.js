// What comes while a page runs takes the place of a click, or a click its place; what comes while the next page loads still
// names the page before, and brings that back (Streamlit 1.67). So what no reader has asked for waits.

const LOOK = 20  // ms

// Act once nothing runs, and it `may`; gives the way to leave it. It may begin before the frame is there.
export function whenIdle(act, may = () => true) {
    let waiting
    const look = () => {
        if (window.modelsForAnts?.idle() && may()) act()
        else waiting = setTimeout(look, LOOK)
    }
    look()
    return () => clearTimeout(waiting)
}

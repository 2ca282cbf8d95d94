// Streamlit 1.67 calls a component again with every new data, but what that returned only once the component is gone: what the
// call before has set up, and would follow the slider for ever, ends here first.

const ends = new WeakMap()  // by place

export function anew(place, begin) {
    ends.get(place)?.()
    ends.set(place, begin())
    return () => ends.get(place)?.()
}

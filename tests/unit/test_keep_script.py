"""What the script that keeps a reader's entries tells the server: all that it has not heard of, and that once."""

import json
import shutil
import subprocess

import pytest

from lessons import scripts

IN_NODE = """
const storage = {"models-for-ants": process.argv[2] || null}, told = []
let idle = false
Object.assign(globalThis, {
    window: { modelsForAnts: { idle: () => idle } },
    document: { visibilityState: "visible", addEventListener() {} },
    localStorage: { getItem: name => storage[name] ?? null, setItem: (name, value) => { storage[name] = value } },
    addEventListener() {},
})
const { default: keep } = await import("./keep.js")
const entry = name => ({ cleared: 0, entries: { [name]: { value: 1, at: 1 } } })
const component = data => keep({ data, parentElement: {}, setStateValue: (name, value) => told.push(value) })
component({ cleared: 0, entries: {}, listens: true })
component(entry("made meanwhile"))
idle = true
setTimeout(() => console.log(JSON.stringify(told.map(each => Object.keys(JSON.parse(each).entries)))), 100)
"""


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        # a reload: the page makes an entry before the server has heard of the one from before
        ({"cleared": 0, "entries": {"before": {"value": 1, "at": 1}}}, [["before", "made meanwhile"]]),
        (None, []),  # the server itself has made all there is
    ],
)  # fmt: skip
def test_the_server_hears_of_what_was_there_before_a_page_keeps_more(tmp_path, stored, told):
    shutil.copytree(scripts.FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "test.js").write_text(IN_NODE)
    command = ["node", "test.js", json.dumps(stored) if stored else ""]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(ran.stdout) == told

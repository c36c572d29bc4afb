"""Writes idecare/vscode/go_extension.json: which settings each release of VS Code's Go extension has.

    python -m scripts.go_extension package.json... > idecare/vscode/go_extension.json

Each file is the package.json of one release, from the extension's folder where it is installed or extension/ of
golang/vscode-go. Descriptions are left out.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from idecare.vscode.go_extension import read_manifest
from scripts.gopls_settings import Setting, table_text

SOURCE = "contributes.configuration of extension/package.json of golang/vscode-go"


def main(files: list[str]) -> int:
    found = [read_manifest(Path(file).read_text()) for file in files]
    manifests = sorted(found, key=lambda one: [int(number) for number in re.findall(r"\d+", one.version)])
    known: dict[str, dict[str, Setting]] = {
        one.version: {name: setting.facts for name, setting in one.settings.items()} for one in manifests
    }
    print(table_text(SOURCE, json.loads(json.dumps(known))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env bash
# Writes requirements/*.lock anew from requirements/*.in; needs uv. With --upgrade, takes newer
# versions. The locks hold hashes and no addresses, so that any index serves them.
set -euo pipefail
cd "$(dirname "$0")/../requirements"

compile() {
  uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --quiet "$@"
}

for name in base dev; do
  compile "$name.in" --output-file "$name.lock" "${@}"
done
# Of these only the binaries are used, so what their Python parts need is left out.
for name in postgres redis node; do
  compile "$name.in" --output-file "$name.lock" --no-deps "${@}"
done

#!/bin/sh
# Envoy with hooksieve-extproc beside it, on a Unix socket in the current directory. Both are measured as one.
set -eu
[ "${1-}" != --version ] || exec envoy --version
here=$(cd "$(dirname "$0")" && pwd)
"${EXTPROC:-$here/../../target/release/hooksieve-extproc}" --config "$here/hooksieve.toml" --listen "unix:$PWD/extproc.sock" &
exec envoy -c "$here/envoy-extproc.yaml" --concurrency 1 --log-level warn --use-dynamic-base-id

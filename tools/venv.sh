#!/bin/sh
# Makes .venv with everything in requirements.lock, or says plainly what is missing. Called by `make`.
set -eu

fail() {
    printf '\n%s\n' "$1" >&2
    exit 1
}

find_python() {
    for name in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
        # A pyenv shim may be on the path without the version behind it, so each one is really run.
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    found=$(python3 --version 2>&1) || found="no python3"
    fail "Jiaoqi needs Python 3.11 or newer, and this machine has $found on its path.
Install Python 3.11 or newer, or name one that you have: make PYTHON=/path/to/python3.11"
}

make_venv() {
    python=$(find_python)
    "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
        fail "$("$python" --version) has no venv module, which Jiaoqi needs to install into .venv.
On Debian and Ubuntu: apt-get install python3-venv"
    echo "venv     .venv with $("$python" --version)"
    "$python" -m venv --clear .venv || fail "Could not create .venv; the lines above say why."
}

install_locked() {
    echo "install  packages of requirements.lock (a few hundred MB the first time)"
    log=.venv/install.log
    if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes -r requirements.lock >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        if grep -qiE 'connection|name resolution|timed out|unreachable|ssl|proxy|no matching distribution' "$log"; then
            fail "The packages could not be fetched: no package index answered. Check the network of this machine,
or pip's settings for an index or proxy (pip config list), and run make again. The whole log: $log"
        fi
        fail "The packages could not be installed; the lines above say why. The whole log: $log"
    fi
}

install_project() {
    echo "install  jiaoqi itself, editable"
    log=.venv/install.log
    # The builder is in the lock, so this step needs no network.
    if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation -e . >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        fail "Jiaoqi itself could not be installed; the lines above say why."
    fi
}

install_optional() {
    echo "install  durable-rules, the second rule engine (optional, needs a C compiler)"
    if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
        --require-hashes -r requirements-durable.lock >.venv/durable.log 2>&1; then
        echo "         not available here, rules are decided by the compiled engine (.venv/durable.log says why)"
    fi
}

warm_kernel() {
    if [ -f scheduler/warm.py ]; then
        echo "compile  the planning kernel (once, two to four minutes)"
        .venv/bin/python -m scheduler.warm || fail "The planning kernel did not compile; the lines above say why."
    fi
}

case "${1:-}" in
venv) [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || make_venv ;;
locked) install_locked ;;
project) install_project ;;
optional) install_optional ;;
warm) warm_kernel ;;
*) fail "usage: tools/venv.sh venv | locked | project | optional | warm" ;;
esac

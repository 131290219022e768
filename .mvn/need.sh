#!/bin/sh
# usage: .mvn/need.sh chromium|nginx|node
# Makes sure that a program which the tests drive is installed: quick when it is there, installs it where it may (root on
# Debian or Ubuntu), and otherwise ends the build with one line that says what to install.
set -eu

present() { # whether each of the programs is on the PATH
    for program in "$@"; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
}

install() { # what is missing, in words; then the packages
    what=$1
    shift
    if [ "$(id -u)" -ne 0 ] || ! present apt-get; then
        echo "handstamp: the tests need $what (on Debian, as root: apt-get install $*)." >&2
        exit 1
    fi
    echo "handstamp: installing $* for the tests" >&2
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    export DEBIAN_FRONTEND=noninteractive
    lock='DPkg::Lock::Timeout=300' # another module's build may be installing
    if ! { apt-get -o "$lock" update && apt-get -o "$lock" install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        echo "handstamp: the tests need $what, and apt-get install $* failed." >&2
        exit 1
    fi
}

case ${1:-} in
    chromium)
        present chromium chromedriver || install "Chromium and its driver" chromium chromium-driver
        ;;
    nginx)
        PATH=$PATH:/usr/sbin # where Debian puts it, and not everybody looks
        present nginx || install nginx nginx
        ;;
    node)
        present node npm || install "Node.js 20 or later and npm" nodejs npm
        [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] && exit
        echo "handstamp: the tests need Node.js 20 or later; here is $(node --version)." >&2
        exit 1
        ;;
    *)
        echo "usage: .mvn/need.sh chromium|nginx|node" >&2
        exit 2
        ;;
esac

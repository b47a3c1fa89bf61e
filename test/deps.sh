#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/deps.sh GROUP...: install what the groups (build, test, lint, bench) need and the machine
# lacks, from Debian's packages. Each need is a question asked of the machine, not of dpkg,
# so a machine that has everything by other means is left alone.
set -euo pipefail

# group  package  how to see that it is there: a command, or pkg:NAME for pkg-config
needs='
build  build-essential          g++
build  build-essential          make
build  pkg-config               pkg-config
build  python3                  python3
build  curl                     curl
build  tmux                     tmux
test   chromium                 chromium
test   prometheus               prometheus
test   prometheus-alertmanager  prometheus-alertmanager
test   victoria-metrics         victoria-metrics
build  libmicrohttpd-dev        pkg:libmicrohttpd
build  libjansson-dev           pkg:jansson
build  libcurl4-openssl-dev     pkg:libcurl
build  libncurses-dev           pkg:ncursesw
build  libcriterion-dev         pkg:criterion
lint   clang-14                 clang-14
lint   clang-format-14          clang-format-14
lint   clang-tidy-14            clang-tidy-14
lint   cppcheck                 cppcheck
lint   universal-ctags          ctags
lint   shellcheck               shellcheck
bench  wrk                      wrk
bench  binutils                 readelf
'

say() {
    echo "porthole: $*" >&2
}

is_there() {
    case $1 in
    pkg:*) pkg-config --exists "${1#pkg:}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing_packages() {
    local group package check

    while read -r group package check; do
        [[ " $* " == *" $group "* ]] || continue
        is_there "$check" || echo "$package"
    done <<<"$needs" | sort -u
}

mapfile -t missing < <(missing_packages "$@")
[[ ${#missing[@]} -gt 0 && -n ${missing[0]} ]] || exit 0

if ! command -v apt-get >/dev/null; then
    say "cannot install '${missing[*]}': no apt-get here;" \
        "install what these Debian packages hold by your system's own means"
    exit 1
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        say "cannot install '${missing[*]}': neither root nor sudo"
        exit 1
    fi
    as_root=(sudo)
fi

# Some packages bring a service, which this machine did not ask for. Where nobody has a say in
# that yet, Debian's way to keep one from being started is this file.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi

say "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

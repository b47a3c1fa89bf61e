# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# For cases of the live screen: a terminal of its own in tmux. Sourced by screen/*.sh.

command -v tmux >/dev/null || {
    echo 'SKIP tmux is not installed'
    exit 0
}

tmux_() {
    TERM=xterm tmux -f /dev/null -S "$DIR/tmux" "$@"
}

# start WIDTH HEIGHT COMMAND: a shell runs COMMAND and says how it ended
start() {
    tmux_ new-session -d -x "$1" -y "$2" \
        "$3"'; echo "ended with $?"; stty -a | grep -o "[-]*icanon"; exec sleep 60'
    tmux_ set-option -g status off
    trap 'tmux_ kill-server' EXIT
}

# until_shows TEXT: wait up to 10 s for it
until_shows() {
    tries=0
    until tmux_ capture-pane -p | grep -qF -- "$1"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || {
            echo "the screen never showed '$1':"
            show
            exit 1
        }
        sleep 0.05
    done
}

show() {
    tmux_ capture-pane -p | sed 's/ *$//'
}

press() {
    tmux_ send-keys "$@"
}

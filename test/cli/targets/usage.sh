#!/bin/sh
# SPDX-License-Identifier: MIT
#
# options that do not go together, and places nobody can listen at
porthole targets --json --file x a || echo "exit $?"
porthole targets --once --serve 1 a || echo "exit $?"
porthole targets --file - a || echo "exit $?"
porthole targets --serve "$GOOD" a || echo "exit $?"
porthole targets --serve web:80 a || echo "exit $?"
porthole targets --serve 65536 a || echo "exit $?"
porthole targets --once --file missing/x a || echo "exit $?"

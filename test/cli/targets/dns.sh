#!/bin/sh
# SPDX-License-Identifier: MIT
#
# servers of SRV records, addresses of both kinds, and names that do not exist
export PORTHOLE_TEST_DNS="$DNS"
porthole targets --json dns+srv:_porthole._tcp.test
porthole targets --json dns+srv:_no-such._tcp.test || echo "exit $?"
porthole targets --json dns+srv:_damaged._tcp.test || echo "exit $?"
porthole targets --json dns+a:localhost:1 | grep -c '127.0.0.1:1"'
porthole targets --json dns+a:both.test:9090
porthole targets --json dns+a:six.test:9090
porthole targets --json dns+a:no-such.test:9090 || echo "exit $?"
porthole targets dns+a:web || echo "exit $?"
porthole targets dns+a:web:0 || echo "exit $?"
porthole targets dns+a::80 || echo "exit $?"
porthole targets dns+srv: || echo "exit $?"

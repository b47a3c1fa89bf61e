#!/bin/sh
# SPDX-License-Identifier: MIT
#
# token stays
cat > told <<'EOF'
#!/bin/sh
echo "token '${PORTHOLE_TOKEN-none}' $PORTHOLE_ALERT_STATE $PORTHOLE_ALERT_NAME" > told.out
EOF
chmod +x told
printf 'a:\n  when: sockets.total > 1\n  do: exec ./told\n' > r.yml
PORTHOLE_TOKEN=secret porthole watch --once r.yml "127.0.0.1:$GOOD" > out || echo $?
cat told.out

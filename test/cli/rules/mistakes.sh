#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mistakes
r() { cat > r.yml; porthole rules r.yml || echo "exit $?"; }
r <<'END'
a:
  when: absent
  sevrity: info
END
r <<'END'
a:
  when: sockets.totl > 5
END
r <<'END'
a:
  when: sockets.total > 5%
b:
  when: service.uptime_s < 5%
END
r <<'END'
a:
  when: outlier service.uptime_s
END
r <<'END'
a:
  when: nonsense.total > 5
END
r <<'END'
a:
  when: metrics.jobs > 5
END
r <<'END'
a:
  when: blokced > 5s
END
r <<'END'
a:
  when: absnt
END
r <<'END'
a:
  when: threads > 5
END

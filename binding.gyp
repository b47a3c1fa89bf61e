# SPDX-License-Identifier: MIT
#
# The addon: the agent's C sources and addon/*.cc in one shared object. Sources and language
# flags are asked of the Makefile, so the two builds cannot drift apart. ASan is switched on by
# `node-gyp configure -- -Dporthole_asan=1`, TSan likewise (plain `asan` is Node's own).
#
# -std for C++ comes from the headers' own common.gypi (gnu++17 up to Node 22, gnu++20 since
# 24). -z nodelete: Node closes the addon of a worker that ended, and our threads run in it.
{
  "variables": {
    "porthole_asan%": 0,
    "porthole_tsan%": 0,
    "make": "make -s --no-print-directory -f Makefile",
  },
  "targets": [{
    "target_name": "porthole",
    "sources": ["<!@(<(make) print-ADDON_SRC)"],
    "include_dirs": [
      "include",
      "<!(node -p \"require('node-addon-api').include_dir\")",
    ],
    "cflags": ["-fvisibility=hidden", "<!@(<(make) print-NAPI_FLAGS)",
               "-DPORTHOLE_API=",
               "<!@(pkg-config --cflags libmicrohttpd)"],
    "cflags_c": ["<!@(<(make) print-C_LANGUAGE)"],
    "libraries": ["<!@(pkg-config --libs libmicrohttpd)"],
    "ldflags": ["-Wl,--exclude-libs,ALL", "-Wl,-z,nodelete", "-Wl,-z,now",
                "-Wl,--as-needed"],
    "conditions": [
      ["porthole_asan==1", {
        "cflags": ["<!@(<(make) print-FLAGS_asan)"],
        "ldflags": ["<!@(<(make) print-FLAGS_asan)"],
      }],
      ["porthole_tsan==1", {
        "cflags": ["<!@(<(make) print-FLAGS_tsan)"],
        "ldflags": ["<!@(<(make) print-FLAGS_tsan)"],
      }],
    ],
  }],
}

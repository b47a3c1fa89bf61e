#!/bin/sh
# SPDX-License-Identifier: MIT
#
# places as the source maps have them; what has none stays
# a: 1:16 in line 10 of src/one.ts; its caller names it "original" at 1:30
cat > app.js <<"EOF"
function a(){ x.y() } var zz=a();
plain();
//# sourceMappingURL=maps/app.js.map
EOF
mkdir maps
cat > maps/app.js.map <<"EOF"
{"version":3,"sourceRoot":"../src","sources":["one.ts"],"names":["original"],
"mappings":"AAAA,eASE,cAUIA"}
EOF
echo "plain" > plain.js
printf "x\n//# sourceMappingURL=data:application/json;base64,!!!\n" > broken.js
porthole stack "http://127.0.0.1:$MAPPED$DIR"
porthole stack --source-maps "http://127.0.0.1:$MAPPED$DIR"

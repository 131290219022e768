#!/bin/sh
# Asks api.osv.dev what is known of everything that is shipped, and writes it into docs/advisories.md. It needs a network
# and a build (./mvnw -Dmaven.test.skip=true package), and is no part of the build.
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/.mvn/find-jdk.sh"
exec java -cp "$here/jwt/target/classes" "$here/e2e/src/test/java/dev/handstamp/e2e/AdvisoryRenewal.java" "$here" "$@"

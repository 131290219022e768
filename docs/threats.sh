#!/bin/sh
# Prints, for the threat model, each entry that a test answers and the test classes that do.
cd "$(dirname "$0")/.." || exit 1
echo '| entry | tests |'
echo '| --- | --- |'
grep -rhoE --include='*.java' '\b[TKOAS]-[0-9]{2}\b' ./*/src/test ./adapters/*/src/test | sort -u | while read -r entry; do
    classes=$(grep -rlE --include='*.java' "\b$entry\b" ./*/src/test ./adapters/*/src/test | sed 's|.*/||; s|\.java$||' | sort -u | tr '\n' ' ' | sed 's/ $//; s/ /, /g')
    echo "| $entry | $classes |"
done

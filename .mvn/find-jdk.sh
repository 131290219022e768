# Sourced by ./mvnw and ./handstamp: leaves JAVA_HOME at a JDK 25 or later and its bin folder first on the PATH.
# Reads each candidate's `release` file instead of starting it: that takes milliseconds.

HANDSTAMP_JDK=25

jdk_version() { # the major version of the JDK in folder $1, or nothing
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_fits() {
    version=$(jdk_version "$1")
    [ -n "$version" ] && [ "$version" -ge "$HANDSTAMP_JDK" ]
}

jdk_on_path() { # the home of the javac that the PATH finds, links followed
    javac=$(command -v javac 2>/dev/null) || return 0
    while [ -h "$javac" ]; do
        target=$(readlink "$javac")
        case $target in
            /*) javac=$target ;;
            *) javac=$(dirname "$javac")/$target ;;
        esac
    done
    (cd "$(dirname "$javac")/.." && pwd)
}

find_jdk() {
    for home in "${JAVA_HOME:-/nowhere}" "$(jdk_on_path)" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
        "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if [ -n "$home" ] && jdk_fits "$home"; then
            JAVA_HOME=$home
            PATH=$JAVA_HOME/bin:$PATH
            export JAVA_HOME PATH
            return 0
        fi
    done
    {
        echo "handstamp: no JDK $HANDSTAMP_JDK or later was found."
        echo "Looked at JAVA_HOME (${JAVA_HOME:-not set}), the javac on the PATH, /usr/lib/jvm, /usr/java, /opt/java, SDKMAN, mise, asdf, ~/.jdks"
        echo "and the macOS folders. Install one (Temurin, Corretto, Zulu or Oracle; on Debian: apt-get install openjdk-25-jdk)"
        echo "or set JAVA_HOME to one."
    } >&2
    return 1
}

find_jdk || exit 1

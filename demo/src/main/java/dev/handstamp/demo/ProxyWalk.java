package dev.handstamp.demo;

import java.nio.file.Path;

/// What is printed when the demonstration of the proxy runs, and a walk to paste.
///
/// @param data as it was given on the command line: the walk is pasted where the demonstration was started
record ProxyWalk(String origin, Path data, Passwords passwords) {

    private static final String COMMANDS = """
        password() { sed -n "s/^$1 //p" 'DATA/passwords.txt'; }
        ask() { curl -s -w '%{http_code} %{redirect_url}\\n' ORIGIN"$@"; }
        JAR=$(mktemp)
        enter() { ask /session -o /dev/null -c "$JAR" -H 'Content-Type: application/json' \\
          -d '{"username":"'$1'","password":"'$(password $1)'","delivery":"cookie"}'; }

        echo 'Nobody gets in without a stamp. A program is told so, a browser is sent to the login:'
        ask /coats -o /dev/null
        ask /coats -o /dev/null -H 'Accept: text/html'

        echo 'Nick logs in. His cookie becomes the header that an API expects, and the application is told who he is:'
        enter nick
        ask /coats -b "$JAR"

        echo 'He cannot say that he is somebody else, nor enter the vault, which is for vips:'
        ask /coats -b "$JAR" -o /dev/null -H 'Remote-User: vera'
        ask /coats -b "$JAR" -H 'Remote_User: vera'
        ask /vault -b "$JAR" -o /dev/null

        echo 'Another site cannot act with his cookie:'
        ask /coats -b "$JAR" -o /dev/null -X POST -H 'Sec-Fetch-Site: cross-site'

        echo 'Vera is a vip:'
        enter vera
        ask /vault -b "$JAR"

        echo 'She logs out. A copy of her stamp is worth nothing a second later:'
        COPY=$(mktemp)
        cp "$JAR" "$COPY"
        ask /session -b "$JAR" -c "$JAR" -X DELETE
        for second in 1 2 3 4 5 6 7 8 9; do ask /vault -b "$COPY" -o /dev/null | grep 401 && break; sleep 1; done
        """;

    /// The commands alone, for a shell.
    String commands() {
        return COMMANDS.replace("ORIGIN", origin)
                .replace("DATA", data.toString().replace("'", "'\\''"));
    }

    /// Everything that the start prints.
    @Override
    public String toString() {
        var text = new StringBuilder("\n");
        text.append("nginx, and behind it everything else   ")
                .append(origin)
                .append("/coats   open it in a browser\n\n");
        for (Guest guest : Guest.ALL) {
            String password = passwords.of(guest.username());
            text.append("  %-6s %-26s %s%n".formatted(guest.username(), password, guest.description()));
        }
        text.append("\nThe configuration of nginx stands in ")
                .append(data.resolve("nginx").resolve("nginx.conf"))
                .append(".\nA walk to paste into another terminal, in this folder:\n\n")
                .append(commands())
                .append("\nCtrl-C stops all of it.\n");
        return text.toString();
    }
}

package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URLEncoder;
import java.nio.file.Path;

/// What a newcomer reads first: the addresses, the passwords, and a walk to paste into another terminal.
///
/// The walk reads the passwords from their file, so that it is the same text for everybody. It is written for any POSIX
/// shell and for zsh, which takes no comments at its prompt and keeps `path` for itself.
///
/// @param data as it was given on the command line: the walk is pasted where the demonstration was started
record Walk(String server, String nightclub, Path data, Passwords passwords) {

    private static final String COMMANDS = """
        json='Content-Type: application/json'
        password() { sed -n "s/^$1 //p" 'DATA/passwords.txt'; }
        stamp() { curl -s SERVER/session -H "$json" -d '{"username":"'$1'","password":"'$(password $1)'"}' \\
          | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'; }
        door() { curl -s -w ' %{http_code}\\n' NIGHTCLUB"$@"; }

        echo 'Vera, 34 and vip, logs in once. Without her stamp the doors stay shut, with it they open:'
        VERA=$(stamp vera)
        door /floor
        door /floor -H "Authorization: Bearer $VERA"
        door /bar -H "Authorization: Bearer $VERA"
        door /lounge -H "Authorization: Bearer $VERA"

        echo 'Mia is 16 and Nick is no vip. Their stamps are good, but these doors want more:'
        MIA=$(stamp mia)
        NICK=$(stamp nick)
        door /bar -H "Authorization: Bearer $MIA"
        door /lounge -H "Authorization: Bearer $NICK"

        echo 'Nick may read the guest list, Vera may write it:'
        door /guestlist -H "Authorization: Bearer $NICK"
        door /guestlist -H "Authorization: Bearer $NICK" -H "$json" -d '{"name":"Nick"}'
        door /guestlist -H "Authorization: Bearer $VERA" -H "$json" -d '{"name":"Zora"}'

        echo 'As a browser does it, with the stamp in a cookie: log in, refresh, log out. Then the door is shut:'
        JAR=$(mktemp)
        session() { curl -s -o /dev/null -w '%{http_code}\\n' SERVER/session"$@"; }
        session '' -c "$JAR" -H "$json" -d '{"username":"nick","password":"'$(password nick)'","delivery":"cookie"}'
        door /floor -b "$JAR"
        session /refresh -b "$JAR" -c "$JAR" -X POST
        door /floor -b "$JAR"
        session '' -b "$JAR" -c "$JAR" -X DELETE
        door /floor -b "$JAR"

        echo 'Vera logs out. From now on the server says to every API that asks about her stamp:'
        session '' -H "Authorization: Bearer $VERA" -X DELETE
        curl -s -w '\\n' SERVER/introspect -u "AUDIENCE:$(cat 'DATA/nightclub.secret')" -d "token=$VERA"
        """;

    /// The commands alone, for a shell.
    String commands() {
        return COMMANDS.replace("SERVER", server)
                .replace("NIGHTCLUB", nightclub)
                .replace("AUDIENCE", URLEncoder.encode(GuestBook.AUDIENCE, US_ASCII))
                .replace("DATA", data.toString().replace("'", "'\\''"));
    }

    /// Everything that the start prints.
    @Override
    public String toString() {
        var text = new StringBuilder("\n");
        text.append("Handstamp, the server   ").append(server).append('\n');
        text.append("Nightclub, the demo API ").append(nightclub).append("   open it in a browser\n\n");
        for (Guest guest : Guest.ALL) {
            String password = passwords.of(guest.username());
            text.append("  %-6s %-26s %s%n".formatted(guest.username(), password, guest.description()));
        }
        text.append("\nThe passwords were made for this data directory and stand in ")
                .append(data.resolve("passwords.txt"))
                .append(".\nA walk to paste into another terminal, in this folder:\n\n")
                .append(commands())
                .append("\nCtrl-C stops both.\n");
        return text.toString();
    }
}

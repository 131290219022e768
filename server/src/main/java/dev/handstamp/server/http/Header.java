package dev.handstamp.server.http;

/// One header field of a response (RFC 9110 §5), proved writable: a value cannot end its line and start another.
///
/// @param name  a token (RFC 9110 §5.1)
/// @param value visible ASCII, blanks and tabs
public record Header(String name, String value) {

    public Header {
        if (name.isEmpty()) throw new IllegalArgumentException("a header needs a name");
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenCharacter(name.charAt(i))) throw new IllegalArgumentException("not a header name");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c > '~') {
                throw new IllegalArgumentException("header " + name + " may hold visible ASCII only");
            }
        }
    }

    /// RFC 9110 §5.6.2.
    static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}

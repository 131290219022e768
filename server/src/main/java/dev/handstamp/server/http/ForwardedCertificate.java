package dev.handstamp.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client certificate as a proxy that ends TLS hands it on: RFC 9440's `Client-Cert` and
/// `Client-Cert-Chain`, PEM with percent signs (nginx's `$ssl_client_escaped_cert`, AWS), or the bare base64
/// of one or several (Traefik, HAProxy).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9440">RFC 9440, Client-Cert HTTP Header Field</a>
final class ForwardedCertificate {

    private static final String CHAIN = "-Chain";
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";
    private static final int MOST = 10;

    private ForwardedCertificate() {}

    /// The certificates in DER, the client's own first; none if the header says nothing that can be read.
    ///
    /// @param values every value of the header
    /// @param chain  every value of the header whose name ends in `-Chain`
    static List<byte[]> read(List<String> values, List<String> chain) {
        if (values.size() != 1) return List.of();
        List<byte[]> own = certificates(values.getFirst().strip());
        if (own.isEmpty()) return List.of();
        List<byte[]> all = new ArrayList<>(own);
        for (String line : chain) all.addAll(certificates(line.strip()));
        return all.size() > MOST ? List.of() : List.copyOf(all);
    }

    static String chainOf(String header) {
        return header + CHAIN;
    }

    private static List<byte[]> certificates(String value) {
        String text = percentDecoded(value);
        if (text == null) return List.of();
        if (text.startsWith(BEGIN)) text = withoutLabels(text);
        List<byte[]> all = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            byte[] der = decoded(each.strip());
            if (der.length == 0) return List.of();
            all.add(der);
        }
        return all;
    }

    /// Certificates in PEM as their base64, with commas between.
    private static String withoutLabels(String pem) {
        return pem.replace(BEGIN, "")
                .replaceAll("\\s", "")
                .replace(END.replace(" ", ""), ",")
                .replaceAll(",$", "");
    }

    private static byte[] decoded(String text) {
        boolean isByteSequence = text.length() > 2 && text.startsWith(":") && text.endsWith(":"); // RFC 8941 §3.3.5
        try {
            return Base64.getDecoder().decode(isByteSequence ? text.substring(1, text.length() - 1) : text);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    /// Not as in a form: a plus sign is one of base64.
    private static @Nullable String percentDecoded(String text) {
        if (text.indexOf('%') < 0) return text;
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                decoded.append(c);
                continue;
            }
            if (i + 3 > text.length()) return null;
            int high = Character.digit(text.charAt(i + 1), 16);
            int low = Character.digit(text.charAt(i + 2), 16);
            if (high < 0 || low < 0) return null;
            decoded.append((char) (high << 4 | low));
            i += 2;
        }
        byte[] ascii = decoded.toString().getBytes(StandardCharsets.US_ASCII);
        return new String(ascii, StandardCharsets.US_ASCII);
    }
}

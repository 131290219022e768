package dev.handstamp.server.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The proxies whose word we take about who the client is.
///
/// Anybody can send X-Forwarded-For; it is read only when the peer itself is trusted, and then from its end: each
/// trusted hop vouches for the one before it, and the first that is not trusted is the client.
final class TrustedProxies {

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /// @throws IllegalArgumentException naming what is neither an address nor a network
    static TrustedProxies parse(Collection<String> texts) {
        List<Network> networks = new ArrayList<>();
        for (String text : texts) networks.add(Network.parse(text));
        return new TrustedProxies(List.copyOf(networks));
    }

    boolean trusts(InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) return true;
        }
        return false;
    }

    /// The client's address as text, given a trusted peer and what was forwarded, in the order sent.
    String client(InetAddress peer, List<String> forwardedFor) {
        InetAddress client = peer;
        for (String line : forwardedFor.reversed()) {
            int end = line.length();
            while (end >= 0) {
                int comma = line.lastIndexOf(',', end - 1);
                InetAddress hop = address(line.substring(comma + 1, end).strip());
                if (hop == null) return client.getHostAddress(); // whoever wrote this is the last one we know
                client = hop;
                if (!trusts(hop)) return hop.getHostAddress();
                end = comma;
            }
        }
        return client.getHostAddress();
    }

    /// Whether the client spoke TLS to its proxy: every hop that says something must say `https`.
    static boolean isHttps(List<String> forwardedProto) {
        boolean https = false;
        for (String line : forwardedProto) {
            for (String protocol : line.split(",", -1)) {
                if (!protocol.strip().equalsIgnoreCase("https")) return false;
                https = true;
            }
        }
        return https;
    }

    /// An address as proxies write it, with or without port and brackets; null for anything else. Never a name
    /// look-up.
    private static @Nullable InetAddress address(String text) {
        try {
            if (text.startsWith("[")) {
                int bracket = text.indexOf(']');
                return bracket < 0 ? null : InetAddress.ofLiteral(text.substring(1, bracket));
            }
            int colon = text.indexOf(':');
            boolean hasPort = colon >= 0 && colon == text.lastIndexOf(':');
            return InetAddress.ofLiteral(hasPort ? text.substring(0, colon) : text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// An address block (RFC 4632 §3.1).
    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Network parse(String text) {
            try {
                int slash = text.indexOf('/');
                byte[] prefix = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                        .getAddress();
                int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits < 0 || bits > prefix.length * 8) throw new IllegalArgumentException("prefix length");
                return new Network(prefix, bits);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "a trusted proxy is an address or a network such as 10.0.0.0/8, not: " + text, e);
            }
        }

        boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != prefix.length) return false;
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (bytes[i] != prefix[i]) return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((bytes[whole] ^ prefix[whole]) & (0xff00 >> rest) & 0xff) == 0;
        }
    }
}

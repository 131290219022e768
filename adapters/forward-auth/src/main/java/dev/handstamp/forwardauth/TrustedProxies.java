package dev.handstamp.forwardauth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The addresses from which a proxy may ask. Anybody else could tell of requests that were never made.
final class TrustedProxies {

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /// Addresses and networks such as `10.0.0.0/8`, with commas between; empty if one is neither, or is the world.
    static Optional<TrustedProxies> parse(String text) {
        List<Network> networks = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            Optional<Network> network = Network.parse(each.strip());
            if (network.isEmpty()) return Optional.empty();
            networks.add(network.get());
        }
        return Optional.of(new TrustedProxies(List.copyOf(networks)));
    }

    boolean trusts(InetAddress address) {
        byte[] bytes = address.getAddress();
        return networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /// An address block (RFC 4632 §3.1).
    private static final class Network {

        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Optional<Network> parse(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            String length = slash < 0 ? "" : text.substring(slash + 1);
            // Digits and colons only: a name would be looked up.
            if (!address.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) return Optional.empty();
            if (slash >= 0 && !length.matches("[1-9]\\d{0,2}")) return Optional.empty();
            try {
                byte[] prefix = InetAddress.getByName(address).getAddress();
                int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(length);
                return bits > prefix.length * 8 ? Optional.empty() : Optional.of(new Network(prefix, bits));
            } catch (UnknownHostException notAnAddress) {
                return Optional.empty();
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) return false;
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) return false;
            }
            return true;
        }
    }
}

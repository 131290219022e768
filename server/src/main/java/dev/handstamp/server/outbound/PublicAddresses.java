package dev.handstamp.server.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;

/// Tells addresses of the public Internet from those that lead back inside: this machine, its network, a cloud's
/// metadata service.
///
/// @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA, IPv4 special-purpose addresses</a>
/// @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA, IPv6 special-purpose addresses</a>
final class PublicAddresses {

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes, int at) {
        int a = bytes[at] & 0xff;
        int b = bytes[at + 1] & 0xff;
        int c = bytes[at + 2] & 0xff;
        boolean isSpecial = a == 0 // this network
                || a == 10
                || a == 127
                || a >= 224 // multicast, reserved, broadcast
                || (a == 100 && (b & 0xc0) == 64) // carriers' own
                || (a == 169 && b == 254) // link-local, and with it metadata services
                || (a == 172 && (b & 0xf0) == 16)
                || (a == 192 && b == 0 && (c == 0 || c == 2))
                || (a == 192 && b == 88 && c == 99)
                || (a == 192 && b == 168)
                || (a == 198 && (b & 0xfe) == 18) // benchmarks
                || (a == 198 && b == 51 && c == 100)
                || (a == 203 && b == 0 && c == 113);
        return !isSpecial;
    }

    /// Of all that there is, 2000::/3 is in public use.
    private static boolean isPublic6(byte[] bytes) {
        int first = word(bytes, 0);
        int second = word(bytes, 2);
        if (first == 0x0064 && second == 0xff9b) return isZero(bytes, 4, 12) && isPublic4(bytes, 12); // NAT64
        if (first == 0x2002) return isPublic4(bytes, 2); // 6to4
        boolean isSpecial = (first & 0xe000) != 0x2000
                || (first == 0x2001 && second < 0x0200) // Teredo, ORCHID, benchmarks
                || (first == 0x2001 && second == 0x0db8)
                || (first == 0x3fff && second < 0x1000);
        return !isSpecial;
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) return false;
        }
        return true;
    }
}

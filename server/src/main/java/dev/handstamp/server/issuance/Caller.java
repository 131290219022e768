package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Where a request came from.
///
/// @param address   the client's address as text
/// @param userAgent what it calls itself, cut to 256 characters; empty when it does not say
/// @param requestId the id under which the request is logged
public record Caller(String address, String userAgent, String requestId) {

    /// As how many networks a site counts: it has more by far, but whoever moves about in it is one guesser.
    static final int NETWORKS_OF_A_SITE = 16;

    private static final int LONGEST_USER_AGENT = 256;

    public Caller {
        if (userAgent.length() > LONGEST_USER_AGENT) userAgent = userAgent.substring(0, LONGEST_USER_AGENT);
    }

    /// The network that the address belongs to: an IPv6 subscriber has a whole /64 and changes within it at will.
    public String network() {
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            return literal instanceof Inet6Address six ? prefix(six.getAddress(), 64) : literal.getHostAddress();
        } catch (IllegalArgumentException _) {
            return address;
        }
    }

    /// The site that an IPv6 network belongs to: whoever is given a /48 has 65,536 networks.
    Optional<String> site() {
        try {
            InetAddress literal = InetAddress.ofLiteral(address);
            return literal instanceof Inet6Address six ? Optional.of(prefix(six.getAddress(), 48)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// What tells two callers of one refresh token apart: client, network, user agent, and what they hold.
    SecretHash hash(ClientId client, Confirmation held) {
        String who = client.value() + '\n' + network() + '\n' + userAgent;
        String holding = held.key().orElse("") + '\n' + held.certificate().orElse("");
        return new Secret(held.isNothing() ? who : who + '\n' + holding).hash();
    }

    AuditEvent event(
            AuditEvent.Type type,
            String actor,
            String target,
            ClientId client,
            Map<String, String> details,
            Instant at) {
        return new AuditEvent(at, type, actor, target, client.value(), address, requestId, details);
    }

    private static String prefix(byte[] address, int bits) {
        StringBuilder text = new StringBuilder(24);
        for (int i = 0; i < bits / 8; i += 2) {
            text.append(Integer.toHexString(((address[i] & 0xFF) << 8) | (address[i + 1] & 0xFF)))
                    .append(':');
        }
        return text.append(":/").append(bits).toString();
    }
}

package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.InflaterInputStream;

/// Reads status lists as a verifier of somebody else does.
final class Statuses {

    private Statuses() {}

    /// `idx` and `uri` of a token.
    @SuppressWarnings("unchecked")
    static Map<String, Object> reference(String token) {
        Map<String, Object> status =
                (Map<String, Object>) RunningServer.claims(token).get("status");
        return (Map<String, Object>) status.get("status_list");
    }

    /// What the list says that a token names, fetched from this node.
    static int of(RunningServer node, String token) {
        Map<String, Object> reference = reference(token);
        return bit(list(node, (String) reference.get("uri")), (Long) reference.get("idx"));
    }

    /// The statuses of a list, checked.
    @SuppressWarnings("unchecked")
    static byte[] list(RunningServer node, String uri) {
        Map<String, Object> claims = checked(node, uri);
        Map<String, Object> list = (Map<String, Object>) claims.get("status_list");
        assertThat(list).containsEntry("bits", 1L);
        return inflated((String) list.get("lst"));
    }

    static Map<String, Object> checked(RunningServer node, String uri) {
        assertThat(uri).startsWith(node.issuer() + "/statuslists/");
        Reply reply = fetch(node, uri);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).contains("application/statuslist+jwt");
        try {
            JwkSet keys = JwkSet.parse(node.call("GET", "/jwks").send().body());
            Jws jws = Jws.parse(reply.text()).orElseThrow();
            assertThat(jws.unverifiedHeader()).containsEntry("typ", "statuslist+jwt");
            byte[] payload = jws.verify(
                            keys.find(Jws.unverifiedKeyId(reply.text()).orElseThrow())
                                    .orElseThrow())
                    .orElseThrow();
            Map<String, Object> claims = Json.parseObject(payload);
            assertThat(claims).containsEntry("sub", uri).containsEntry("iss", node.issuer());
            return claims;
        } catch (JsonException | InvalidJwkException e) {
            throw new AssertionError(e);
        }
    }

    static Reply fetch(RunningServer node, String uri) {
        return node.call("GET", uri.substring(node.issuer().length())).send();
    }

    /// Waits until the lists say of every token what introspection says.
    static void awaitAgreement(RunningServer node, Set<String> tokens, String audience, String secret) {
        Map<String, Integer> expected = new HashMap<>();
        for (String token : tokens) {
            boolean active = node.call("POST", "/introspect")
                    .basic(audience, secret)
                    .form("token", token)
                    .send()
                    .json()
                    .get("active")
                    .equals(true);
            expected.put(token, active ? 0 : 1);
        }
        Map<String, Integer> told = told(node, tokens);
        for (int i = 0; !told.equals(expected) && i < 300; i++) {
            try {
                Thread.sleep(100); // A list is signed anew once a second at most.
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            told = told(node, tokens);
        }
        assertThat(told).isEqualTo(expected);
    }

    private static Map<String, Integer> told(RunningServer node, Set<String> tokens) {
        Map<String, byte[]> lists = new HashMap<>();
        Map<String, Integer> told = new HashMap<>();
        for (String token : tokens) {
            Map<String, Object> reference = reference(token);
            byte[] list = lists.computeIfAbsent((String) reference.get("uri"), uri -> list(node, uri));
            told.put(token, bit(list, (Long) reference.get("idx")));
        }
        return told;
    }

    static int bit(byte[] statuses, long index) {
        return statuses[(int) (index / 8)] >> (index % 8) & 1;
    }

    static byte[] inflated(String lst) {
        byte[] compressed = Base64.getUrlDecoder().decode(lst);
        try (var inflating = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
            return inflating.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

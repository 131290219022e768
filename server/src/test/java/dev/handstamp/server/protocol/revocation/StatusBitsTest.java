package dev.handstamp.server.protocol.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The packing of statuses, against the vectors of the specification.
class StatusBitsTest {

    @Test
    @DisplayName("draft-ietf-oauth-status-list-20 §4.1: sixteen statuses of one bit")
    @SuppressWarnings("unchecked")
    void sixteen_statuses() throws Exception {
        var example = ((List<Map<String, Object>>) vector("short.json").get("cases")).getFirst();
        List<Object> expected = (List<Object>) example.get("expected");
        BitSet statuses = new BitSet();
        for (int i = 0; i < expected.size(); i++)
            statuses.set(i, expected.get(i).equals(1L));

        byte[] packed = StatusBits.of(statuses, expected.size());

        assertThat(HexFormat.of().formatHex(packed)).isEqualTo(example.get("bytes_hex"));
        assertThat(inflated(StatusBits.compressed(packed))).isEqualTo(packed);
        assertThat(inflated((String) example.get("lst"))).isEqualTo(packed);
    }

    @Test
    @DisplayName("draft-ietf-oauth-status-list-20, test vectors: a million statuses of one bit")
    @SuppressWarnings("unchecked")
    void a_million_statuses() throws Exception {
        Map<String, Object> vector = vector("long_1bit.json");
        BitSet statuses = new BitSet();
        ((Map<String, Object>) vector.get("expected")).keySet().forEach(index -> statuses.set(Integer.parseInt(index)));
        int size = ((Long) vector.get("entries")).intValue();

        byte[] packed = StatusBits.of(statuses, size);

        assertThat(packed).isEqualTo(inflated((String) vector.get("lst")));
        assertThat(StatusBits.compressed(packed)).hasSizeLessThan(2_000);
    }

    private static Map<String, Object> vector(String name) throws Exception {
        try (var file = Objects.requireNonNull(StatusBitsTest.class.getResourceAsStream("/status-list/" + name))) {
            return Json.parseObject(file.readAllBytes());
        }
    }

    private static byte[] inflated(String lst) throws Exception {
        try (var inflating = new InflaterInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(lst)))) {
            return inflating.readAllBytes();
        }
    }
}

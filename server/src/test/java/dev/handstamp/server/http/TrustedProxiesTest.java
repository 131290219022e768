package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");

    private final TrustedProxies proxies = TrustedProxies.parse(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/33"));

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "10.255.255.255, true",
        "11.0.0.0, false",
        "192.0.2.7, true",
        "192.0.2.8, false",
        "2001:db8::1, true",
        "2001:db8:7fff::1, true",
        "2001:db8:8000::1, false",
        "::ffff:10.1.2.3, true"
    })
    void an_address_is_trusted_by_itself_or_by_its_network(String address, boolean trusted) {
        assertThat(proxies.trusts(InetAddress.ofLiteral(address))).isEqualTo(trusted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9 | 203.0.113.9",
                "198.51.100.1, 203.0.113.9 | 203.0.113.9",
                "198.51.100.1, 203.0.113.9, 10.9.9.9, 192.0.2.7 | 203.0.113.9",
                "10.1.1.1, 10.2.2.2 | 10.1.1.1",
                "203.0.113.9:4711 | 203.0.113.9",
                "[2001:db8:8000::1]:443 | 2001:db8:8000:0:0:0:0:1",
                "2001:db8:8000::1 | 2001:db8:8000:0:0:0:0:1",
                "unknown | 10.0.0.1",
                "203.0.113.9, localhost, 10.5.5.5 | 10.5.5.5",
                "203.0.113.9, | 10.0.0.1",
                "'' | 10.0.0.1",
                "[::1 | 10.0.0.1",
                "203.0.113.9\" | 10.0.0.1"
            })
    void the_client_is_the_last_hop_that_is_not_trusted(String forwarded, String client) {
        assertThat(proxies.client(PROXY, List.of(forwarded))).isEqualTo(client);
    }

    @Test
    void several_headers_are_read_as_one_list() {
        assertThat(proxies.client(PROXY, List.of("198.51.100.1", "203.0.113.9", "10.2.2.2")))
                .isEqualTo("203.0.113.9");
        assertThat(proxies.client(PROXY, List.of())).isEqualTo("10.0.0.1");
    }

    @Test
    void the_client_is_secure_when_every_hop_says_https() {
        assertThat(TrustedProxies.isHttps(List.of("https"))).isTrue();
        assertThat(TrustedProxies.isHttps(List.of("HTTPS, https"))).isTrue();
        assertThat(TrustedProxies.isHttps(List.of("https, http"))).isFalse();
        assertThat(TrustedProxies.isHttps(List.of("https", "http"))).isFalse();
        assertThat(TrustedProxies.isHttps(List.of(""))).isFalse();
        assertThat(TrustedProxies.isHttps(List.of())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.256", ""})
    void what_is_no_address_is_named(String text) {
        assertThatThrownBy(() -> TrustedProxies.parse(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trusted proxy")
                .hasMessageEndingWith(text);
    }
}

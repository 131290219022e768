package dev.handstamp.forwardauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardAuthSettingsTest {

    private static final Map<String, String> LEAST =
            Map.of("issuer", "https://login.example", "audience", "https://app.example");

    @Test
    void issuer_and_audience_are_enough() {
        ForwardAuthSettings settings = ForwardAuthSettings.of(LEAST);
        assertThat(settings.proxy).isEqualTo(Proxy.NGINX);
        assertThat(settings.host).isEqualTo("127.0.0.1");
        assertThat(settings.sites).isEmpty();
    }

    @Test
    void everything_that_is_wrong_is_said_at_once() {
        assertThatThrownBy(() -> ForwardAuthSettings.of(Map.of("port", "x", "proxy", "apache", "login-url", "/in")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("port", "proxy", "login-url", "issuer", "audience");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "issuer | http://login.example",
                "origins | http://app.example",
                "origins | https://app.example/path",
                "origins | https://app.example, *",
                "login-url | https://login.example#{url}",
                "login-url | https://{url}.example/?a",
                "login-url | https://login.example/{url}",
                "login-url | https://login.example/?a={url}&b={url}",
                "login-url | javascript:alert(1)?{url}",
                "trusted-proxies | 0.0.0.0/0",
                "trusted-proxies | proxy.example",
                "trusted-proxies | 10.0.0.0/33",
                "host | app.example",
                "user-header | Authorization",
                "user-header | Remote_User",
                "user-header | Remote-Name",
                "require | scpoe=x",
                "revocation | never",
                "revocation | refuse",
                "api-secret | s3cret",
                "clock-skew | 61",
                "audience | ''",
                "realm | é",
            })
    void a_value_that_does_not_fit_names_its_setting(String label, String value) {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put("origins", "https://app.example");
        settings.put(label, value);
        assertThatThrownBy(() -> ForwardAuthSettings.of(settings)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_login_needs_to_know_where_it_may_lead_back_to() {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put("login-url", "https://login.example/?{url}");
        assertThatThrownBy(() -> ForwardAuthSettings.of(settings)).hasMessageContaining("origins");
    }

    @Test
    void a_setting_that_does_not_exist_is_said() {
        assertThatThrownBy(() -> ForwardAuthSettings.of(Map.of("isuer", "x"))).hasMessageContaining("isuer");
    }

    @Test
    void flags_stand_over_variables_and_no_secret_is_printed() {
        ForwardAuthSettings settings = ForwardAuthSettings.of(
                Map.of(
                        "issuer",
                        "https://login.example",
                        "audience",
                        "https://app.example",
                        "port",
                        "1234",
                        "revocation",
                        "introspection"),
                Map.of("HANDSTAMP_FORWARD_AUTH_PORT", "9", "HANDSTAMP_FORWARD_AUTH_API_SECRET", "s3cret"));
        assertThat(settings.port).isEqualTo(1234);
        assertThat(settings.toString()).doesNotContain("s3cret");
    }
}

package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;

/// A member of a client's registration that is not a column of its own, by its registered name. Only what the server
/// heeds is listed.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591 §2, client metadata</a>
/// @see <a href="https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata">OpenID Connect Dynamic
/// Client Registration §2</a>
public enum ClientMember {
    TOKEN_ENDPOINT_AUTH_METHOD("token_endpoint_auth_method", MemberForm.AUTHENTICATION_METHOD),
    TOKEN_ENDPOINT_AUTH_SIGNING_ALG("token_endpoint_auth_signing_alg", MemberForm.ASSERTION_ALGORITHM),
    REQUIRE_PUSHED_AUTHORIZATION_REQUESTS("require_pushed_authorization_requests", MemberForm.FLAG), // RFC 9126 §6
    DPOP_BOUND_ACCESS_TOKENS("dpop_bound_access_tokens", MemberForm.FLAG), // RFC 9449 §5.2
    REQUIRE_DPOP_NONCE("require_dpop_nonce", MemberForm.FLAG), // ours: as the setting dpop.nonce, for this client
    // RFC 8705 §2.1.2 and §3.4
    TLS_CLIENT_AUTH_SUBJECT_DN("tls_client_auth_subject_dn", MemberForm.TEXT),
    TLS_CLIENT_AUTH_SAN_DNS("tls_client_auth_san_dns", MemberForm.TEXT),
    TLS_CLIENT_AUTH_SAN_URI("tls_client_auth_san_uri", MemberForm.TEXT),
    TLS_CLIENT_AUTH_SAN_IP("tls_client_auth_san_ip", MemberForm.TEXT),
    TLS_CLIENT_AUTH_SAN_EMAIL("tls_client_auth_san_email", MemberForm.TEXT),
    TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS("tls_client_certificate_bound_access_tokens", MemberForm.FLAG),
    FAPI_PROFILE("fapi_profile", MemberForm.FAPI_PROFILE), // ours: held to FAPI 2.0
    REQUEST_OBJECT_SIGNING_ALG("request_object_signing_alg", MemberForm.SIGNATURE_ALGORITHM),
    REQUIRE_SIGNED_REQUEST_OBJECT("require_signed_request_object", MemberForm.FLAG), // RFC 9101 §10.5
    REQUEST_URIS("request_uris", MemberForm.DOCUMENTS),
    ID_TOKEN_SIGNED_RESPONSE_ALG("id_token_signed_response_alg", MemberForm.ANSWER_SIGNATURE),
    USERINFO_SIGNED_RESPONSE_ALG("userinfo_signed_response_alg", MemberForm.ANSWER_SIGNATURE),
    AUTHORIZATION_SIGNED_RESPONSE_ALG("authorization_signed_response_alg", MemberForm.ANSWER_SIGNATURE), // JARM §3
    INTROSPECTION_SIGNED_RESPONSE_ALG("introspection_signed_response_alg", MemberForm.ANSWER_SIGNATURE), // RFC 9701 §6
    JWKS("jwks", MemberForm.KEY_SET),
    JWKS_URI("jwks_uri", MemberForm.ENDPOINT),
    APPLICATION_TYPE("application_type", MemberForm.APPLICATION_TYPE),
    SUBJECT_TYPE("subject_type", MemberForm.SUBJECT_TYPE),
    SECTOR_IDENTIFIER_URI("sector_identifier_uri", MemberForm.ENDPOINT),
    LOGO_URI("logo_uri", MemberForm.WEB_PAGE),
    INITIATE_LOGIN_URI("initiate_login_uri", MemberForm.WEB_PAGE), // OpenID Connect Core §4
    CLIENT_URI("client_uri", MemberForm.WEB_PAGE),
    POLICY_URI("policy_uri", MemberForm.WEB_PAGE),
    TOS_URI("tos_uri", MemberForm.WEB_PAGE),
    CONTACTS("contacts", MemberForm.TEXTS),
    DEFAULT_MAX_AGE("default_max_age", MemberForm.SECONDS),
    DEFAULT_ACR_VALUES("default_acr_values", MemberForm.TEXTS),
    REQUIRE_AUTH_TIME("require_auth_time", MemberForm.FLAG), // Every ID token has auth_time.
    SOFTWARE_ID("software_id", MemberForm.TEXT),
    SOFTWARE_VERSION("software_version", MemberForm.TEXT),
    // OpenID Connect Back-Channel Logout 1.0 §2.2
    BACKCHANNEL_LOGOUT_URI("backchannel_logout_uri", MemberForm.ENDPOINT),
    BACKCHANNEL_LOGOUT_SESSION_REQUIRED("backchannel_logout_session_required", MemberForm.FLAG);

    private static final List<ClientMember> ALL = List.of(values());

    private final String wireName;
    private final MemberForm form;

    ClientMember(String wireName, MemberForm form) {
        this.wireName = wireName;
        this.form = form;
    }

    public String wireName() {
        return wireName;
    }

    /// What its value is made of.
    public MemberKind kind() {
        return form.kind();
    }

    /// The values that it can have, where that is a choice.
    public List<String> choices() {
        return form.choices();
    }

    /// Whether this server asks for what stands at that address.
    public boolean isFetched() {
        return form == MemberForm.ENDPOINT;
    }

    /// What a client's registration says its answers are to be signed with.
    public static final List<ClientMember> ANSWER_SIGNATURES = List.of(
            ID_TOKEN_SIGNED_RESPONSE_ALG,
            USERINFO_SIGNED_RESPONSE_ALG,
            AUTHORIZATION_SIGNED_RESPONSE_ALG,
            INTROSPECTION_SIGNED_RESPONSE_ALG);

    /// What a client's registration says that the client itself signs with.
    static final List<ClientMember> OWN_SIGNATURES =
            List.of(TOKEN_ENDPOINT_AUTH_SIGNING_ALG, REQUEST_OBJECT_SIGNING_ALG);

    /// What its values look like.
    MemberForm form() {
        return form;
    }

    public static Optional<ClientMember> named(String wireName) {
        for (ClientMember member : ALL) {
            if (member.wireName.equals(wireName)) return Optional.of(member);
        }
        return Optional.empty();
    }
}

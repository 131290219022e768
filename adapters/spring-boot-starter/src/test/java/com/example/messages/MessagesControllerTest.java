package com.example.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.jwt;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.test.web.servlet.MockMvc;

/// The tests that Spring's users have: they never reach a decoder, and go on working.
@WebMvcTest(
        controllers = MessagesController.class,
        properties = "spring.security.oauth2.resourceserver.jwt.issuer-uri=https://login.example")
@Import(SecurityConfiguration.class)
class MessagesControllerTest {

    @Autowired
    private MockMvc mvc;

    @Autowired
    private JwtDecoder decoder;

    @Test
    void the_jwt_helper_stands_in_for_a_token() throws Exception {
        mvc.perform(get("/").with(jwt().jwt(token -> token.subject("vera"))))
                .andExpect(content().string("Hello, vera!"));
        mvc.perform(get("/message").with(jwt().authorities(new SimpleGrantedAuthority("SCOPE_message:read"))))
                .andExpect(status().isOk());
        mvc.perform(get("/message").with(jwt())).andExpect(status().isForbidden());
        mvc.perform(get("/vault")
                        .with(jwt().jwt(token ->
                                token.claim("scope", "vault:open").claim("age", 34L))))
                .andExpect(status().isOk());
        mvc.perform(get("/")).andExpect(status().isUnauthorized());
    }

    @Test
    void a_slice_has_the_same_decoder_as_the_application() {
        assertThat(decoder.getClass().getName()).isEqualTo("dev.handstamp.spring.HandstampJwtDecoder");
    }
}

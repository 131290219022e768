package com.example.messages;

import java.util.stream.Collectors;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class MessagesController {

    @GetMapping("/")
    String hello(@AuthenticationPrincipal Jwt jwt) {
        return "Hello, " + jwt.getSubject() + "!";
    }

    @GetMapping("/message")
    String read() {
        return "the secret message";
    }

    @PostMapping("/message")
    String write() {
        return "written";
    }

    @GetMapping("/vault")
    @PreAuthorize("hasAuthority('SCOPE_vault:open') and #jwt.claims['age'] >= 18")
    String vault(@AuthenticationPrincipal Jwt jwt) {
        return "gold";
    }

    @GetMapping("/me")
    String me(Authentication authentication) {
        return authentication.getName() + " "
                + authentication.getAuthorities().stream()
                        .map(GrantedAuthority::getAuthority)
                        .filter(authority -> !authority.startsWith("FACTOR_"))
                        .sorted()
                        .collect(Collectors.joining(" "));
    }
}

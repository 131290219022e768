package dev.handstamp.demo.spring;

import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// What the API offers.
@RestController
class OrdersController {

    @GetMapping("/orders")
    String read(@AuthenticationPrincipal Jwt jwt) {
        return "the orders of " + jwt.getSubject();
    }

    @PostMapping("/orders")
    String write(@AuthenticationPrincipal Jwt jwt) {
        return "ordered by " + jwt.getSubject();
    }

    @GetMapping("/wine")
    @PreAuthorize("#jwt.claims['age'] >= 18")
    String wine(@AuthenticationPrincipal Jwt jwt) {
        return "cheers, " + jwt.getSubject();
    }
}

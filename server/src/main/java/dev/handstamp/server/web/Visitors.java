package dev.handstamp.server.web;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.issuance.Browsers;
import java.util.Optional;

/// Who comes to a page.
public final class Visitors {

    private Visitors() {}

    /// Who is signed in with this browser, if anybody.
    public static Optional<Visitor> of(Request request, Browsers browsers) {
        return HostCookie.SESSION.read(request).map(Secret::new).flatMap(browsers::visitor);
    }
}

package dev.handstamp.server.web;

import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.html.Look;

/// How a brand dresses a page.
public final class Looks {

    private Looks() {}

    /// Where the brand says nothing, the page stays plain.
    public static Look of(Brand brand) {
        return new Look(
                brand.name(),
                brand.logo().map(Brand.Logo::path).orElse(""),
                brand.colours().map(Brand.Colours::accent).orElse(Look.PLAIN.accent()),
                brand.colours().map(Brand.Colours::accentDark).orElse(Look.PLAIN.accentDark()));
    }
}

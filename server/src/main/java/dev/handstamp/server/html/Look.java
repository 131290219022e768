package dev.handstamp.server.html;

import dev.handstamp.server.domain.client.Brand;
import java.util.regex.Pattern;

/// How a page is dressed: whose name, logo and colours it wears.
///
/// @param name       shown at the top and in the title; empty shows nothing
/// @param logo       address of an image of ours, such as `/brand/shop`; empty for the name alone
/// @param accent     `#rrggbb`, for buttons and links on a light page
/// @param accentDark the same on a dark page
public record Look(String name, String logo, String accent, String accentDark) {

    private static final Pattern COLOUR = Pattern.compile("#[0-9a-f]{6}");

    /// What a server looks like that nobody has given a name to.
    public static final Look PLAIN = new Look("", "", "#4636a3", "#b3a8fa");

    public Look {
        if (!isColour(accent) || !isColour(accentDark)) throw new IllegalArgumentException("a colour is #rrggbb");
        if (!logo.isEmpty() && !logo.startsWith("/")) throw new IllegalArgumentException("a logo is one of ours");
    }

    /// How a brand dresses a page. Where it says nothing, the page stays plain.
    public static Look of(Brand brand) {
        return new Look(
                brand.name(),
                brand.logo().map(Brand.Logo::path).orElse(""),
                brand.colours().map(Brand.Colours::accent).orElse(PLAIN.accent),
                brand.colours().map(Brand.Colours::accentDark).orElse(PLAIN.accentDark));
    }

    public static boolean isColour(String text) {
        return COLOUR.matcher(text).matches();
    }

    public boolean hasOwnColours() {
        return !accent.equals(PLAIN.accent) || !accentDark.equals(PLAIN.accentDark);
    }

    /// The style that gives the design system these colours. White or near black stands on them, whichever reads
    /// better.
    String style() {
        return ":root{--accent:" + accent + ";--accent-dark:" + accentDark + ";--on-brand:" + on(accent) + "}"
                + "@media(prefers-color-scheme:dark){:root{--on-brand:" + on(accentDark) + "}}";
    }

    /// The same for the part of a page that shows what a light page looks like, and a dark one beside it.
    String styleOfPreview() {
        return "#preview{--accent:" + accent + ";--accent-dark:" + accentDark + ";--on-accent:" + onAccent()
                + ";--on-accent-dark:" + onAccentDark() + "}";
    }

    /// What stands on the accent.
    public String onAccent() {
        return on(accent);
    }

    /// What stands on the accent of a dark page.
    public String onAccentDark() {
        return on(accentDark);
    }

    private static String on(String colour) {
        double ground = luminance(colour);
        double white = 1.05 / (ground + 0.05);
        double black = (ground + 0.05) / (luminance("#111116") + 0.05);
        return white >= black ? "#ffffff" : "#111116";
    }

    /// WCAG 2.2, relative luminance.
    private static double luminance(String colour) {
        return 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
    }

    private static double channel(String colour, int at) {
        double value = Integer.parseInt(colour, at, at + 2, 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}

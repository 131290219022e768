package dev.handstamp.server.domain.client;

import java.util.Optional;
import java.util.regex.Pattern;

/// What pages wear: the name, the logo and the colours of whoever runs the server, or of the application that a user
/// is on the way to. Only administrators say it.
///
/// @param name empty: none of its own
public record Brand(String name, Optional<Logo> logo, Optional<Colours> colours) {

    /// Nothing of its own.
    public static final Brand NONE = new Brand("", Optional.empty(), Optional.empty());

    public static final int LONGEST_NAME = 100;

    /// An image that the server serves itself.
    ///
    /// @param digest of its content, by which it is stored and found
    public record Logo(String digest, ImageType type) {

        /// Where it stands; another image has another address.
        public String path() {
            return "/brand/" + digest + "." + type.extension();
        }
    }

    /// What a logo can be.
    public enum ImageType {
        PNG("png", "image/png"),
        WEBP("webp", "image/webp"),
        SVG("svg", "image/svg+xml");

        private final String extension;
        private final String mediaType;

        ImageType(String extension, String mediaType) {
            this.extension = extension;
            this.mediaType = mediaType;
        }

        public String extension() {
            return extension;
        }

        public String mediaType() {
            return mediaType;
        }

        public static Optional<ImageType> of(String extension) {
            for (ImageType type : values()) {
                if (type.extension.equals(extension)) return Optional.of(type);
            }
            return Optional.empty();
        }
    }

    /// The colour of links and buttons, on light pages and on dark ones: `#rrggbb`, in lower case.
    public record Colours(String accent, String accentDark) {

        /// WCAG 2.2, success criterion 1.4.3 (AA).
        public static final double LEAST_CONTRAST = 4.5;

        /// The grounds of the design system that text in these colours stands on.
        private static final String[] LIGHT = {"#ffffff", "#f4f4f8"};

        private static final String[] DARK = {"#1b1b22", "#111116"};

        private static final Pattern COLOUR = Pattern.compile("#[0-9a-f]{6}");

        public Colours {
            if (!isColour(accent) || !isColour(accentDark)) throw new IllegalArgumentException("a colour is #rrggbb");
        }

        public static boolean isColour(String text) {
            return COLOUR.matcher(text).matches();
        }

        /// The least contrast that a colour has on a light page.
        public static double contrastOnLight(String colour) {
            return least(colour, LIGHT);
        }

        /// The least contrast that a colour has on a dark page.
        public static double contrastOnDark(String colour) {
            return least(colour, DARK);
        }

        private static double least(String colour, String[] grounds) {
            double least = Double.MAX_VALUE;
            for (String ground : grounds) least = Math.min(least, contrast(colour, ground));
            return least;
        }

        /// WCAG 2.2, contrast ratio.
        static double contrast(String one, String other) {
            double lighter = Math.max(luminance(one), luminance(other));
            double darker = Math.min(luminance(one), luminance(other));
            return (lighter + 0.05) / (darker + 0.05);
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

    /// This one, and where it says nothing, the other.
    public Brand or(Brand other) {
        return new Brand(
                name.isEmpty() ? other.name : name, logo.or(() -> other.logo), colours.or(() -> other.colours));
    }
}

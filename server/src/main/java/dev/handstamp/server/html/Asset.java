package dev.handstamp.server.html;

import dev.handstamp.jwt.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// A file that pages load from us: the style, and the few scripts. Its address carries a digest of its content, so that
/// browsers keep it for good and never use an old one.
public enum Asset {
    STYLE("handstamp.css", "text/css;charset=utf-8"),
    ADMIN("admin.js", "text/javascript;charset=utf-8"),
    ANSWER("answer.js", "text/javascript;charset=utf-8"),
    ICON("handstamp.svg", "image/svg+xml"),
    PASSKEY("passkey.js", "text/javascript;charset=utf-8"),
    TIMES("times.js", "text/javascript;charset=utf-8");

    /// Where they all are.
    public static final String PATH = "/assets/";

    private static final int DIGEST_CHARACTERS = 12;

    private final String mediaType;
    private final String path;

    @SuppressWarnings("ImmutableEnumChecker") // Nobody writes into them.
    private final byte[] content;

    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] compressed;

    /// Read when the first page is asked for.
    Asset(String fileName, String mediaType) {
        this.mediaType = mediaType;
        try (InputStream file = Asset.class.getResourceAsStream("assets/" + fileName)) {
            if (file == null) throw new IllegalStateException("a part of the program is missing: " + fileName);
            this.content =
                    mediaType.startsWith("text/css") ? withoutComments(file.readAllBytes()) : file.readAllBytes();
            this.compressed = compress(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String digest = Base64.getUrlEncoder().encodeToString(Sha256.of(content));
        this.path = PATH + digest.substring(0, DIGEST_CHARACTERS) + "-" + fileName;
    }

    /// The address in pages.
    public String path() {
        return path;
    }

    String mediaType() {
        return mediaType;
    }

    byte[] content() {
        return content;
    }

    byte[] compressed() {
        return compressed;
    }

    static Optional<Asset> at(String path) {
        for (Asset asset : values()) {
            if (asset.path.equals(path)) return Optional.of(asset);
        }
        return Optional.empty();
    }

    /// What is said to whoever reads the style is not sent to whoever wears it.
    private static byte[] withoutComments(byte[] style) {
        return new String(style, StandardCharsets.UTF_8)
                .replaceAll("(?s)\\s*/\\*.*?\\*/", "")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] compress(byte[] bytes) throws IOException {
        ByteArrayOutputStream small = new ByteArrayOutputStream(bytes.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(small)) {
            gzip.write(bytes);
        }
        return small.toByteArray();
    }
}

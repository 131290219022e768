package dev.handstamp.server.html;

import java.util.Locale;

/// A QR code (ISO/IEC 18004) as the path of an image in the page: no request, no style, no script.
///
/// @param size of the whole image in modules, with the quiet zone around it
/// @param path its dark modules, for the attribute `d`
public record QrCode(int size, String path) {

    private static final int QUIET = 4;

    /// Draws a text.
    ///
    /// @param text up to some hundred characters
    public static QrCode of(String text) {
        var code = io.nayuki.qrcodegen.QrCode.encodeText(text, io.nayuki.qrcodegen.QrCode.Ecc.MEDIUM);
        StringBuilder path = new StringBuilder(4_096);
        for (int y = 0; y < code.size; y++) {
            int x = 0;
            while (x < code.size) {
                int from = x;
                while (x < code.size && code.getModule(x, y)) x++;
                if (x > from) path.append(run(from, y, x - from));
                x++;
            }
        }
        return new QrCode(code.size + 2 * QUIET, path.toString());
    }

    private static String run(int x, int y, int length) {
        return String.format(Locale.ROOT, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, length, length);
    }

    /// The corners of the image, for the attribute `viewBox`.
    public String viewBox() {
        return "0 0 " + size + " " + size;
    }
}

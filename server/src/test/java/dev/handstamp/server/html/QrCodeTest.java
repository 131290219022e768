package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QrCodeTest {

    private static final Pattern RUN = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-(\\d+)z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "otpauth://totp/login.example.org:vera?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=login.example.org",
                "Grüße"
            })
    void every_dark_module_is_drawn_once_with_room_around(String text) {
        var expected = io.nayuki.qrcodegen.QrCode.encodeText(text, io.nayuki.qrcodegen.QrCode.Ecc.MEDIUM);
        QrCode drawn = QrCode.of(text);
        int size = expected.size + 8;
        assertThat(drawn.viewBox()).isEqualTo("0 0 " + size + " " + size);

        int[][] dark = new int[size][size];
        Matcher run = RUN.matcher(drawn.path());
        int end = 0;
        while (run.find()) {
            assertThat(run.start()).isEqualTo(end);
            assertThat(run.group(3)).isEqualTo(run.group(4));
            int x = Integer.parseInt(run.group(1));
            int y = Integer.parseInt(run.group(2));
            for (int i = 0; i < Integer.parseInt(run.group(3)); i++) dark[y][x + i]++;
            end = run.end();
        }
        assertThat(end).isEqualTo(drawn.path().length());
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                assertThat(dark[y][x]).as(x + " " + y).isEqualTo(expected.getModule(x - 4, y - 4) ? 1 : 0);
            }
        }
    }
}

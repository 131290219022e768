package dev.handstamp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// nginx, the service that it asks, the server, and an application that knows nothing of tokens.
class ProxyWalkTest {

    private static final String PRINTED = """
        Nobody gets in without a stamp. A program is told so, a browser is sent to the login:
        401\s
        302 ORIGIN/login?return_to=ENCODED%2Fcoats
        Nick logs in. His cookie becomes the header that an API expects, and the application is told who he is:
        200\s
        /coats: nick is Nick Night (regular), with a stamp and no cookie
        200\s
        He cannot say that he is somebody else, nor enter the vault, which is for vips:
        403\s
        /coats: nick is Nick Night (regular), with a stamp and no cookie
        200\s
        403\s
        Another site cannot act with his cookie:
        403\s
        Vera is a vip:
        200\s
        /vault: vera is Vera Vale (vip), with a stamp and no cookie
        200\s
        She logs out. A copy of her stamp is worth nothing a second later:
        204\s
        401\s
        """;

    @TempDir
    Path folder;

    @Test
    void the_walk_can_be_pasted() throws Exception {
        try (ProxyDemo demo = onAFreePort()) {
            String origin = demo.walk().origin();
            String encoded = origin.replace(":", "%3A").replace("/", "%2F");
            assertThat(run("sh", "-c", demo.walk().commands()))
                    .isEqualTo(PRINTED.replace("ORIGIN", origin).replace("ENCODED", encoded));
        }
    }

    /// nginx cannot be asked for any free port; another process may take the one that was found.
    private ProxyDemo onAFreePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return ProxyDemo.start(folder.resolve("it's here"), freePort());
            } catch (IOException e) {
                if (attempt == 5 || !String.valueOf(e.getMessage()).contains("Address already in use")) throw e;
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}

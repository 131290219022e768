package dev.handstamp.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Passwords and secrets, from standard input or asked for without echo: never an argument, which every process can
/// read.
final class SecretInput {

    private static final int LONGEST = 16 * 1024;

    private final Terminal terminal;

    SecretInput(Terminal terminal) {
        this.terminal = terminal;
    }

    /// All of standard input; one line feed at its end is cut, and nothing else.
    String read() {
        byte[] bytes = bytes();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new WrongUsage("what stands on standard input is not UTF-8");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// A new password: asked for twice, or read when that was wished.
    String newPassword(boolean fromStandardInput) {
        if (fromStandardInput) return read();
        String password = ask("Password");
        if (!password.equals(ask("The same again"))) throw new WrongUsage("the two passwords differ");
        return password;
    }

    private String ask(String question) {
        return terminal.question()
                .apply(question)
                .orElseThrow(
                        () -> new WrongUsage("there is no terminal to ask for the password: use --password-stdin"));
    }

    private byte[] bytes() {
        try {
            byte[] bytes = terminal.in().readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) throw new WrongUsage("standard input is longer than " + LONGEST + " bytes");
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
    }
}

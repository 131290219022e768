package dev.handstamp.json;

/// Jazzer's target for the JSON reader; `jwt/fuzz json` runs it.
public final class JsonFuzz {

    private JsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        JsonOracleTest.compare(data);
    }
}

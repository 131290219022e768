package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;

/// What several doors of the transmitter answer.
final class Answers {

    private Answers() {}

    static Response noStream() {
        return new OAuthError(ErrorCode.INVALID_REQUEST, 404, "You have no stream with this stream_id.").toResponse();
    }

    static Response wrong(String problem) {
        return new OAuthError(ErrorCode.INVALID_REQUEST, problem).toResponse();
    }
}

package dev.handstamp.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartCompliance;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// Reads a form that came in parts, because there are files in it (RFC 7578). The body is bounded and here already.
///
/// A part with a file name is a file, every other one is a parameter, in UTF-8. Nothing is believed that a part says of
/// itself besides: no media type, no character set, no transfer encoding.
final class Multipart {

    static final String MEDIA_TYPE = "multipart/form-data";

    private static final int LONGEST_BOUNDARY = 70; // RFC 2046 §5.1.1
    private static final int LONGEST_HEADERS = 1_024;

    private Multipart() {}

    static FormResult parse(Request request) {
        String boundary =
                MultiPart.extractBoundary(request.header("Content-Type").orElse(""));
        if (boundary == null || boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
            return malformed("The parts of the body have no boundary.");
        }
        Parts parts = new Parts();
        var parser = new MultiPart.Parser(boundary, MultiPartCompliance.RFC7578_STRICT, parts);
        parser.setMaxParts(Form.MAXIMUM_PARAMETERS);
        parser.setPartHeadersMaxLength(LONGEST_HEADERS);
        parser.parse(Content.Chunk.from(ByteBuffer.wrap(request.body()), true));
        return parts.result();
    }

    private static MalformedForm malformed(String problem) {
        return new MalformedForm(400, problem);
    }

    /// What has been read so far.
    private static final class Parts extends MultiPart.AbstractPartsListener {

        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Map<String, byte[]> files = new LinkedHashMap<>();
        private final Set<String> names = new HashSet<>();
        private byte[] content = {};
        private boolean isWhole;
        private @Nullable String problem;

        @Override
        public void onPartBegin() {
            super.onPartBegin();
            content = new byte[0];
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            ByteBuffer more = chunk.getByteBuffer();
            byte[] longer = new byte[content.length + more.remaining()];
            System.arraycopy(content, 0, longer, 0, content.length);
            more.get(longer, content.length, more.remaining());
            content = longer;
        }

        @Override
        public void onPart(@Nullable String name, @Nullable String fileName, HttpFields headers) {
            if (name == null || name.isEmpty()) {
                problem = "A part has no name.";
            } else if (!names.add(name)) {
                problem = "A parameter is given twice.";
            } else if (fileName == null) {
                String text = decoded(content);
                if (text == null) problem = "A parameter is not UTF-8.";
                else parameters.put(name, text);
            } else if (content.length > 0) {
                files.put(name, content); // Browsers send a file without a name and content where none was chosen.
            }
        }

        @Override
        public void onComplete() {
            isWhole = true;
        }

        @Override
        public void onFailure(Throwable failure) {
            problem = "The parts of the body are malformed.";
        }

        private FormResult result() {
            if (problem != null) return malformed(problem);
            return isWhole ? new Form(parameters, files) : malformed("The body ends before its last part.");
        }

        /// The text of a part; null when it is none.
        private static @Nullable String decoded(byte[] bytes) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return text.indexOf(0) < 0 ? text : null;
            } catch (CharacterCodingException _) {
                return null;
            }
        }
    }
}

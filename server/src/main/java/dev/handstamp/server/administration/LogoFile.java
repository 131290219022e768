package dev.handstamp.server.administration;

import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.domain.client.Brand.ImageType;
import dev.handstamp.server.domain.client.Brand.Logo;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// An image that was found to be what it says, and small enough to be sent with a page.
///
/// An SVG is let in only if it is nothing but shapes: no script, no handler, no reference out of it, no document type.
/// It is UTF-8 and XML 1.0, so that browsers read what was checked here.
final class LogoFile {

    static final int LARGEST = 100 * 1024;

    private static final int LONGEST_SIDE = 4096;
    private static final int MOST_USES = 20; // Each may use others: so many come to some thousand shapes at most.
    private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a");
    private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";
    private static final Set<String> SHAPES = Set.of(
            "svg",
            "g",
            "path",
            "rect",
            "circle",
            "ellipse",
            "line",
            "polyline",
            "polygon",
            "text",
            "tspan",
            "defs",
            "use",
            "symbol",
            "title",
            "desc",
            "metadata",
            "style",
            "clipPath",
            "mask",
            "pattern",
            "linearGradient",
            "radialGradient",
            "stop");

    private final Logo logo;
    private final byte[] content;

    private LogoFile(Logo logo, byte[] content) {
        this.logo = logo;
        this.content = content;
    }

    Logo logo() {
        return logo;
    }

    byte[] content() {
        return content.clone();
    }

    /// Checks the content of a file.
    static LogoFile of(byte[] content) {
        if (content.length > LARGEST) throw refused("refused.logo.large", LARGEST / 1024);
        ImageType type = type(content);
        String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(content));
        return new LogoFile(new Logo(digest, type), content.clone());
    }

    private static ImageType type(byte[] content) {
        if (startsWith(content, 0, PNG)) {
            if (!isPng(content)) throw refused("refused.logo.png");
            return ImageType.PNG;
        }
        if (startsWith(content, 0, ascii("RIFF")) && startsWith(content, 8, ascii("WEBP"))) {
            if (!isWebp(content)) throw refused("refused.logo.webp");
            return ImageType.WEBP;
        }
        Optional<String> text = text(content);
        if (text.isPresent() && text.get().stripLeading().startsWith("<")) {
            refuseActiveSvg(text.get());
            return ImageType.SVG;
        }
        throw refused("refused.logo.type");
    }

    /// The chunks with their checksums, from the header to the end and nothing behind.
    private static boolean isPng(byte[] content) {
        ByteBuffer chunks = ByteBuffer.wrap(content, PNG.length, content.length - PNG.length);
        boolean first = true;
        while (chunks.remaining() >= 12) {
            int length = chunks.getInt();
            if (length < 0 || length > chunks.remaining() - 8) return false;
            CRC32 crc = new CRC32();
            crc.update(content, chunks.position(), length + 4);
            byte[] type = new byte[4];
            chunks.get(type);
            String name = new String(type, StandardCharsets.ISO_8859_1);
            if (first && (!name.equals("IHDR") || length != 13 || !fits(chunks))) return false;
            first = false;
            chunks.position(chunks.position() + length);
            if (chunks.getInt() != (int) crc.getValue()) return false;
            if (name.equals("IEND")) return !chunks.hasRemaining();
        }
        return false;
    }

    private static boolean fits(ByteBuffer header) {
        int width = header.getInt(header.position());
        int height = header.getInt(header.position() + 4);
        return width > 0 && width <= LONGEST_SIDE && height > 0 && height <= LONGEST_SIDE;
    }

    private static boolean isWebp(byte[] content) {
        if (content.length < 20) return false;
        int size = Integer.reverseBytes(ByteBuffer.wrap(content).getInt(4));
        String form = new String(content, 12, 4, StandardCharsets.ISO_8859_1);
        return size == content.length - 8 && Set.of("VP8 ", "VP8L", "VP8X").contains(form);
    }

    /// What is no UTF-8 is no text, whatever it says of itself.
    private static Optional<String> text(byte[] content) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static void refuseActiveSvg(String content) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(content));
            refuseOtherSpellings(reader);
            boolean root = true;
            int uses = 0;
            // What a style says is what all of its pieces say together: comments and CDATA may stand between them.
            Deque<StringBuilder> said = new ArrayDeque<>();
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD
                        || event == XMLStreamConstants.PROCESSING_INSTRUCTION
                        || event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw refused("refused.logo.svg-type");
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    refuseActive(reader, root);
                    root = false;
                    if (reader.getLocalName().equals("use") && ++uses > MOST_USES) {
                        throw refused("refused.logo.svg-uses", MOST_USES);
                    }
                    said.push(new StringBuilder());
                }
                boolean isText = event == XMLStreamConstants.CHARACTERS
                        || event == XMLStreamConstants.CDATA
                        || event == XMLStreamConstants.SPACE;
                if (isText && !said.isEmpty()) said.element().append(reader.getText());
                if (event == XMLStreamConstants.END_ELEMENT) {
                    refuseOutward(said.pop().toString());
                }
            }
        } catch (XMLStreamException e) {
            throw refused("refused.logo.svg");
        }
    }

    /// A browser may not know an encoding that we do, and take the bytes for something else.
    private static void refuseOtherSpellings(XMLStreamReader reader) {
        @Nullable String encoding = reader.getCharacterEncodingScheme();
        @Nullable String version = reader.getVersion();
        boolean isPlain =
                (encoding == null || encoding.equalsIgnoreCase("UTF-8")) && (version == null || version.equals("1.0"));
        if (!isPlain) throw refused("refused.logo.svg-encoding");
    }

    private static void refuseActive(XMLStreamReader reader, boolean root) {
        String name = reader.getLocalName();
        boolean isSvg = SVG_NAMESPACE.equals(reader.getNamespaceURI());
        if (root && (!isSvg || !name.equals("svg"))) throw refused("refused.logo.type");
        if (!isSvg || !SHAPES.contains(name)) {
            throw refused("refused.logo.svg-shape", name);
        }
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String attribute = reader.getAttributeLocalName(i).toLowerCase(Locale.ROOT);
            String value = reader.getAttributeValue(i).strip();
            if (attribute.startsWith("on")) throw refused("refused.logo.svg-handler", attribute);
            boolean moves = attribute.equals("base"); // xml:base: then a reference to a fragment leads elsewhere.
            if (moves || (attribute.equals("href") && !value.startsWith("#"))) {
                throw refused("refused.logo.svg-outward");
            }
            refuseOutward(value);
        }
    }

    /// Styles: what they refer to is within the image.
    private static void refuseOutward(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[\\s\"']", "");
        boolean escapes = Stream.of("\\", "@import", "javascript:", "image-set(", "cross-fade(", "src(")
                .anyMatch(plain::contains);
        if (escapes || plain.replace("url(#", "").contains("url(")) {
            throw refused("refused.logo.svg-outward");
        }
    }

    private static boolean startsWith(byte[] content, int at, byte[] expected) {
        if (content.length < at + expected.length) return false;
        for (int i = 0; i < expected.length; i++) if (content[at + i] != expected[i]) return false;
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Refused refused(String key, Object... values) {
        return Refused.about("logo", key, values);
    }
}

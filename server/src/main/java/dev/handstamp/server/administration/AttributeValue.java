package dev.handstamp.server.administration;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/// The value of a user's attribute, from text: a number or `true` or `false` when it looks like one, else the text.
///
/// Quotation marks around it keep it a text: `"34"`.
final class AttributeValue {

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9]\\d{0,17}");
    private static final Pattern FRACTION = Pattern.compile("-?(?:0|[1-9]\\d{0,17})\\.\\d{1,18}");
    private static final int LONGEST = 1024;

    private AttributeValue() {}

    static Object parse(String text) {
        if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
            return text(text.substring(1, text.length() - 1));
        }
        text(text);
        if (INTEGER.matcher(text).matches()) return Long.parseLong(text);
        if (FRACTION.matcher(text).matches()) return new BigDecimal(text);
        if (text.equals("true") || text.equals("false")) return text.equals("true");
        return text;
    }

    /// A text that stays one, whatever it looks like.
    static String text(String text) {
        boolean fits = text.length() <= LONGEST && text.chars().noneMatch(Character::isISOControl);
        if (!fits) throw Parsed.refused("attribute value", "refused.form.attribute-value", text);
        return text;
    }
}

package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.mail.MailKind;
import dev.handstamp.server.domain.mail.OutgoingMail;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.KnownDevices.Device;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.MailStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// What strangers ask a mail for: a reset, a sign-in, an account.
///
/// Nobody is looked for here. The wish is put into the queue as it was typed, and whether there is such a user is found
/// out when the mail is about to be sent: so an answer can tell nothing, by its words or by its time.
public final class MailWishes {

    static final String TYPED = "typed";
    static final String REQUEST = "request";
    static final String BROWSER = "browser";
    static final String FORM = "form";
    static final String DEVICE = "device";
    static final String ADDRESS = "address";
    static final String CODE = "code";

    private static final String PURPOSE = "mail wish\n";
    private static final int LONGEST = 254;
    private static final int PER_HOUR_OF_SOMEBODY_KNOWN = 20;
    private static final Duration FULL = Duration.ofMinutes(1);

    /// Somebody asks for a mail.
    ///
    /// @param typed    a user name or an address
    /// @param language of the page
    /// @param request  where to go on to afterwards
    /// @param browser  what only this browser holds
    /// @param device   what it is known by to those who have signed in with it
    /// @param byCode   whether a code is wanted rather than a link
    public record Wish(
            MailKind kind,
            String typed,
            String language,
            Optional<RequestUri> request,
            Secret browser,
            Device device,
            boolean byCode,
            Caller caller) {

        /// Leaves out what was typed.
        @Override
        public String toString() {
            return "Wish[" + kind + ", " + caller.requestId() + "]";
        }
    }

    private final Database database;
    private final KeyEncryption encryption;
    private final Secrets secrets;
    private final InstantSource clock;
    private final KnownDevices devices;
    private final Pace pace;
    private final Pace known = new Pace(PER_HOUR_OF_SOMEBODY_KNOWN, Duration.ofHours(1), System::nanoTime);
    private final MailStore mails = new MailStore();

    /// @param perHour how many mails strangers in one network may ask for in an hour
    public MailWishes(
            Database database,
            KnownDevices devices,
            KeyEncryption encryption,
            Secrets secrets,
            int perHour,
            InstantSource clock) {
        this.database = database;
        this.devices = devices;
        this.encryption = encryption;
        this.secrets = secrets;
        this.clock = clock;
        this.pace = new Pace(perHour, Duration.ofHours(1), System::nanoTime);
    }

    /// Whether mails are sent at all.
    public boolean areTaken() {
        return database.read(mails::isSending);
    }

    /// Takes a wish. In a browser that somebody has signed in with before, strangers of the same network are in
    /// nobody's way, and neither are all that wait; for whom it is wished does not matter here.
    ///
    /// @return when to come again, if there were too many of them from this network or user, or altogether
    public Optional<Duration> ask(Wish wish) {
        Optional<Subject> user = devices.lastUser(wish.device);
        Optional<Duration> later =
                user.map(each -> known.exceeded(each.value())).orElseGet(() -> pace.exceeded(wish.caller));
        if (later.isPresent()) return later;
        String typed = wish.typed.length() > LONGEST ? "" : wish.typed;
        Map<String, String> parameters = Map.of(
                TYPED, encryption.seal(new Secret(typed), PURPOSE + TYPED),
                REQUEST, encryption.seal(wish.request.map(RequestUri::id).orElse(new Secret("")), PURPOSE + REQUEST),
                BROWSER, wish.browser.hash().value(),
                DEVICE, wish.device.hash().map(SecretHash::value).orElse(""),
                ADDRESS, encryption.seal(new Secret(wish.caller.address()), PURPOSE + ADDRESS),
                FORM, wish.byCode ? CODE : "link");
        Instant now = clock.instant();
        OutgoingMail strangers =
                OutgoingMail.of(secrets.id(), wish.kind, Optional.empty(), "", wish.language, parameters, now);
        OutgoingMail mail = user.isPresent() ? strangers.ofSomebodyKnown() : strangers;
        boolean taken = database.inTransaction(tx -> {
            if (mails.isFull(tx, mail.lane())) return false;
            mails.insert(tx, mail);
            return true;
        });
        return taken ? Optional.empty() : Optional.of(FULL);
    }

    /// What was typed.
    static String typed(KeyEncryption encryption, OutgoingMail mail) {
        return open(encryption, mail.parameter(TYPED), TYPED);
    }

    /// Where it was asked for.
    static Caller caller(KeyEncryption encryption, OutgoingMail mail) {
        String sealed = mail.parameter(ADDRESS);
        return new Caller(sealed.isEmpty() ? "" : open(encryption, sealed, ADDRESS), "", "");
    }

    /// What the browser was known by in which it was asked for.
    static Optional<SecretHash> device(OutgoingMail mail) {
        String hash = mail.parameter(DEVICE);
        return hash.isEmpty() ? Optional.empty() : Optional.of(new SecretHash(hash));
    }

    /// The name of the authorization request to go on to; empty for none.
    static Optional<RequestUri> request(KeyEncryption encryption, String sealed) {
        if (sealed.isEmpty()) return Optional.empty();
        String id = open(encryption, sealed, REQUEST);
        return id.isEmpty() ? Optional.empty() : Optional.of(new RequestUri(new Secret(id)));
    }

    private static String open(KeyEncryption encryption, String sealed, String what) {
        return encryption
                .open(sealed, PURPOSE + what)
                .map(Secret::value)
                .orElseThrow(() -> new IllegalStateException("what was asked for by mail does not open"));
    }
}

package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.issuance.IssuedToken;
import dev.handstamp.server.settings.Setting;
import dev.handstamp.verifier.Explanation;
import dev.handstamp.verifier.TokenVerifier;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp token`: making, reading and checking tokens by hand.
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Tokens: issues, reads and checks them by hand.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp token issue --user vera --api https://api.example/orders > token",
            "  handstamp token decode < token",
            "  handstamp token verify --issuer http://localhost:9000 --audience https://api.example/orders < token",
            "  handstamp token explain < token"
        })
final class TokenCommand {

    private final Terminal terminal;

    TokenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "issue",
            description = {
                "Issues an access token for a user or a client, with what it may have at the API or less, "
                        + "and prints it.",
                "The audit log tells of it; a user's token belongs to a session that can be revoked."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp token issue --user vera --api https://api.example/orders",
                "  handstamp token issue --client shop --api https://api.example/orders --scope orders:read --json"
            })
    int issue(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--user", paramLabel = "USER", description = "Whom it speaks for.") @Nullable String user,
            @Option(names = "--client", paramLabel = "ID", description = "Or which client, in its own name.") @Nullable
                    String client,
            @Option(names = "--api", required = true, paramLabel = "URL", description = "The API that it is for.")
                    String api,
            @Option(names = "--scope", paramLabel = "SCOPE", description = "Only this scope; may be repeated.")
                    @Nullable
                    List<String> scopes,
            @Option(names = "--issuer", paramLabel = "URL", description = "The issuer, as the server has it.") @Nullable
                    String issuer) {
        if ((user == null) == (client == null)) throw new WrongUsage("name either --user USER or --client ID");
        Map<String, String> flags = issuer == null ? Map.of() : Map.of(Setting.ISSUER.name(), issuer);
        return store.with(flags, office -> {
            IssuedToken token = user != null
                    ? office.tokens().issueForUser(user, api, Given.list(scopes))
                    : office.tokens().issueForClient(client == null ? "" : client, api, Given.list(scopes));
            return printed.done(object(token), token.token());
        });
    }

    @Command(
            name = "decode",
            description = {
                "Takes a token apart and shows what it says.",
                "Nothing is checked: not the signature, not the expiry. Needs no server and no data."
            },
            footerHeading = "%nExample:%n",
            footer = "  handstamp token decode < token")
    int decode(
            @Mixin Printed printed,
            @Mixin HelpOption help,
            @Parameters(paramLabel = "TOKEN", arity = "0..1", description = "The token; else read from standard input.")
                    @Nullable
                    String token) {
        DecodedToken decoded = DecodedToken.of(given(token));
        Instant now = terminal.clock().instant();
        if (printed.isJson()) return printed.object(decoded.toObject(now));
        decoded.print(terminal.out(), now);
        printed.remark("Nothing was checked. handstamp token verify --issuer URL --audience URL does.");
        return Cli.DONE;
    }

    @Command(
            name = "verify",
            description = {
                "Checks a token as an API does: signature with the issuer's published keys, issuer, "
                        + "audience, times.",
                "Status 0 if it is good, 1 with the reason if it is not. A token signed with the secret of "
                        + "an API (HS256) is checked with the secret in the store."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp token verify --issuer http://localhost:9000 --audience https://api.example/orders < token",
                "  handstamp token verify --data /var/lib/handstamp --issuer https://login.example.org \\",
                "      --audience https://api.example/secret < token"
            })
    int verify(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--issuer", required = true, paramLabel = "URL", description = "The issuer to trust.")
                    String issuer,
            @Option(names = "--audience", required = true, paramLabel = "URL", description = "The API it must be for.")
                    String audience,
            @Parameters(paramLabel = "TOKEN", arity = "0..1", description = "The token; else read from standard input.")
                    @Nullable
                    String token) {
        String text = given(token);
        if (isSignedWithSecret(text)) {
            return store.with(office -> told(printed, office.tokens().verifyShared(text, issuer, audience)));
        }
        try (TokenVerifier verifier = verifier(issuer, audience)) {
            return told(printed, verifier.verify(text));
        }
    }

    private static boolean isSignedWithSecret(String token) {
        return Jws.parse(token)
                .flatMap(jws ->
                        Algorithm.named(String.valueOf(jws.unverifiedHeader().get("alg"))))
                .filter(Algorithm::isSymmetric)
                .isPresent();
    }

    private int told(Printed printed, Verification verification) {
        return switch (verification) {
            case Verified(AccessToken verified) -> good(printed, verified);
            case Rejected(var reason, var detail) -> {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("active", false);
                object.put("reason", reason.code());
                object.put("detail", detail);
                if (printed.isJson()) printed.object(object);
                String more = detail.isEmpty() ? "" : " (" + detail + ")";
                printed.remark("handstamp: refused: " + reason.code() + more + ". " + reason.advice());
                yield Cli.REFUSED;
            }
        };
    }

    @Command(
            name = "explain",
            description = {
                "Checks a token as an API does and tells how it went, check by check: what was compared "
                        + "with what, which check refused and what to do about it.",
                "Status 0 if the token is good, 1 if it is not. Whether it was revoked is not asked: "
                        + "introspection or an API with the feed knows that."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp token explain < token",
                "  handstamp token explain --issuer http://localhost:9000 --audience https://api.example/orders < token"
            })
    int explain(
            @Mixin Printed printed,
            @Mixin HelpOption help,
            @Option(
                            names = "--issuer",
                            paramLabel = "URL",
                            description = "The issuer to trust. Default: that of the configuration of this machine.")
                    @Nullable
                    String issuer,
            @Option(
                            names = "--audience",
                            paramLabel = "URL",
                            description = "The API it must be for. Default: the one that the token names.")
                    @Nullable
                    String audience,
            @Parameters(paramLabel = "TOKEN", arity = "0..1", description = "The token; else read from standard input.")
                    @Nullable
                    String token) {
        String text = given(token);
        String api = audience != null ? audience : namedAudience(text);
        try (TokenVerifier verifier = verifier(issuer != null ? issuer : configuredIssuer(), api)) {
            Explanation explanation = verifier.explain(text);
            if (printed.isJson()) printed.object(explanation.toJson());
            else
                new ShownWalk(explanation, terminal.colours().getAsBoolean())
                        .lines()
                        .forEach(terminal.out()::println);
            if (audience == null) printed.remark("The audience was taken from the token: --audience URL compares it.");
            return explanation.failure().isEmpty() ? Cli.DONE : Cli.REFUSED;
        }
    }

    private String configuredIssuer() {
        ServerConfig config = StoreOptions.configuration(Optional.empty(), Map.of(), terminal);
        return config.issuer(config.port());
    }

    /// What an unchecked token says whom it is for; only ever compared with itself.
    private static String namedAudience(String token) {
        return Jws.parse(token)
                .flatMap(TokenCommand::claims)
                .map(claims -> claims.strings("aud"))
                .filter(names -> !names.isEmpty() && !names.getFirst().isEmpty())
                .map(List::getFirst)
                .orElse("https://api.example");
    }

    private static Optional<Claims> claims(Jws parsed) {
        try {
            return Optional.of(Claims.of(Json.parseObject(parsed.unverifiedPayload())));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static TokenVerifier verifier(String issuer, String audience) {
        try {
            return TokenVerifier.builder().issuer(issuer).audience(audience).build();
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }

    private int good(Printed printed, AccessToken token) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("active", true);
        object.putAll(token.claims().toMap());
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("good", token.algorithm().joseName() + " by " + token.issuer());
        token.claims().toMap().forEach((name, value) -> shown.put(name, DecodedToken.claim(name, value)));
        shown.put("expires", Shown.instant(token.expiresAt(), terminal.clock().instant()));
        return printed.one(object, shown);
    }

    private String given(@Nullable String token) {
        return token != null ? token : new SecretInput(terminal).read().strip();
    }

    /// Named as in RFC 6749 §5.1.
    private Map<String, Object> object(IssuedToken token) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("access_token", token.token());
        object.put("token_type", "Bearer");
        object.put("expires_in", token.lifetime().toSeconds());
        object.put("scope", token.scopes().toString());
        return object;
    }
}

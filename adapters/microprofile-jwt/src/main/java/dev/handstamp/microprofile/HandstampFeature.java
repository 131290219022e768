package dev.handstamp.microprofile;

import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.TokenVerifier;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// Protects a Jakarta REST application after MicroProfile JWT 2.1, with MicroProfile's own settings:
///
/// ```
/// mp.jwt.verify.issuer=https://login.example.org
/// mp.jwt.verify.audiences=https://api.example.org/orders
/// ```
///
/// Register it like any feature. Every resource method then needs a valid token, and what `@RolesAllowed` and
/// [RequireScope] ask for; `@PermitAll` opens, `@DenyAll` shuts. The caller is the principal of the
/// `SecurityContext`, a [org.eclipse.microprofile.jwt.JsonWebToken].
///
/// @see <a href="https://download.eclipse.org/microprofile/microprofile-jwt-auth-2.1/">MicroProfile JWT 2.1</a>
public final class HandstampFeature implements Feature, AutoCloseable {

    private final Settings settings;
    private final Optional<JwkSetSource> keys;
    private final TokenVerifier verifier;
    private final InstantSource clock;

    /// With the settings that MicroProfile Config finds.
    ///
    /// @throws IllegalArgumentException naming the setting that is missing or wrong
    public HandstampFeature() {
        this(ConfigProvider.getConfig());
    }

    /// With these settings.
    ///
    /// @param config read now, and not again
    /// @throws IllegalArgumentException naming the setting that is missing or wrong
    public HandstampFeature(Config config) {
        this.settings = new Settings(config);
        this.keys = settings.keys();
        try {
            this.verifier = settings.verifier(keys);
        } catch (IllegalArgumentException e) {
            keys.ifPresent(JwkSetSource::close);
            throw e;
        }
        this.clock = InstantSource.system();
    }

    /// Called by Jakarta REST.
    @Override
    public boolean configure(FeatureContext context) {
        context.register(new TokenFilter(settings, verifier, clock));
        return true;
    }

    /// Ends the background work of the verifier; tokens are refused once the keys have grown old.
    @Override
    public void close() {
        verifier.close();
        keys.ifPresent(JwkSetSource::close);
    }
}

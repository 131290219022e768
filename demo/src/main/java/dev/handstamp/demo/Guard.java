package dev.handstamp.demo;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.verifier.Admission.Admitted;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.ResourceMetadata;
import dev.handstamp.verifier.TokenVerifier;
import java.util.function.BiConsumer;

/// Stands at the doors: whoever has what a door requires is let in, everyone else is told why not.
///
/// This is all that an API needs around the verifier: copy it into your own.
final class Guard {

    /// What a door does for a caller who was let in.
    @FunctionalInterface
    interface Welcome {
        Answer greet(AccessToken guest, Visit visit);
    }

    private final Doorkeeper doorkeeper;
    private final BiConsumer<AccessToken, Visit> noted;

    /// @param ownOrigin where browsers reach this API, such as `https://api.example`
    /// @param metadata what this API says of itself
    /// @param noted hears of everyone who was let in
    Guard(TokenVerifier verifier, String ownOrigin, ResourceMetadata metadata, BiConsumer<AccessToken, Visit> noted) {
        this.noted = noted;
        this.doorkeeper = Doorkeeper.of(verifier)
                .realm("Nightclub")
                .acceptCookie(ownOrigin)
                .reachedAt(ownOrigin)
                .metadata(metadata);
    }

    Door.Handler admits(Requirement requirement, Welcome welcome) {
        return visit -> switch (doorkeeper.admit(asApiRequest(visit), requirement)) {
            case Admitted(var guest) -> {
                noted.accept(guest, visit);
                yield welcome.greet(guest, visit);
            }
            case Refused(var challenge) -> Answer.of(challenge);
        };
    }

    private static ApiRequest asApiRequest(Visit visit) {
        return new ApiRequest(visit.method(), visit.query(), visit::all).at(visit.address());
    }
}

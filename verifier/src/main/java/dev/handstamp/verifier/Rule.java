package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;

/// One entry of the issuer's revocation log, as an API is told of it.
///
/// @param id what it names, of its kind; "" for [Kind#ISSUER]
/// @param position a token issued without knowledge of this position of the log is refused
/// @param issuedBefore in seconds since 1970: a token issued before it is refused in any case
/// @param forgetAt in seconds since 1970: from then on every token that it concerns has expired
record Rule(Kind kind, String id, long position, long issuedBefore, long forgetAt) {

    /// What a rule names. A token, session or grant that was taken back never gets another token, so there is no
    /// cut-off to weigh; the others live on.
    enum Kind {
        TOKEN("token", "jti"),
        SESSION("session", "sid"),
        GRANT("grant", "grant_id"),
        SUBJECT("subject", "sub"),
        CLIENT("client", "client_id"),
        API("api", "aud"),
        ISSUER("issuer", "iss");

        private final String name;
        private final String claim;

        Kind(String name, String claim) {
            this.name = name;
            this.claim = claim;
        }

        static Kind parse(String name) throws UnusableAnswerException {
            for (Kind kind : values()) {
                if (kind.name.equals(name)) return kind;
            }
            // To pass over it would be to accept what was taken back.
            throw new UnusableAnswerException("a kind of revocation that this version does not know");
        }

        /// What was taken back, in words for a log.
        String words() {
            return "its " + name + " (" + claim + ") was taken back";
        }
    }

    /// When a token was issued: by the clock, and by the revocation log.
    ///
    /// @param position the last entry that the issuer knew of; negative when the token does not say (`rev`)
    record Issuance(long position, long second) {

        static Issuance of(AccessToken token) {
            long position = token.claims().toMap().get("rev") instanceof Long known ? Math.max(0, known) : -1;
            return new Issuance(position, token.issuedAt().getEpochSecond());
        }

        /// Whether it comes before a cut-off. A token that does not say what its issuer knew is refused in the very
        /// second too: its clock alone is too coarse.
        boolean isBefore(long cutOffPosition, long cutOffSecond) {
            return position < 0 ? second <= cutOffSecond : position < cutOffPosition || second < cutOffSecond;
        }
    }
}

package dev.handstamp.microprofile;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// Resources as an application has them.
final class Orders {

    private Orders() {}

    /// Annotated method by method.
    @Path("/orders")
    public static final class Doors {

        @GET
        public String forgotten(@Context SecurityContext caller) {
            return name(caller);
        }

        @GET
        @Path("open")
        @PermitAll
        public String open(@Context SecurityContext caller) {
            return name(caller);
        }

        @POST
        @RequireScope({"orders:read", "orders:write"})
        public String write(@Context SecurityContext caller) {
            return name(caller);
        }

        @GET
        @Path("staff")
        @RolesAllowed({"staff", "vip"})
        public String staff(@Context SecurityContext caller) {
            return name(caller) + " " + caller.isUserInRole("vip") + caller.isUserInRole("staff") + " "
                    + caller.getAuthenticationScheme();
        }

        @GET
        @Path("any")
        @RolesAllowed("**")
        public String any(@Context SecurityContext caller) {
            return name(caller);
        }

        @GET
        @Path("shut")
        @DenyAll
        public String shut() {
            return "never";
        }

        @GET
        @Path("token")
        public String token(@Context SecurityContext caller) {
            JsonWebToken token = (JsonWebToken) caller.getUserPrincipal();
            JsonNumber age = token.getClaim("age");
            JsonArray list = token.getClaim("list");
            JsonObject nested = token.getClaim("nested");
            JsonValue truth = token.getClaim("truth");
            String text = token.getClaim("text");
            Optional<Object> absent = token.claim("absent");
            return String.join(
                    " ",
                    token.getIssuer(),
                    token.getSubject(),
                    token.getTokenID(),
                    token.getAudience().toString(),
                    token.getGroups().toString(),
                    String.valueOf(token.getExpirationTime() - token.getIssuedAtTime()),
                    age.toString(),
                    list.toString(),
                    nested.toString(),
                    truth.toString(),
                    text,
                    absent.toString(),
                    String.valueOf(token.getRawToken().length() > 100),
                    String.valueOf(token.getClaimNames().contains("age")));
        }

        @Path("sub")
        public Sub sub() {
            return new Sub();
        }
    }

    /// Found on the way, not registered.
    public static final class Sub {

        @GET
        @RolesAllowed("staff")
        public String get(@Context SecurityContext caller) {
            return name(caller);
        }
    }

    /// Annotated on the class.
    @Path("/vault")
    @RolesAllowed("vip")
    @RequireScope("orders:read")
    public static final class Vault {

        @GET
        public String get(@Context SecurityContext caller) {
            return name(caller);
        }

        @GET
        @Path("open")
        @PermitAll
        public String open(@Context SecurityContext caller) {
            return name(caller);
        }
    }

    private static String name(SecurityContext caller) {
        return caller.getUserPrincipal() == null
                ? "nobody"
                : caller.getUserPrincipal().getName();
    }
}

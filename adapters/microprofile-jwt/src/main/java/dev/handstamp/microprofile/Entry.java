package dev.handstamp.microprofile;

import dev.handstamp.verifier.Requirement;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the annotations of a resource method ask of a caller.
///
/// A method's own annotation stands in the place of its class's, within each kind (Jakarta Annotations §2.9 to §2.12).
/// Where none stands, a valid token is asked for: a method that somebody forgot to annotate is not open.
///
/// @param kind   who may enter at all
/// @param scopes the scopes that their token must carry
/// @param roles  one of which must be the caller's; empty when none is asked for
record Entry(Kind kind, Requirement scopes, Set<String> roles) {

    enum Kind {
        /// Whoever comes; a token that is sent must be good.
        ANYBODY,
        /// Whoever has a good token that meets the requirement.
        BEARER,
        /// Nobody.
        NOBODY
    }

    static final Entry UNANNOTATED = new Entry(Kind.BEARER, Requirement.anyToken(), Set.of());

    private static final List<Class<? extends Annotation>> ACCESS =
            List.of(DenyAll.class, PermitAll.class, RolesAllowed.class);

    static Entry of(Class<?> resource, Method method) {
        Optional<RequireScope> scope = Optional.ofNullable(method.getAnnotation(RequireScope.class))
                .or(() -> inherited(resource, RequireScope.class));
        Requirement scopes =
                scope.map(RequireScope::value).map(Requirement::scope).orElseGet(Requirement::anyToken);
        AnnotatedElement decisive = ACCESS.stream().anyMatch(method::isAnnotationPresent) ? method : resource;
        return access(decisive, scopes, scope.isPresent());
    }

    private static Entry access(AnnotatedElement element, Requirement scopes, boolean needsScope) {
        if (present(element, DenyAll.class).isPresent()) return new Entry(Kind.NOBODY, scopes, Set.of());
        Optional<RolesAllowed> roles = present(element, RolesAllowed.class);
        if (roles.isPresent())
            return new Entry(Kind.BEARER, scopes, oneOf(roles.get().value()));
        boolean isOpen = present(element, PermitAll.class).isPresent() && !needsScope;
        return new Entry(isOpen ? Kind.ANYBODY : Kind.BEARER, scopes, Set.of());
    }

    /// `**` is any authenticated caller (Jakarta Security §2.9.1).
    private static Set<String> oneOf(String... roles) {
        if (roles.length == 0) throw new IllegalStateException("@RolesAllowed names no role");
        Set<String> any = Set.of(roles);
        return any.contains("**") ? Set.of() : any;
    }

    private static <A extends Annotation> Optional<A> present(AnnotatedElement element, Class<A> annotation) {
        return element instanceof Class<?> resource
                ? inherited(resource, annotation)
                : Optional.ofNullable(element.getAnnotation(annotation));
    }

    /// Runtimes hand out subclasses that they made (proxies), which do not carry what stands on the class itself.
    private static <A extends Annotation> Optional<A> inherited(Class<?> resource, Class<A> annotation) {
        for (Class<?> type = resource; type != null && type != Object.class; type = type.getSuperclass()) {
            A found = type.getAnnotation(annotation);
            if (found != null) return Optional.of(found);
        }
        return Optional.empty();
    }
}

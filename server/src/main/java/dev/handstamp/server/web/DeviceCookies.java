package dev.handstamp.server.web;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.KnownDevices.Device;
import java.util.Optional;
import java.util.regex.Pattern;

/// The cookie that a browser is known by to those who have signed in with it.
public final class DeviceCookies {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}"); // 256 bits

    private DeviceCookies() {}

    /// What the browser shows, if it shows any.
    public static Optional<Secret> read(Request request) {
        return HostCookie.DEVICE
                .read(request)
                .filter(value -> FORM.matcher(value).matches())
                .map(Secret::new);
    }

    /// The browser that a request comes from.
    ///
    /// @param remember whether its user wants no second factor asked here for a while
    public static Device of(Request request, boolean remember) {
        return new Device(read(request), remember);
    }

    /// The response that lets somebody in, with both cookies.
    ///
    /// @param session what the browser is signed in with
    /// @param device  what it is known by
    public static Response bind(Response response, Secret session, Secret device) {
        return HostCookie.DEVICE.set(HostCookie.SESSION.set(response, session.value()), device.value());
    }
}

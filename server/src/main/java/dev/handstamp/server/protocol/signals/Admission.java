package dev.handstamp.server.protocol.signals;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.http.Response;

/// Whether a request comes from a receiver that may do what it asks for.
sealed interface Admission {

    record Admitted(Client receiver) implements Admission {}

    record Refused(Response response) implements Admission {}
}

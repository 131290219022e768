package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.administration.AuditLog.Filter;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.domain.audit.AuditEvent;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The operations on keys, the audit log, the revocation log and the node itself.
final class SystemCalls {

    private SystemCalls() {}

    static Answer keys(Call call) {
        return Answer.of(Views.keys(call.desk().keySchedule()));
    }

    static Answer rotate(Call call) {
        call.desk().keys().rotate(call.text("algorithm"));
        return keys(call);
    }

    static Answer withdraw(Call call) {
        try {
            call.desk().keys().retire(call.variable("key"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer events(Call call) {
        Filter filter = new Filter(
                call.query("party"),
                call.query("type").map(SystemCalls::type),
                call.query("client"),
                call.query("address"),
                call.query("since").map(text -> instant("since", text)),
                call.query("until").map(text -> instant("until", text)));
        return Answer.of(
                Views.page(call.desk().auditLog().find(filter, call.query("cursor"), call.limit()), Views::event));
    }

    static Answer health(Call call) {
        return Answer.of(Views.health(call.desk().system().health()));
    }

    static Answer verifiers(Call call) {
        return Answer.of(Views.feed(call.desk().system().feed()));
    }

    static Answer explain(Call call) {
        return Answer.of(Views.walk(
                call.desk().debugger().look(call.text("token").orElse("")).walk()));
    }

    static Answer revocations(Call call) {
        long after = number(call.query("after").orElse("0"));
        var entries = call.desk().revocations().after(after, UserCalls.limit(call));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", call.desk().revocations().position());
        json.put("items", entries.stream().map(Views::revocation).toList());
        return Answer.of(json);
    }

    static Answer revokeEverything(Call call) {
        if (!call.flag("everything").orElse(false)) throw new BadRequest("everything has to be true");
        Revocations.Ended ended =
                call.desk().revocations().everything(call.flag("sessions").orElse(false));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ended", (long) ended.sessions());
        json.put("invitations", (long) ended.invitations());
        json.put("mailed", (long) ended.mailed());
        return Answer.of(json);
    }

    private static AuditEvent.Type type(String name) {
        try {
            return AuditEvent.Type.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new BadRequest("there is no such type of event");
        }
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw new BadRequest(name + " is an instant such as 2026-01-31T12:00:00Z");
        }
    }

    private static long number(String text) {
        try {
            return Optional.of(Long.parseLong(text))
                    .filter(number -> number >= 0)
                    .orElseThrow();
        } catch (RuntimeException _) {
            throw new BadRequest("after is a position of the log");
        }
    }
}

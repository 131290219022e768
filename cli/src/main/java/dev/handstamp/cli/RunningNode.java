package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.administration.AdminScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A server that runs, asked over its admin API for what it alone knows. Whoever owns the data issues the token for
/// that.
final class RunningNode {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Office office;
    private final String address;

    /// @param address where the node listens
    RunningNode(Office office, String address) {
        this.office = office;
        this.address = address.replaceFirst("/+$", "");
    }

    /// The answer to a question below `/admin/api/v1`.
    Map<String, Object> ask(String path) {
        HttpRequest.Builder request = request(path); // Before a token is issued for it.
        request.timeout(PATIENCE).header("Authorization", "Bearer " + token(path));
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                String answer = address + " answers with the status " + response.statusCode()
                        + ": is it a node of this data, with this issuer?";
                throw new UncheckedIOException(answer, new IOException(answer));
            }
            return Json.parseObject(response.body());
        } catch (IOException | JsonException e) {
            throw silent(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent(e);
        }
    }

    private String token(String path) {
        String api = AdminScope.audience(office.issuer()).value();
        try {
            return office.tokens()
                    .issueForCommand(api, List.of(AdminScope.SYSTEM_READ.wireName()), path)
                    .token();
        } catch (Refused refused) {
            String reason = "no server with the issuer " + office.issuer()
                    + " has served this data: say which it has with --issuer URL";
            throw new UncheckedIOException(reason, new IOException(refused));
        }
    }

    private UncheckedIOException silent(Exception cause) {
        return new UncheckedIOException(
                "no node answers at " + address + ": start one, or say where it listens with --node URL",
                new IOException(cause));
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(address + "/admin/api/v1" + path));
        } catch (IllegalArgumentException _) {
            throw new WrongUsage("--node is no address such as http://localhost:8080: " + address);
        }
    }
}

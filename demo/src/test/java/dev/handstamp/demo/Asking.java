package dev.handstamp.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One request to one address over real HTTP, written as a sentence.
final class Asking {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final HttpRequest.Builder request;
    private String method;
    private byte[] body = {};

    private Asking(String method, String address) {
        this.method = method;
        this.request = HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30));
    }

    static Asking get(String address) {
        return new Asking("GET", address);
    }

    static Asking post(String address, String json) {
        return new Asking("POST", address)
                .header("Content-Type", "application/json")
                .body(json.getBytes(StandardCharsets.UTF_8));
    }

    static Asking delete(String address) {
        return new Asking("DELETE", address);
    }

    Asking method(String method) {
        this.method = method;
        return this;
    }

    Asking header(String name, String value) {
        request.header(name, value);
        return this;
    }

    Asking bearer(String token) {
        return header("Authorization", "Bearer " + token);
    }

    Asking cookie(String name, String value) {
        return header("Cookie", name + "=" + value);
    }

    /// As the page of this very origin would.
    Asking sameOrigin() {
        return header("Sec-Fetch-Site", "same-origin");
    }

    Asking body(byte[] body) {
        this.body = body;
        return this;
    }

    HttpResponse<String> send() {
        try {
            var publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
            return CLIENT.send(request.method(method, publisher).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int status() {
        return send().statusCode();
    }
}

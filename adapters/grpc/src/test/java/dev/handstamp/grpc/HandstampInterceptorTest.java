package dev.handstamp.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.handstamp.testing.HandstampExtension;
import dev.handstamp.testing.Token;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls real servers: one in this process, one over HTTP/2.
class HandstampInterceptorTest {

    @RegisterExtension
    static final HandstampExtension handstamp = HandstampExtension.forAudience("https://api.example/orders");

    enum Transport {
        IN_PROCESS,
        HTTP2
    }

    private static final MethodDescriptor<String, String> READ = method("example.Orders/Read", MethodType.UNARY);
    private static final MethodDescriptor<String, String> WRITE = method("example.Orders/Write", MethodType.UNARY);
    private static final MethodDescriptor<String, String> WATCH =
            method("example.Orders/Watch", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> PUBLIC = method("example.Orders/Public", MethodType.UNARY);
    private static final MethodDescriptor<String, String> CHECK = method("example.Health/Check", MethodType.UNARY);
    private static final MethodDescriptor<String, String> RESET = method("example.Health/Reset", MethodType.UNARY);
    private static final ServiceDescriptor ORDERS = ServiceDescriptor.newBuilder("example.Orders")
            .addMethod(READ)
            .addMethod(WRITE)
            .addMethod(WATCH)
            .addMethod(PUBLIC)
            .build();
    private static final ServiceDescriptor HEALTH = ServiceDescriptor.newBuilder("example.Health")
            .addMethod(CHECK)
            .addMethod(RESET)
            .build();

    private static final AtomicInteger REACHED = new AtomicInteger();
    private static final List<Server> SERVERS = new ArrayList<>();
    private static final List<ManagedChannel> CHANNELS = new ArrayList<>();
    private static TokenVerifier verifier;

    @BeforeAll
    static void start() throws IOException {
        verifier = TokenVerifier.builder()
                .issuer(handstamp.issuer())
                .audience(handstamp.audience())
                .clock(handstamp.clock())
                .build();
        HandstampInterceptor interceptor = HandstampInterceptor.of(verifier)
                .realm("orders")
                .require(ORDERS, Requirement.scope("orders:read"))
                .require(WRITE, Requirement.scope("orders:write"))
                .require(RESET, Requirement.role("operator"))
                .open(PUBLIC)
                .open(HEALTH);
        String name = InProcessServerBuilder.generateName();
        SERVERS.add(InProcessServerBuilder.forName(name)
                .addService(orders())
                .addService(health())
                .intercept(interceptor)
                .build()
                .start());
        Server http2 = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(orders())
                .addService(health())
                .intercept(interceptor)
                .build()
                .start();
        SERVERS.add(http2);
        CHANNELS.add(InProcessChannelBuilder.forName(name).build());
        CHANNELS.add(Grpc.newChannelBuilderForAddress("localhost", http2.getPort(), InsecureChannelCredentials.create())
                .build());
    }

    @AfterAll
    static void stop() {
        CHANNELS.forEach(ManagedChannel::shutdownNow);
        SERVERS.forEach(Server::shutdownNow);
        verifier.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_good_token_is_in_the_context_of_the_call(
            Transport transport, @Token(subject = "vera", scope = "orders:read") String token) {
        assertThat(call(transport, READ, "Bearer " + token)).isEqualTo("Read for vera");
    }

    @ParameterizedTest
    @EnumSource
    void a_stream_is_judged_when_it_begins(
            Transport transport, @Token(subject = "vera", scope = "orders:read") String token) {
        List<String> answers = new ArrayList<>();
        ClientCalls.blockingServerStreamingCall(
                        with(transport, "Bearer " + token), WATCH, CallOptions.DEFAULT, "please")
                .forEachRemaining(answers::add);
        assertThat(answers).containsExactly("Watch for vera", "Watch for vera");
    }

    @ParameterizedTest
    @EnumSource
    void without_a_token_the_service_is_not_reached(Transport transport) {
        int before = REACHED.get();
        StatusRuntimeException refused = refusal(transport, READ);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
        assertThat(trailer(refused, "www-authenticate")).isEqualTo("Bearer realm=\"orders\"");
        assertThat(REACHED).hasValue(before);
    }

    @ParameterizedTest
    @EnumSource
    void a_bad_token_is_refused_without_a_reason(Transport transport, @Token(expired = true) String token) {
        StatusRuntimeException refused = refusal(transport, READ, "Bearer " + token);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
        assertThat(refused.getStatus().getDescription()).isEqualTo("invalid_token");
        assertThat(trailer(refused, "www-authenticate"))
                .contains("error=\"invalid_token\"")
                .doesNotContain("EXPIRED");
        assertThat(trailer(refused, "content-type")).isNotEqualTo("application/json"); // there is no body
    }

    @ParameterizedTest
    @EnumSource
    void two_tokens_are_refused(Transport transport, @Token(scope = "orders:read") String token) {
        StatusRuntimeException refused = refusal(transport, READ, "Bearer " + token, "Bearer " + token);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
        assertThat(refused.getStatus().getDescription()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @EnumSource
    void a_missing_scope_is_named(Transport transport, @Token(scope = "orders:read") String token) {
        StatusRuntimeException refused = refusal(transport, WRITE, "Bearer " + token);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.PERMISSION_DENIED);
        assertThat(trailer(refused, "www-authenticate"))
                .contains("insufficient_scope", "scope=\"orders:read orders:write\"");
    }

    @Test
    void a_method_must_meet_the_requirement_of_its_service_too(
            @Token(scope = "orders:write") String one, @Token(scope = {"orders:read", "orders:write"}) String both) {
        assertThat(refusal(Transport.IN_PROCESS, WRITE, "Bearer " + one)
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.PERMISSION_DENIED);
        assertThat(call(Transport.IN_PROCESS, WRITE, "Bearer " + both)).startsWith("Write for");
    }

    @Test
    void what_is_open_needs_no_token_and_looks_at_none() {
        assertThat(call(Transport.HTTP2, PUBLIC)).isEqualTo("Public for nobody");
        assertThat(call(Transport.HTTP2, CHECK)).isEqualTo("Check for nobody");
        assertThat(call(Transport.HTTP2, CHECK, "Bearer nonsense")).isEqualTo("Check for nobody");
    }

    @Test
    void a_method_that_requires_something_is_not_open_with_its_service(
            @Token(subject = "otto", role = "operator") String token) {
        assertThat(refusal(Transport.HTTP2, RESET).getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
        assertThat(call(Transport.HTTP2, RESET, "Bearer " + token)).isEqualTo("Reset for otto");
    }

    @Test
    void the_clock_of_the_verifier_decides(@Token(scope = "orders:read") String token) {
        handstamp.clock().turn(Duration.ofMinutes(7));
        assertThat(refusal(Transport.HTTP2, READ, "Bearer " + token).getStatus().getCode())
                .isEqualTo(Code.UNAUTHENTICATED);
    }

    @Test
    void what_cannot_be_judged_is_not_the_callers_fault(TokenBuilder token) throws IOException {
        handstamp.testIssuer().goDown();
        String name = InProcessServerBuilder.generateName();
        try (TokenVerifier without = TokenVerifier.builder()
                .issuer(handstamp.issuer())
                .audience(handstamp.audience())
                .build()) {
            SERVERS.add(InProcessServerBuilder.forName(name)
                    .addService(orders())
                    .intercept(HandstampInterceptor.of(without))
                    .build()
                    .start());
            ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
            CHANNELS.add(channel);
            StatusRuntimeException refused = assertThrows(
                    StatusRuntimeException.class, () -> unary(with(channel, "Bearer " + token.sign()), READ));
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
            assertThat(trailer(refused, "retry-after")).isNotEmpty();
        }
    }

    @Test
    void nothing_is_open_and_requires_something_at_once() {
        HandstampInterceptor any = HandstampInterceptor.of(verifier);
        assertThatThrownBy(() -> any.open(READ).require(READ, Requirement.user()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> any.require(ORDERS, Requirement.user()).open(ORDERS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void outside_of_a_call_there_is_no_token() {
        assertThatThrownBy(HandstampInterceptor::accessToken).isInstanceOf(IllegalStateException.class);
    }

    private static String call(Transport transport, MethodDescriptor<String, String> method, String... authorization) {
        return unary(with(transport, authorization), method);
    }

    private static StatusRuntimeException refusal(
            Transport transport, MethodDescriptor<String, String> method, String... authorization) {
        return assertThrows(StatusRuntimeException.class, () -> call(transport, method, authorization));
    }

    private static String unary(Channel channel, MethodDescriptor<String, String> method) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, "please");
    }

    private static Channel with(Transport transport, String... authorization) {
        return with(CHANNELS.get(transport.ordinal()), authorization);
    }

    private static Channel with(Channel channel, String... authorization) {
        Metadata headers = new Metadata();
        for (String value : authorization) headers.put(key("authorization"), value);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static String trailer(StatusRuntimeException refused, String name) {
        String value = refused.getTrailers().get(key(name));
        return value == null ? "" : value;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static ServerServiceDefinition orders() {
        return ServerServiceDefinition.builder(ORDERS)
                .addMethod(READ, ServerCalls.asyncUnaryCall((asked, out) -> answer("Read", out, 1)))
                .addMethod(WRITE, ServerCalls.asyncUnaryCall((asked, out) -> answer("Write", out, 1)))
                .addMethod(WATCH, ServerCalls.asyncServerStreamingCall((asked, out) -> answer("Watch", out, 2)))
                .addMethod(PUBLIC, ServerCalls.asyncUnaryCall((asked, out) -> answer("Public", out, 1)))
                .build();
    }

    private static ServerServiceDefinition health() {
        return ServerServiceDefinition.builder(HEALTH)
                .addMethod(CHECK, ServerCalls.asyncUnaryCall((asked, out) -> answer("Check", out, 1)))
                .addMethod(RESET, ServerCalls.asyncUnaryCall((asked, out) -> answer("Reset", out, 1)))
                .build();
    }

    private static void answer(String what, StreamObserver<String> out, int times) {
        REACHED.incrementAndGet();
        for (int i = 0; i < times; i++) out.onNext(what + " for " + who());
        out.onCompleted();
    }

    private static String who() {
        try {
            return HandstampInterceptor.accessToken().subject();
        } catch (IllegalStateException nobody) {
            return "nobody";
        }
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

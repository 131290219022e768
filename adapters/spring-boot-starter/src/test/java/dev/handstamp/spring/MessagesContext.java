package dev.handstamp.spring;

import com.example.messages.MessagesApplication;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.DefaultMockMvcBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/// The messages application without a port: every bean and filter is there, only the container is not.
final class MessagesContext {

    static final String PREFIX = "spring.security.oauth2.resourceserver.jwt.";

    private MessagesContext() {}

    static WebApplicationContextRunner of(String... properties) {
        return new WebApplicationContextRunner()
                .withUserConfiguration(MessagesApplication.class)
                .withPropertyValues("spring.main.banner-mode=off")
                .withPropertyValues(properties);
    }

    /// With the properties that every resource server has.
    static WebApplicationContextRunner of(TestIssuer issuer, String... more) {
        List<String> properties = new ArrayList<>(
                List.of(PREFIX + "issuer-uri=" + issuer.issuer(), PREFIX + "audiences=https://api.example"));
        properties.addAll(List.of(more));
        return of(properties.toArray(String[]::new));
    }

    static MockHttpServletResponse get(ApplicationContext context, String path, String... headers) {
        return send(context, "GET", path, headers);
    }

    static MockHttpServletResponse send(ApplicationContext context, String method, String path, String... headers) {
        try {
            MockHttpServletRequestBuilder request =
                    MockMvcRequestBuilders.request(org.springframework.http.HttpMethod.valueOf(method), path);
            for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
            return mvc(context).perform(request).andReturn().getResponse();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static String[] bearer(TokenBuilder token) {
        return new String[] {"Authorization", "Bearer " + token.sign()};
    }

    private static MockMvc mvc(ApplicationContext context) {
        DefaultMockMvcBuilder builder = MockMvcBuilders.webAppContextSetup((WebApplicationContext) context);
        context.getBeansOfType(FilterRegistrationBean.class).entrySet().stream()
                .filter(bean -> bean.getKey().startsWith("handstamp"))
                .forEach(bean -> builder.addFilters((Filter) bean.getValue().getFilter()));
        return builder.addFilters(context.getBean("springSecurityFilterChain", Filter.class))
                .build();
    }
}

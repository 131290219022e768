package dev.handstamp.server.domain.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMetadataTest {

    @Test
    void keeps_what_was_registered_under_its_registered_name() throws Exception {
        String json = "{\"policy_uri\":\"https://shop.example/privacy\",\"contacts\":[\"it@shop.example\"],"
                + "\"default_max_age\":3600}";
        ClientMetadata metadata = (ClientMetadata) parse(json);

        assertThat(metadata.text(ClientMember.POLICY_URI)).contains("https://shop.example/privacy");
        assertThat(metadata.texts(ClientMember.CONTACTS)).containsExactly("it@shop.example");
        assertThat(metadata.duration(ClientMember.DEFAULT_MAX_AGE)).contains(Duration.ofHours(1));
        assertThat(metadata.text(ClientMember.TOS_URI)).isEmpty();
        assertThat(parse(metadata.toJson())).isEqualTo(metadata);
    }

    @Test
    void leaves_out_what_is_null() throws Exception {
        assertThat(parse("{\"policy_uri\":null}")).isEqualTo(ClientMetadata.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"policy_uri\":\"http://shop.example/privacy\"}",
                "{\"policy_uri\":\"javascript:alert(1)\"}",
                "{\"policy_uri\":\"https://a@shop.example/\"}",
                "{\"policy_uri\":7}",
                "{\"contacts\":\"it@shop.example\"}",
                "{\"contacts\":[]}",
                "{\"contacts\":[7]}",
                "{\"default_max_age\":-1}",
                "{\"default_max_age\":1.5}",
                "{\"default_max_age\":\"60\"}"
            })
    void refuses_a_value_of_another_form_and_says_which_form_it_takes(String json) throws Exception {
        String name = json.substring(2, json.indexOf('"', 2));

        assertThat(parse(json))
                .isInstanceOfSatisfying(
                        WrongClientMetadata.class,
                        wrong -> assertThat(wrong.faults())
                                .extracting(ClientFault::text)
                                .singleElement()
                                .asString()
                                .startsWith(name + " has to be "));
    }

    @ParameterizedTest
    @EnumSource(ClientMember.class)
    void what_is_a_choice_takes_each_of_its_choices_and_nothing_else(ClientMember member) {
        boolean isChoice = member.kind() == MemberKind.CHOICE;
        assertThat(member.choices().isEmpty()).isEqualTo(!isChoice);
        for (String choice : member.choices()) {
            assertThat(ClientMetadata.parse(Map.of(member.wireName(), choice)))
                    .isInstanceOfSatisfying(
                            ClientMetadata.class,
                            metadata -> assertThat(metadata.text(member)).contains(choice));
        }
        if (isChoice) {
            assertThat(ClientMetadata.parse(Map.of(member.wireName(), "another")))
                    .isInstanceOf(WrongClientMetadata.class);
        }
    }

    @Test
    void refuses_a_member_it_does_not_heed_and_names_those_it_does() {
        assertThat(ClientMetadata.parse(Map.of("colour", "red")))
                .isInstanceOfSatisfying(
                        WrongClientMetadata.class,
                        wrong -> assertThat(wrong.faults())
                                .extracting(ClientFault::text)
                                .singleElement()
                                .asString()
                                .contains("colour", "policy_uri"));
    }

    private static ClientMetadataResult parse(String json) throws Exception {
        return ClientMetadata.parse(Json.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    }
}

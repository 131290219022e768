package dev.handstamp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GuestListTest {

    @Test
    void a_full_list_lets_its_oldest_name_go() {
        var list = new GuestList();
        for (int i = 0; i < 2 * GuestList.MOST_GUESTS; i++) list.add("guest " + i);

        assertThat(list.names())
                .hasSize(GuestList.MOST_GUESTS)
                .endsWith("guest 199")
                .doesNotContain("guest 0", "Ada");
    }

    @Test
    void a_guest_stands_on_the_list_once() {
        var list = new GuestList();

        assertThat(list.add("Ada")).containsExactly("Grace", "Ada");
    }
}

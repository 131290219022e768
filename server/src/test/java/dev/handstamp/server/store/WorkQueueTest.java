package dev.handstamp.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue queue = new WorkQueue(2);
    private final Work<String> one = new Work<>(_ -> "one");
    private final Work<String> two = new Work<>(_ -> "two");

    @Test
    void it_hands_out_works_in_their_order() {
        queue.add(one);
        queue.add(two);
        assertThat(queue.take()).isSameAs(one);
        assertThat(queue.poll()).isSameAs(two);
        assertThat(queue.poll()).isNull();
    }

    @Test
    void a_full_queue_refuses_as_busy() {
        queue.add(one);
        queue.add(two);
        assertThatThrownBy(() -> queue.add(new Work<>(_ -> "three"))).isInstanceOf(StoreBusy.class);
        queue.take();
        queue.add(new Work<>(_ -> "three"));
    }

    @Test
    void a_closed_queue_takes_nothing_and_hands_out_what_it_has() {
        queue.add(one);
        queue.close();
        assertThatThrownBy(() -> queue.add(two)).isInstanceOf(StoreUnavailable.class);
        assertThat(queue.take()).isSameAs(one);
        assertThat(queue.take()).isNull();
    }
}

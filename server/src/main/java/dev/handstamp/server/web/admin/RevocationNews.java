package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.http.Outflow;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Tells open pages that the revocation log has moved, in server-sent events that say where it stands and nothing else:
/// what was taken back a page reads from where it came from, and is let in there or not.
public final class RevocationNews implements Entrance.Room, Live.Follower, Outflow.Watcher {

    /// The oldest goes when there are more.
    private static final int MOST = 32;

    private final Deque<Outflow> open = new ConcurrentLinkedDeque<>();

    @Override
    public Response handle(Clerk clerk) {
        return Response.events(this);
    }

    @Override
    public void learned(Snapshot known, long position, List<Revocation> revocations, boolean afresh) {
        if (revocations.isEmpty() || open.isEmpty()) return;
        byte[] event = ("event: moved\ndata: " + position + "\n\n").getBytes(StandardCharsets.US_ASCII);
        for (Outflow each : open) each.send(event);
    }

    @Override
    public void opened(Outflow outflow) {
        open.addLast(outflow);
        outflow.send("retry: 5000\n\n".getBytes(StandardCharsets.US_ASCII));
        while (open.size() > MOST) {
            Outflow oldest = open.pollFirst();
            if (oldest != null) oldest.end();
        }
    }

    @Override
    public void drained(Outflow outflow) {
        // There is always room for so little.
    }

    @Override
    public void closed(Outflow outflow, boolean cut) {
        open.remove(outflow);
    }
}

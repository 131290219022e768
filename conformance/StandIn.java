import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/// The database that the conformance suite asks for, in memory and on loopback. Ends with its standard input.
public final class StandIn {

    private StandIn() {}

    public static void main(String[] arguments) throws Exception {
        MongoServer server = new MongoServer(new MemoryBackend());
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        while (System.in.read() >= 0) {} // Whoever started it is there still.
        server.shutdownNow();
    }
}

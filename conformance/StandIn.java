import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;

/// The database that the conformance suite asks for, in memory and on loopback. Ends with its standard input.
public final class StandIn extends MemoryBackend {

    /// The suite asks once for the version of the data's format, a command that this database does not have.
    @Override
    public Document handleMessage(MongoMessage message) {
        if (!message.getDocument().containsKey("getParameter")) return super.handleMessage(message);
        Document answer = new Document();
        answer.put("featureCompatibilityVersion", new Document("version", "6.0"));
        answer.put("ok", 1.0);
        return answer;
    }

    public static void main(String[] arguments) throws Exception {
        MongoServer server = new MongoServer(new StandIn().version(ServerVersion.MONGO_5_0));
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        while (System.in.read() >= 0) {} // Whoever started it is there still.
        server.shutdownNow();
    }
}

package dev.handstamp.server.store;

/// Opens a database as a starting server does, and tells the position that it counted up to.
final class StartingNode {

    private StartingNode() {}

    public static void main(String[] arguments) {
        var location = DatabaseLocation.parse(arguments[0]).orElseThrow();
        try (Database database = Database.open(location)) {
            long position = database.inTransaction(new RevisionStore()::bump);
            System.out.println(position);
        }
    }
}
